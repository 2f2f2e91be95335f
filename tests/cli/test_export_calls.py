"""`helpdeck export calls`: the calls of all extensions, and how much of each day somebody listened."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.cli.harness import Helpdeck
from tests.models.test_contacts import contact
from tests.models.test_kept_calls import KEPT, NOON
from tui.archive import open_store
from tui.commands.exported_calls import ExportedCalls
from tui.config import ArchiveSettings
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.notes import Note, Subject, SubjectKind

DAYS = ("--since", "2026-11-20", "--until", "2026-11-22")
HOSTILE = "=cmd|'/c calc'!A1 ␛[31m"


@pytest.fixture
def config(home: Path) -> str:
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text(
        '[altigen]\nurl = "http://127.0.0.1:9"\nuser = "201"\npassword = "x"\n[ui]\ntimezone = "Europe/Istanbul"\n'
    )
    return str(path)


def keep(calls: list[KeptCall], spells: list[Spell]) -> None:
    async def store() -> None:
        async with open_store(ArchiveSettings()) as archive:
            await archive.store_calls(calls, spells, NOON)

    asyncio.run(store())


def annotate(*notes: Note) -> None:
    async def store() -> None:
        async with open_store(ArchiveSettings()) as archive:
            await archive.add_notes(notes)

    asyncio.run(store())


def note(number: int, text: str, day: str) -> Note:
    about = Subject(SubjectKind.CALL, KEPT.extension, day, KEPT.id)
    return Note(id=f"{number:016x}", about=about, at=NOON + number, author="ada", host="desk1", text=text)


def spell(id: str, began: float, until: float, extension: str = "201") -> Spell:
    return Spell(id=id, extension=extension, host="desk1", began=began, until=until)


MISSED = replace(
    KEPT,
    id="0" * 15 + "1",
    handle=1,
    start=NOON + 60,
    known_at=NOON + 69,
    talk_at=None,
    outcome=Outcome.MISSED,
    name="",
    number="anonymous",
    line="",
    extension="202",
)


@pytest.fixture
def archive(home: Path) -> None:
    """On Saturday two were there, with a gap on the one extension; on Sunday nobody was."""
    keep(
        [replace(KEPT, name=HOSTILE), MISSED, replace(KEPT, id="0" * 15 + "2", handle=2, day="2026-11-19")],
        [
            spell("a", NOON - 7200, NOON - 300),
            spell("b", NOON, NOON + 3600),
            spell("c", NOON, NOON + 60, extension="202"),
        ],
    )


@pytest.mark.usefixtures("archive")
def test_the_calls_of_all_extensions_are_written_and_how_much_was_listened_to_is_said(
    helpdeck: Helpdeck, config: str, home: Path
) -> None:
    ran = helpdeck("export", "calls", "--config", config, *DAYS, TZ="UTC")
    file = home / "helpdeck-calls-2026-11-20-2026-11-22.csv"
    assert ran.stderr.splitlines() == [
        f"2 calls from 2026-11-20 to 2026-11-22 written to {file}",
        "Sat 21 Nov 2026, 201: 1 call, listened 13:00 to 16:00, 1 gap, 5 min",
        "Sat 21 Nov 2026, 202: 1 call, listened 15:00 to 15:01",
        "nobody listened: 2 days (2026-11-20, 2026-11-22)",
        "times in Europe/Istanbul",
    ]
    assert (ran.returncode, ran.stdout) == (0, "")
    with file.open(encoding="utf-8", newline="") as opened:
        missed, answered = list(csv.DictReader(opened))
    assert (answered["name"], answered["e164"], answered["start"]) == (
        f"'{HOSTILE}",
        "+902125550199",
        "2026-11-21T15:00:00+03:00",
    )
    assert (answered["ring_seconds"], answered["talk_seconds"], answered["at_least"]) == ("5", "25", "false")
    assert (missed["outcome"], missed["talk_seconds"], missed["extension"]) == ("missed", "", "202")
    assert (missed["name"], missed["e164"], missed["notes"]) == ("", "", "")


@pytest.mark.usefixtures("archive")
def test_json_has_the_fields_that_scripts_rely_on_with_null_for_what_is_not_known(
    helpdeck: Helpdeck, config: str
) -> None:
    ran = helpdeck("export", "calls", "--config", config, *DAYS, "--format", "json", "--output", "-")
    missed, answered = map(json.loads, ran.stdout.splitlines())
    fields = (
        "id, day, start, direction, number, e164, name, called, outcome, ring_seconds, talk_seconds, at_least,"
        " recorded_seconds, extension, host, customer, customer_certain, connection_uids, notes"
    )
    assert list(missed) == list(answered) == fields.split(", ") == list(ExportedCalls.columns)
    assert (missed["id"], missed["number"], missed["e164"], missed["name"]) == (MISSED.id, "anonymous", None, None)
    assert (missed["ring_seconds"], missed["talk_seconds"], missed["at_least"]) == (9, None, False)
    assert (answered["name"], answered["host"], answered["day"]) == (HOSTILE, "desk1", "2026-11-21")
    assert answered["customer"] is answered["customer_certain"] is answered["connection_uids"] is None


@pytest.mark.usefixtures("archive")
def test_the_customer_stands_beside_a_call_where_somebody_has_said_whose_its_number_is(
    helpdeck: Helpdeck, config: str
) -> None:
    async def say(*names: str) -> None:
        async with open_store(ArchiveSettings()) as archive:
            await archive.add_contacts([contact(name) for name in names])

    asyncio.run(say(HOSTILE))
    ran = helpdeck("export", "calls", "--config", config, *DAYS, "--format", "json", "--output", "-")
    told = [(call["customer"], call["customer_certain"]) for call in map(json.loads, ran.stdout.splitlines())]
    assert told == [(None, None), (HOSTILE, True)]
    asyncio.run(say("Another"))
    ran = helpdeck("export", "calls", "--config", config, *DAYS, "--format", "json", "--output", "-")
    assert [json.loads(line)["customer"] for line in ran.stdout.splitlines()] == [None, None]


@pytest.mark.usefixtures("archive")
def test_the_notes_on_a_call_stand_beside_it_whichever_day_its_author_took_it_to_be_of(
    helpdeck: Helpdeck, config: str
) -> None:
    annotate(note(2, f"second\n{HOSTILE}", "2026-11-22"), note(1, "first", KEPT.day))
    ran = helpdeck("export", "calls", "--config", config, *DAYS, "--format", "json", "--output", "-")
    missed, answered = map(json.loads, ran.stdout.splitlines())
    assert missed["notes"] is None
    assert answered["notes"].split("\n") == [
        "2026-11-21T15:00:01+03:00 ada: first",
        "2026-11-21T15:00:02+03:00 ada: second",
        HOSTILE,
    ]


def test_where_one_extension_is_kept_its_number_is_not_said_again_and_a_call_without_a_listener_is_said(
    helpdeck: Helpdeck, config: str, home: Path
) -> None:
    keep([KEPT], [])
    ran = helpdeck("export", "calls", "--config", config, "--since", KEPT.day, "--until", KEPT.day, "--output", "-")
    assert "Sat 21 Nov 2026: 1 call, when somebody listened is not known" in ran.stderr.splitlines()


def test_an_archive_without_calls_gives_an_empty_file_and_says_that_nobody_listened(
    helpdeck: Helpdeck, config: str, home: Path
) -> None:
    keep([], [])
    ran = helpdeck("export", "calls", "--config", config, *DAYS, "--output", "-")
    assert ran.stdout == ",".join(ExportedCalls.columns) + "\n"
    assert "nobody listened: 3 days (2026-11-20 to 2026-11-22)" in ran.stderr.splitlines()
    assert ran.returncode == 0


def test_no_altigen_needs_to_be_configured(helpdeck: Helpdeck, home: Path) -> None:
    """As on the machine that writes the figures of a team."""
    keep([KEPT], [])
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text('[remotepc]\napi_key = "x"\n')
    ran = helpdeck("export", "calls", "--config", str(path), *DAYS, "--output", "-", TZ="UTC")
    assert ran.stdout.count("\n") == 2
    assert f"{datetime.fromtimestamp(NOON, UTC).isoformat()}" in ran.stdout
    assert "times in" not in ran.stderr


def test_an_archive_that_is_away_for_a_while_is_worth_trying_again(helpdeck: Helpdeck, home: Path) -> None:
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text('[remotepc]\napi_key = "x"\n[archive]\nurl = "postgresql:///helpdeck?host=/nowhere"\n')
    ran = helpdeck("export", "calls", "--config", str(path), *DAYS)
    assert (ran.returncode, "cannot be reached" in ran.stderr) == (3, True)
    assert (
        helpdeck("export", "calls", "--config", str(path), "--since", "2026-11-22", "--until", "2026-11-21").returncode
        == 2
    )
