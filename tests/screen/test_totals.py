"""One total, whoever adds it up: the pane, `E`, `helpdeck export` in both formats, and a count of our own."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.screen.app_driver import LARGE, AppDriver, app_driver
from tui.commands.conversation import Conversation
from tui.commands.export import Wanted, export
from tui.config import ArchiveSettings

HOUR: Final = 3600


class Total(NamedTuple):
    """How many connections of a day there are, and their seconds in all."""

    rows: int
    seconds: int


class Case(NamedTuple):
    """Three days and what is odd about them."""

    zone: str
    first: str
    """The day that it begins on, at ten in the evening."""
    lengths: tuple[float, float]
    """Hours of the two days after it."""


CASES: Final = {
    "a year ends": Case("Europe/Istanbul", "2024-12-31", (24, 24)),
    "a leap day": Case("Europe/Istanbul", "2024-02-28", (24, 24)),
    "an hour comes twice": Case("Europe/Berlin", "2024-10-26", (25, 24)),
    "an hour is left out": Case("Europe/Berlin", "2024-03-30", (23, 24)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
async def test_every_total_of_a_day_is_the_same(case: Case, home: Path) -> None:
    zone = ZoneInfo(case.zone)
    began = datetime.fromisoformat(f"{case.first}T22:00").replace(tzinfo=zone)
    archive = home / "archive.sqlite"
    async with app_driver(
        LARGE,
        without=("altigen", "remotepc"),
        is_connecting=False,
        simulated={"alpemix": {"timezone": case.zone}},
        archive=archive,
        began=began,
    ) as on:
        await on.press("2", "z")
        await on.until("Alpemix live")
        await three_days(on, case.lengths)
        counted = count(on, zone)
        assert len(counted) == 3
        assert sum(total.rows for total in counted.values()) == len(on.simulation.alpemix.connections)
        for day in sorted(counted, reverse=True):
            await on.until(f"{datetime.fromisoformat(day):%a %d %b %Y}: {counted[day].rows} rows, ")
            assert shown(on) == counted[day]
            for form in ("csv", "json"):
                assert await exported(on, home / f"{day}.{form}") == counted[day]
            await on.press("[")
        for form in ("csv", "json"):
            told = await asyncio.to_thread(export_of, on, archive, form, min(counted), max(counted))
            assert told == counted


async def three_days(on: AppDriver, lengths: tuple[float, float]) -> None:
    """Connections on each of them: over each midnight, in every quarter of the night, written late and later."""
    alpemix = on.simulation.alpemix

    async def wait(hours: float) -> None:
        """Let time pass until the program has asked for what is new."""
        await on.pass_seconds(hours * HOUR)
        before = len(alpemix.report_requests)
        await on.pass_seconds(61)
        await on.when(lambda: len(alpemix.report_requests) > before)
        await on.frames()

    alpemix.add_connection(dur=600)
    for length in lengths:
        await wait(1.75)  # a quarter to midnight
        over = alpemix.add_connection(dur=30, uname="nöbetçi")
        await wait(0.5)
        alpemix.explain(str(over["uid"]), dur=1800, exp="went on over midnight")
        await wait(4.25)  # about half past four
        for quarter in range(17):
            at = alpemix.calendar() - timedelta(minutes=15 * quarter)
            alpemix.add_connection(started=at, dur=61 + quarter, supnum="x" * (quarter % 2))
        late = alpemix.add_connection(dur=5)
        await wait(10)
        alpemix.explain(str(late["uid"]), dur=4321, exp="written late", supnum="SR-1")
        alpemix.add_connection(dur=0)
        await wait(length - 16.5)  # ten in the evening
    alpemix.explain(str(late["uid"]), dur=5432)
    alpemix.add_connection(dur=86_400)
    await wait(0.1)


def count(on: AppDriver, zone: ZoneInfo) -> dict[str, Total]:
    """The totals of each day by the server's own rows: those are of a day on which they began."""
    rows: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for row in on.simulation.alpemix.connections:
        started, length = row["dt"], row["dur"]
        assert isinstance(started, datetime)
        assert isinstance(length, int)
        day = started.astimezone(zone).date().isoformat()
        rows[day] += 1
        seconds[day] += length
    return {day: Total(rows[day], seconds[day]) for day in rows}


def shown(on: AppDriver) -> Total:
    """What the line below the rows says."""
    found = re.search(r"(\d+) shown, ([\d:]+) in all", on.text)
    assert found is not None
    return Total(int(found[1]), seconds_of(found[2]))


def seconds_of(length: str) -> int:
    """``2:50:45`` or ``16:40`` in seconds."""
    seconds = 0
    for part in length.split(":"):
        seconds = seconds * 60 + int(part)
    return seconds


async def exported(on: AppDriver, path: Path) -> Total:
    """What a file of ``E`` adds up to."""
    await on.press("E")
    await on.until("Export what the pane shows")
    await on.press("end", "ctrl+u")
    await on.paste(path.name)
    await on.press("enter")
    await on.when(path.exists)
    await on.until_gone("Export what the pane shows")
    rows = rows_in(path.read_text("utf-8"))
    return Total(len(rows), sum(int(row["duration"]) for row in rows))


def export_of(on: AppDriver, archive: Path, form: str, since: str, until: str) -> dict[str, Total]:
    """What `helpdeck export` adds up to for each day."""
    settings = replace(on.app.desk.settings, archive=ArchiveSettings(path=str(archive)))
    out = io.StringIO()
    said: list[str] = []

    def say(text: str = "", *, end: str = "\n") -> None:
        said.append(text + end)

    talk = Conversation(say, None)
    assert export(settings, Wanted("connections", since, until, form, "-"), talk, out, is_watched=False) == 0, said
    rows: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for row in rows_in(out.getvalue()):
        rows[row["day"]] += 1
        seconds[row["day"]] += int(row["seconds"])
        assert str(row["start"]).startswith(row["day"])
    return {day: Total(rows[day], seconds[day]) for day in rows}


def rows_in(text: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a file in either format; JSON may be one document, or an object a line."""
    if text.startswith("["):
        return list(json.loads(text))
    if text.startswith("{"):
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text, newline="")))
