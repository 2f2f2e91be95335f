"""`helpdeck check`: what each system says, the exit code, and that nothing is left behind."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tui.archive.sqlite.database import open_database
from tui.commands.check import Outcome, check_all, exit_code
from tui.config import Settings
from tui.demo import Simulation
from tui.desk.alpemix.counter import SPENT

CANARY = "4711-correct-horse"
Read = Callable[[str], Settings]


def with_canaries(simulation: Simulation) -> str:
    """The simulation's configuration with one secret for all three, that may appear nowhere."""
    simulation.altigen.password = simulation.alpemix.secret_key = simulation.remotepc.api_key = CANARY
    return simulation.config()


async def outcomes(settings: Settings, seconds: float = 5) -> dict[str, Outcome]:
    found = await check_all(settings, seconds)
    assert CANARY not in "".join(map(str, found))
    assert CANARY not in repr(settings)
    return {outcome.system: outcome for outcome in found}


async def test_every_system_that_lets_us_in_says_so_in_one_line(simulation: Simulation, settings_of: Read) -> None:
    found = await outcomes(settings_of(with_canaries(simulation)))
    assert [str(outcome) for outcome in found.values()] == [
        "altigen    ok: logged on as 201, the event channel stands (no call came on it yet), logged off",
        f"alpemix    ok: got a token as helpdesk, and a report ({SPENT})",
        "remotepc   ok: let in, 0 users",
    ]
    assert exit_code(list(found.values())) == 0


@pytest.mark.parametrize(
    ("wrong", "word", "code"), [('bind = "text"', "unreachable", 3), ('events_path = "/other"', "refused", 1)]
)
async def test_a_channel_that_does_not_stand_is_not_fine_and_its_settings_are_named(
    simulation: Simulation, settings_of: Read, wrong: str, word: str, code: int
) -> None:
    text = re.sub(f"(?m)^{wrong.split()[0]} = .*$", wrong, with_canaries(simulation))
    outcome = (await outcomes(settings_of(text)))["altigen"]
    assert (outcome.word, outcome.exit_code) == (word, code)
    assert "altigen.events_path" in outcome.sentence
    assert not simulation.altigen.sessions


async def test_a_channel_that_tells_of_calls_says_so(simulation: Simulation, settings_of: Read) -> None:
    await simulation.altigen.ring()
    assert "the event channel tells of calls" in (await outcomes(settings_of(simulation.config())))["altigen"].sentence


async def test_the_licence_is_released_and_one_token_is_spent(simulation: Simulation, settings_of: Read) -> None:
    await outcomes(settings_of(with_canaries(simulation)))
    assert (simulation.altigen.logons, simulation.altigen.logoffs) == (1, 1)
    assert len(simulation.alpemix.token_requests) == 1
    assert [request.path for request in simulation.remotepc.requests] == ["/list"]


async def test_a_system_that_is_switched_off_is_not_asked(settings_of: Read) -> None:
    found = await outcomes(settings_of(""))
    assert [str(outcome) for outcome in found.values()] == [
        "altigen    off: there is no section [altigen]",
        "alpemix    off: there is no section [alpemix]",
        "remotepc   off: there is no section [remotepc]",
    ]
    assert exit_code(list(found.values())) == 0


async def test_a_system_that_is_only_read_from_the_archive_is_not_asked(settings_of: Read) -> None:
    settings = settings_of('[alpemix]\nuser = "desk"\n[remotepc]\n[archive]\nurl = "postgresql://localhost/helpdeck"\n')
    outcomes = await check_all(settings)
    assert [str(outcome) for outcome in outcomes[1:]] == [
        "alpemix    not asked: Alpemix is not asked from here: the config has no alpemix.secret_key",
        "remotepc   not asked: RemotePC is not asked from here: the config has no remotepc.api_key",
    ]
    assert exit_code(outcomes) == 0


async def test_wrong_secrets_are_refused_and_the_setting_is_known(simulation: Simulation, settings_of: Read) -> None:
    text = with_canaries(simulation)
    simulation.altigen.password = simulation.alpemix.secret_key = simulation.remotepc.api_key = "another"
    found = await outcomes(settings_of(text))
    assert {outcome.word for outcome in found.values()} == {"refused"}
    assert found["altigen"].setting == "altigen.password"
    assert exit_code(list(found.values())) == 1


async def test_systems_that_are_down_are_worth_trying_again(simulation: Simulation, settings_of: Read) -> None:
    for system in simulation.systems:
        system.fault("down")
    found = await outcomes(settings_of(with_canaries(simulation)))
    assert {outcome.word for outcome in found.values()} == {"unreachable"}
    assert exit_code(list(found.values())) == 3


async def test_one_system_down_does_not_hide_the_others(simulation: Simulation, settings_of: Read) -> None:
    simulation.altigen.fault("down")
    found = await outcomes(settings_of(with_canaries(simulation)))
    assert [outcome.word for outcome in found.values()] == ["unreachable", "ok", "ok"]
    assert exit_code(list(found.values())) == 3


async def test_a_refusal_counts_more_than_a_system_that_is_down(simulation: Simulation, settings_of: Read) -> None:
    simulation.altigen.fault("down")
    simulation.remotepc.refuse("Forbidden ", 403)
    assert exit_code(list((await outcomes(settings_of(with_canaries(simulation)))).values())) == 1


async def test_a_licence_in_use_is_worth_trying_again(simulation: Simulation, settings_of: Read) -> None:
    simulation.altigen.fault("status", None, "/sessions", status=402)
    found = await outcomes(settings_of(with_canaries(simulation)))
    assert found["altigen"].word == "busy"
    assert found["altigen"].exit_code == 3


def locked(path: Path) -> sqlite3.Connection:
    database = open_database(path)
    database.execute("BEGIN IMMEDIATE")
    return database


def newer(path: Path) -> sqlite3.Connection:
    database = open_database(path)
    database.execute("PRAGMA user_version = 9999")
    return database


def foreign(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE theirs (anything)")
    return database


def damaged(path: Path) -> sqlite3.Connection:
    path.write_bytes(b"no database at all " * 500)
    return sqlite3.connect(":memory:")


@pytest.mark.parametrize(
    ("spoil", "word", "code", "said"),
    [
        (locked, "busy", 3, "locked by another program"),
        (newer, "refused", 1, "use that one"),
        (foreign, "refused", 1, "name another file in archive.path"),
        (damaged, "refused", 1, "move it away"),
    ],
)
async def test_an_archive_that_only_somebody_can_mend_is_refused_and_any_other_busy(
    simulation: Simulation,
    settings_of: Read,
    tmp_path: Path,
    spoil: Callable[[Path], sqlite3.Connection],
    word: str,
    code: int,
    said: str,
) -> None:
    path = tmp_path / "archive.sqlite"
    with contextlib.closing(spoil(path)):
        outcome = (await outcomes(settings_of(f"{simulation.config()}[archive]\npath = {str(path)!r}\n")))["alpemix"]
    assert (outcome.word, outcome.exit_code, said in outcome.sentence) == (word, code, True)
    assert not simulation.alpemix.requests


async def test_what_is_unreachable_is_told_with_the_setting_to_look_at(
    simulation: Simulation, settings_of: Read
) -> None:
    for system in simulation.systems:
        system.fault("down")
    for name, outcome in (await outcomes(settings_of(simulation.config()))).items():
        assert outcome.sentence.endswith(f"; look at {name}.url in the config")


async def test_a_system_that_does_not_answer_takes_no_longer_than_its_time(
    simulation: Simulation, settings_of: Read
) -> None:
    for system in simulation.systems:
        system.fault("late", times=None, seconds=0.6)
    began = asyncio.get_running_loop().time()
    found = await outcomes(settings_of(with_canaries(simulation)), seconds=0.3)
    assert {str(outcome).split(None, 1)[1] for outcome in found.values()} == {"unreachable: no answer within 0.3 s"}
    assert asyncio.get_running_loop().time() - began < 6
    assert exit_code(list(found.values())) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 500])
async def test_a_system_that_repeats_the_secret_is_shown_without_it(
    simulation: Simulation, settings_of: Read, status: int
) -> None:
    for system in simulation.systems:
        system.fault("status", times=None, status=status, body=f"you sent {CANARY} [/red]\x1b]0;x\x07")
    for outcome in (await outcomes(settings_of(with_canaries(simulation)))).values():
        assert outcome.exit_code != 0
        assert not re.search(r"[\x00-\x1f\x7f]", str(outcome))


async def test_a_session_is_given_back_when_the_check_is_cancelled(simulation: Simulation, settings_of: Read) -> None:
    simulation.altigen.fault("late", path="/sessions", seconds=0.3)
    async with asyncio.TaskGroup() as group:
        checking = group.create_task(check_all(settings_of(with_canaries(simulation))))
        while not simulation.altigen.logons:
            await asyncio.sleep(0.01)
        checking.cancel()
    assert checking.cancelled()
    assert simulation.altigen.logoffs == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_the_check_after_it_has_logged_off(
    simulation: Simulation, tmp_path: Path, number: signal.Signals
) -> None:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    path.write_text(with_canaries(simulation))
    simulation.altigen.fault("late", path="/sessions", seconds=0.5)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tui",
        "check",
        "--config",
        str(path),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    while not simulation.altigen.logons:
        await asyncio.sleep(0.01)
    process.send_signal(number)
    _, complaints = await process.communicate()
    assert (process.returncode, complaints) == (128 + number, b"")
    assert simulation.altigen.logoffs == 1
