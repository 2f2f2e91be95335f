"""A year of technicians' calls in a virtual clock, beside the simulator's truth: `python -m tests.benchmarks.year`.

Calls overlap, are told twice, and go on while channels are lost, Helpdecks quit, are killed and started again, a second
one listens to the same extension, the archive is away, clocks are set and zones changed. In the end each call that
anybody heard of is to be kept once, with the lengths and the outcome that it had, and so every total. ``--postgres``:
on a server, which is stopped where the file is away.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from tests.benchmarks.figures import verdict
from tests.benchmarks.technicians import BEAT, DAY, HOUR, LOOK, ZONE, Year, archive
from tests.benchmarks.truth import Differences, Told, listened
from tests.desk.virtual import BEGUN, REGION
from tui.archive import open_store
from tui.archive.sql import calls as sql_calls
from tui.desk.altigen import feed, recorder, spells
from tui.models.callbacks import LOOK_BACK_DAYS
from tui.models.kept_calls import CLOCKS_DIFFER
from tui.models.listening import coverage_of
from tui.models.numbers import one_number

TECHNICIANS: Final = 30
DAYS: Final = 250
A_DAY: Final = 40


async def differences(year: Year, days: int, zone: ZoneInfo = ZONE) -> Differences:
    """Compare what is kept with what was."""
    found = Differences()
    end = BEGUN.timestamp() + days * DAY
    async with open_store(year.place.settings, to_read=True) as store:
        for technician in year.technicians:
            extension = technician.extension.number
            kept = [call for day in await store.call_days(extension) for call in await store.calls_of(extension, day)]
            found.compare(technician.truth.calls, kept)
            for day in range(days):
                if day in technician.odd_days or technician.is_shared:
                    continue
                begin = day * DAY - 3 * HOUR
                since = BEGUN.timestamp() + begin
                coverage = coverage_of(await store.spells_of(extension, since, since + DAY), since, since + DAY)
                truth = listened(technician.truth.spells, begin, begin + DAY)
                gaps = sum(after[0] - before[1] for before, after in pairwise(truth))
                if coverage is None or not truth:
                    if coverage is not None or truth:
                        found.note("coverage", extension, day, coverage, truth)
                    continue
                off = (
                    abs(coverage.listened_from - BEGUN.timestamp() - truth[0][0]),
                    abs(coverage.listened_until - BEGUN.timestamp() - truth[-1][1]),
                    abs(coverage.gap_seconds - gaps),
                )
                if max(off) > 2:
                    found.note("coverage", extension, day, coverage, truth, off)
        callbacks = await store.callbacks(end - LOOK_BACK_DAYS * DAY)
    wanted = _to_call_back(year, end)
    held = {(each.line, each.is_certain) for each in callbacks.open}
    for each in wanted ^ held:
        found.note("call-backs", "missing" if each in wanted else "too many", each)
    return found


def _to_call_back(year: Year, end: float) -> set[tuple[str, bool]]:
    """Count them anew, naively."""
    lines = {number: one_number(number, REGION, "") for number in {each.number for each in _all(year)}}
    talks: dict[str, float] = {}
    for call in _all(year):
        if call.heard_talk and call.talked is not None:
            line = lines[call.number]
            talks[line] = max(talks.get(line, 0.0), call.wall + call.talked - call.began)
    waiting: dict[str, bool] = {}
    for call in _all(year):
        line = lines[call.number]
        is_recent = call.wall >= end - LOOK_BACK_DAYS * DAY
        if call.is_missed and is_recent and call.wall > talks.get(line, 0.0) + CLOCKS_DIFFER:
            waiting[line] = waiting.get(line, False) or call.heard_end
    return set(waiting.items())


def _all(year: Year) -> Iterator[Told]:
    for technician in year.technicians:
        yield from (call for call in technician.truth.calls if call.day)


async def live_through(
    folder: Path, technicians: int, days: int, a_day: int, seed: int, *, on_postgres: bool = False
) -> tuple[Year, Differences]:
    """Live through it, and compare."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "BEAT_SECONDS", float(BEAT))
        patch.setattr(spells, "SILENT_SECONDS", 3.0 * BEAT)
        patch.setattr(recorder, "RETRY_SECONDS", 60.0)
        patch.setattr(feed, "REST_SECONDS", float(LOOK))
        patch.setattr(sql_calls, "SILENT_SECONDS", 3.0 * BEAT)
        with archive(folder, on_postgres=on_postgres) as place:
            year = Year(place, folder, technicians, seed)
            year.plan(days, a_day)
            await year.live()
            return year, await differences(year, days)


async def measure(technicians: int, days: int, a_day: int, seed: int, *, on_postgres: bool) -> bool:
    """Tell what differs, and whether that is nothing."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        year, found = await live_through(Path(name), technicians, days, a_day, seed, on_postgres=on_postgres)
    calls = list(_all(year))
    print(
        f"{technicians} technicians, {days} days, {sum(len(each.truth.calls) for each in year.technicians):,} calls,"
        f" {len(calls):,} of them heard, {sum(bool(call.whole) for call in calls):,} wholly,"
        f" {sum(call.talk_seconds for call in calls) / 3600:,.0f} hours of talk,"
        f" in {time.monotonic() - began:,.0f} s"
    )
    print("  " + ", ".join(f"{many:,} {what}" for what, many in sorted(year.happened.items())))
    for kind, examples in sorted(found.examples.items()):
        print(f"  {found.kinds[kind]:,} {kind}:", *examples, sep="\n    ")
    return verdict("differences from the simulator's truth", sum(found.kinds.values()), 0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Live, compare, and give 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.year", description=__doc__)
    parser.add_argument("--technicians", type=int, default=TECHNICIANS)
    parser.add_argument("--days", type=int, default=DAYS)
    parser.add_argument("--a-day", type=int, default=A_DAY)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--postgres", action="store_true")
    asked = parser.parse_args(arguments)
    run = measure(asked.technicians, asked.days, asked.a_day, asked.seed, on_postgres=asked.postgres)
    return 0 if asyncio.run(run) else 1


if __name__ == "__main__":
    sys.exit(main())
