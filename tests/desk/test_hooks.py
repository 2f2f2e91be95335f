"""Programs that calls start: the call goes in as JSON, nobody waits for them, and none is left behind."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.counters import calls_of
from tests.desk.harness import running, settings_of, until_live
from tests.desk.test_recorder import is_settled
from tests.models.test_contacts import contact
from tests.processes import runs
from tests.waiting import until
from tui.archive import open_store
from tui.config import ArchiveSettings, Settings, UISettings
from tui.config.settings import HooksSettings
from tui.demo import Altigen, Simulation
from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.desk.altigen.hooks import BYTES_KEPT, HANDED_ON, LINE_LIMIT, LINES_KEPT, Tail
from tui.models.exported_call import COLUMNS
from tui.models.hook_runs import RUNS_KEPT, HookRuns

HOSTILE = '"; touch pwned; $(id) `id` --help \N{ESCAPE}[31m [red]x[/] \\'


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
def settings(simulation: Simulation) -> Settings:
    return settings_of(simulation, alpemix=None, remotepc=None)


def script(home: Path, name: str, text: str) -> str:
    path = home / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return str(path)


@pytest.fixture
def keeping(home: Path) -> tuple[str, ...]:
    """A program that writes each call that it is given, and how, into a file of its own."""
    return (script(home, "keep", 'part=$(mktemp part.XXXXXX); cat > $part; mv $part "$HELPDECK_HOOK-$$.json"'),)


def kept(home: Path, event: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted(home.glob(f"{event}-*.json"))]


@asynccontextmanager
async def listening(settings: Settings, clock: FakeClock, hooks: HooksSettings, **more: Any) -> AsyncIterator[Desk]:
    async with running(replace(settings, hooks=hooks), clock, **more) as desk:
        await until_live(desk, clock, "altigen")
        await until(lambda: is_settled(desk, clock))
        yield desk


def hooks_of(desk: Desk) -> HookRuns:
    return desk.counter(AltiGenCounter).hooks.runs


def why_none(desk: Desk) -> str:
    return desk.counter(AltiGenCounter).hooks.why_none


async def until_over(desk: Desk, count: int) -> None:
    await until(lambda: sum(hooks_of(desk).over.values()) == count)


async def test_a_call_that_rings_is_given_to_the_program_as_exports_tell_it(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...]
) -> None:
    async with listening(settings, clock, HooksSettings(ring=keeping)) as desk:
        await altigen.ring("6175550142", HOSTILE)
        await until_over(desk, 1)
        (run,) = hooks_of(desk).last
        assert (run.event, run.why, run.lines) == ("ring", "", ())
    (call,) = kept(home, "ring")
    assert tuple(call) == COLUMNS
    assert call["number"] == "6175550142"
    assert call["e164"] == "+16175550142"
    assert call["outcome"] == "live"
    assert call["direction"] == "in"
    assert call["talk_seconds"] is None
    assert "touch pwned" in call["name"]
    assert "\N{ESCAPE}" not in call["name"]
    assert not (home / "pwned").exists()


async def test_it_is_one_line_and_nothing_of_the_call_is_in_arguments_or_variables(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path
) -> None:
    program = script(home, "tell", 'printf "%s\\n" "$#" "$1" "$(wc -l)"; env > environment')
    async with listening(settings, clock, HooksSettings(ring=(program, "a b;c"))) as desk:
        await altigen.ring("6175550142", "canary\nsecond line")
        await until_over(desk, 1)
        assert hooks_of(desk).last[0].lines == ("1", "a b;c", "1")
    environment = (home / "environment").read_text()
    assert "HELPDECK_HOOK=ring" in environment
    assert "canary" not in environment
    assert "6175550142" not in environment


async def test_what_it_gets_of_the_environment_is_little_and_no_secret(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert settings.altigen is not None
    password = settings.altigen.password.reveal()
    monkeypatch.setenv("DESK_PASSWORD", password)
    monkeypatch.setenv("LC_TIME", password)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary")
    async with listening(settings, clock, HooksSettings(ring=(script(home, "tell", "env > environment"),))) as desk:
        await altigen.ring()
        await until_over(desk, 1)
    told = dict(line.split("=", 1) for line in (home / "environment").read_text().splitlines())
    of_the_shell = {"_", "PWD", "SHLVL", "OLDPWD"}
    assert told.keys() - of_the_shell <= HANDED_ON | {"LC_ALL", "HELPDECK_HOOK"}
    assert told.keys() >= {"PATH", "HOME", "LC_ALL"}
    assert told["PWD"] == str(home)


async def test_one_call_is_one_run_for_each_event(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...]
) -> None:
    hooks = HooksSettings(ring=keeping, missed=keeping, ended=keeping, at_once=8)
    async with listening(settings, clock, hooks) as desk:
        missed = await altigen.ring("6175550142")
        await altigen.disconnect(missed)
        taken = await altigen.ring("3125550101")
        await until(lambda: len(calls_of(desk).live()) == 1)
        clock.advance(4)
        await altigen.connect(taken)
        await until(lambda: calls_of(desk).live()[0].connected)
        clock.advance(31)
        await altigen.disconnect(taken)
        await until_over(desk, 5)
    told = {event: kept(home, event) for event in ("ring", "missed", "ended")}
    ids = {call["number"]: call["id"] for call in told["ring"]}
    assert len(set(ids.values())) == 2
    assert [(call["id"], call["outcome"]) for call in told["missed"]] == [(ids["6175550142"], "missed")]
    ended = {call["id"]: (call["outcome"], call["talk_seconds"]) for call in told["ended"]}
    assert ended == {ids["6175550142"]: ("missed", None), ids["3125550101"]: ("answered", 31)}


async def test_it_says_whose_the_number_is_where_the_team_knows_it_and_whether_that_is_certain(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...], tmp_path: Path
) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"), calls=False)
    async with open_store(archive) as store:
        await store.add_contacts([contact("Acme", line="+13125550142")])
    hooks = HooksSettings(ring=keeping, missed=keeping)
    async with listening(replace(settings, archive=archive), clock, hooks, archive=archive) as desk:
        for number in ("3125550142", "3125550143"):
            await altigen.disconnect(await altigen.ring(number, "NORDLICHT"))
        await until_over(desk, 4)
    for event in ("ring", "missed"):
        told = {call["number"]: (call["customer"], call["customer_certain"]) for call in kept(home, event)}
        assert told == {"3125550142": ("Acme", True), "3125550143": (None, None)}


async def test_it_has_the_id_under_which_the_archive_keeps_the_call(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...], tmp_path: Path
) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    settings = replace(settings, archive=archive)
    async with listening(settings, clock, HooksSettings(ring=keeping), archive=archive) as desk:
        await altigen.ring()
        await until_over(desk, 1)
        (id,) = calls_of(desk).history.ids.values()
    assert [call["id"] for call in kept(home, "ring")] == [id]


async def test_it_has_one_id_also_where_the_licence_was_given_back_meanwhile(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...], tmp_path: Path
) -> None:
    archive = ArchiveSettings(path=str(tmp_path / "archive.sqlite"))
    settings = replace(settings, archive=archive)
    async with listening(settings, clock, HooksSettings(ring=keeping, ended=keeping), archive=archive) as desk:
        handle = await altigen.ring()
        await until_over(desk, 1)
        await desk.release_licence()
        desk.resume()
        await until_live(desk, clock, "altigen")
        await until(lambda: is_settled(desk, clock))
        await altigen.disconnect(handle)
        await until_over(desk, 2)
    (ring,), (ended,) = kept(home, "ring"), kept(home, "ended")
    assert ring["id"] == ended["id"]


async def test_where_calls_are_not_kept_it_has_an_id_of_its_own(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...]
) -> None:
    async with listening(settings, clock, HooksSettings(ring=keeping, missed=keeping)) as desk:
        for number in ("6175550142", "3125550101"):
            await altigen.disconnect(await altigen.ring(number))
        await until_over(desk, 4)
    rung, missed = ({call["number"]: call["id"] for call in kept(home, event)} for event in ("ring", "missed"))
    assert rung == missed
    assert len(set(rung.values())) == 2


async def test_what_is_known_again_after_a_restart_or_a_lost_channel_does_not_ring_again(
    settings: Settings, altigen: Altigen, clock: FakeClock, keeping: tuple[str, ...]
) -> None:
    async with listening(settings, clock, HooksSettings(ring=keeping)) as desk:
        await altigen.ring()
        await until_over(desk, 1)
        for turn in (1, 2):
            opened = calls_of(desk).opened
            await altigen.drop_channels()
            await until(lambda opened=opened: _reopened(desk, clock, opened))  # type: ignore[misc]
            await until(lambda: is_settled(desk, clock))
            assert len(calls_of(desk).live()) == 1, turn
        assert hooks_of(desk).over == {"ring": 1}
        assert hooks_of(desk).running == 0
    async with listening(settings, clock, HooksSettings(ring=keeping)) as desk:
        assert len(calls_of(desk).live()) == 1
        assert (hooks_of(desk).running, hooks_of(desk).over) == (0, {})


def _reopened(desk: Desk, clock: FakeClock, opened: object) -> bool:
    if clock.sleeping:
        clock.advance(clock.sleeping[0])
    return calls_of(desk).opened is not opened


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("exit 3", "exit code 3"),
        ("kill -SEGV $$", "ended by SIGSEGV"),
        ("sleep 600", "no end after 1 s: it was killed"),
        ("yes", "no end after 1 s: it was killed"),
        ("exec <&-; exit 0", ""),
        ("sleep 600 & sleep 600 & exit 0", ""),
    ],
)
async def test_what_goes_wrong_is_counted_and_told_once(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, text: str, why: str
) -> None:
    hooks = HooksSettings(ring=(script(home, "hook", text),), timeout_seconds=1)
    async with listening(settings, clock, hooks) as desk:
        for number in ("6175550142", "3125550101"):
            await altigen.ring(number)
        await until_over(desk, 2)
        assert [run.why for run in hooks_of(desk).last] == [why, why]
        assert hooks_of(desk).failed["ring"] == (2 if why else 0)
        assert hooks_of(desk).news() == (f"hook ring: {why}" if why else "")
        assert hooks_of(desk).news() == ""


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda path: None, "there is no such program, or what a script of it begins with is missing"),
        (lambda path: path.touch(0o600), "it may not be executed"),
        (lambda path: path.mkdir(), "it may not be executed"),
        (lambda path: (path.write_text("no head"), path.chmod(0o700)), "it is no program: a script begins with #! and"),
        (lambda path: (path.write_text("#!/no/shell\n"), path.chmod(0o700)), "there is no such program, or what a"),
    ],
    ids=["missing", "not executable", "folder", "text", "interpreter"],
)
async def test_one_that_cannot_be_started_is_a_sentence(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, make: Any, why: str
) -> None:
    path = home / "hook"
    make(path)
    async with listening(settings, clock, HooksSettings(ring=(str(path), "canary"))) as desk:
        await altigen.ring()
        await until_over(desk, 1)
        assert hooks_of(desk).news().startswith(f"hook ring: {path}: {why}")


async def test_no_more_run_at_once_than_may_and_the_others_are_counted_and_told_once(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path
) -> None:
    waiting = script(home, "wait", "while [ ! -e go ]; do sleep 0.02; done")
    async with listening(settings, clock, HooksSettings(ring=(waiting,), at_once=2, timeout_seconds=60)) as desk:
        for number in range(5):
            await altigen.ring(f"617555010{number}")
        await until(lambda: calls_of(desk).events == 5)
        assert (hooks_of(desk).running, hooks_of(desk).dropped["ring"]) == (2, 3)
        assert hooks_of(desk).news() == "hook ring: not started, as 2 were still running"
        (home / "go").touch()
        await until_over(desk, 2)
        await altigen.ring("6175550199")
        await until_over(desk, 3)
        assert hooks_of(desk).news() == ""


async def test_when_helpdeck_ends_no_program_of_it_is_left(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path
) -> None:
    program = script(
        home, "stay", "trap '' TERM HUP; (trap '' TERM HUP; sleep 600) & echo $$ $! > part; mv part pids; wait"
    )
    async with listening(settings, clock, HooksSettings(ring=(program,), timeout_seconds=600)):
        await altigen.ring()
        await until((home / "pids").exists)
    for pid in map(int, (home / "pids").read_text().split()):
        await until(lambda pid=pid: not runs(pid))  # type: ignore[misc]


@pytest.mark.parametrize("allowed", [False, True])
async def test_in_read_only_mode_none_is_started_unless_that_is_allowed(
    settings: Settings, altigen: Altigen, clock: FakeClock, keeping: tuple[str, ...], allowed: bool
) -> None:
    settings = replace(settings, ui=UISettings(readonly=True))
    async with listening(settings, clock, HooksSettings(ring=keeping, ended=keeping, readonly=allowed)) as desk:
        await altigen.disconnect(await altigen.ring())
        await until(lambda: calls_of(desk).missed)
        if allowed:
            await until_over(desk, 2)
        assert bool(why_none(desk)) is not allowed
        assert hooks_of(desk).running == 0


async def test_a_program_that_stands_still_holds_up_no_call(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path
) -> None:
    program = script(home, "still", "kill -STOP $$")
    async with listening(settings, clock, HooksSettings(ring=(program,), at_once=1, timeout_seconds=600)) as desk:
        for number in range(20):
            await altigen.disconnect(await altigen.ring(f"61755501{number:02}"))
        await until(lambda: calls_of(desk).missed == 20)
        assert (hooks_of(desk).running, hooks_of(desk).dropped["ring"]) == (1, 19)


async def test_other_programs_and_limits_hold_from_the_moment_they_are_read(
    settings: Settings, altigen: Altigen, clock: FakeClock, home: Path, keeping: tuple[str, ...]
) -> None:
    async with listening(settings, clock, HooksSettings()) as desk:
        assert why_none(desk) == "the config names none ([hooks])"
        await altigen.disconnect(await altigen.ring())
        await until(lambda: calls_of(desk).missed)
        desk.adopt(replace(settings, hooks=HooksSettings(ring=keeping)))
        await altigen.ring("3125550101")
        await until_over(desk, 1)
    assert [call["number"] for call in kept(home, "ring")] == ["3125550101"]


async def test_a_home_folder_that_is_gone_is_named(
    settings: Settings, altigen: Altigen, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/nowhere/at/all")
    async with listening(settings, clock, HooksSettings(ring=("true",))) as desk:
        await altigen.ring()
        await until_over(desk, 1)
        assert hooks_of(desk).news() == "hook ring: /nowhere/at/all: No such file or directory"


async def test_a_storm_of_calls_leaves_a_bounded_memory_of_it(
    settings: Settings, altigen: Altigen, clock: FakeClock, keeping: tuple[str, ...]
) -> None:
    async with listening(settings, clock, HooksSettings(ring=("/no/such/program",), at_once=1)) as desk:
        while sum(hooks_of(desk).over.values()) < RUNS_KEPT + 5:
            await altigen.disconnect(await altigen.ring())
            await asyncio.sleep(0)
        assert len(hooks_of(desk).last) == RUNS_KEPT


def test_of_what_one_prints_the_last_lines_are_kept_and_they_are_harmless() -> None:
    tail = Tail()
    tail.add(b"first\n" * 10_000)
    tail.add("\x1b[31mred\r\n\n[b]x[/] \N{RIGHT-TO-LEFT OVERRIDE}".encode() + b"\xff\n" + b"x" * 1_000)
    lines = tail.lines()
    assert len(lines) == LINES_KEPT
    assert lines[:3] == ["first", "first", "␛[31mred"]
    assert lines[3] == "[b]x[/] \N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}"
    assert len(lines[4]) == LINE_LIMIT
    tail.add(b"y" * 100_000)
    assert len(tail.lines()[0]) == LINE_LIMIT < BYTES_KEPT
