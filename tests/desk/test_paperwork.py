"""Today's and yesterday's work without a paper trail, as the archive tells of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.desk.test_cases import SETTINGS, keep
from tests.models.test_cases import row, talk
from tests.models.test_kept_calls import NOON
from tests.models.test_paperwork import ALL_DAY, written
from tui.archive import Store, open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import ArchiveSettings, Settings, TeamSettings
from tui.desk.cases import CaseBook
from tui.desk.paperwork import Paperwork
from tui.models.clock import Uptime
from tui.models.connections import Report, ReportKind
from tui.models.notes import Note, Subject, SubjectKind
from tui.models.paperwork import Lack
from tui.services.errors import Unreachable

DAY = 86_400.0
TEAM = replace(SETTINGS, team=TeamSettings(technicians={"201": "ayse"}))


@asynccontextmanager
async def paperwork(folder: Path, settings: Settings = TEAM) -> AsyncIterator[tuple[Paperwork, Store]]:
    async with open_store(ArchiveSettings(path=str(folder / "archive.sqlite"))) as archive:
        cases = CaseBook(lambda: settings)
        cases.open(archive)
        found = Paperwork(lambda: settings, cases, FakeClock(datetime.fromtimestamp(NOON + 3600, UTC)))
        found.open(archive)
        yield found, archive


async def test_it_is_of_today_and_yesterday_by_the_clock_of_the_server(tmp_path: Path) -> None:
    async with paperwork(tmp_path) as (found, archive):
        midnight = -15 * 3600.0  # of Istanbul
        rows = [row(0), row(midnight + 5), row(midnight - DAY + 5), row(midnight - DAY - 5)]
        calls = [talk(600, 900, extension="202"), talk(midnight - DAY - 3600, 900, day="2026-11-19")]
        await keep(archive, calls, rows)
        read = await found.read()
        assert [end.row for end in read.ends] == [calls[0], *rows[:3]]
        assert read.own is not None
        assert read.own.said == "ayse"
        assert read.rests_on == ["nobody listened in that time"]


async def test_it_shrinks_as_it_is_written(tmp_path: Path) -> None:
    async with paperwork(tmp_path) as (found, archive):
        call, connection = talk(0, 900), row(2 * 3600, "can")
        await keep(archive, [call], [connection])
        assert len((await found.read()).ends) == 2
        await keep(archive, [], [replace(connection, explanation="printer", support_number="SR-1")])
        assert [end.row for end in (await found.read()).ends] == [call]
        about = Subject(SubjectKind.CALL, call.extension, call.day, call.id)
        await archive.add_notes(
            [Note(id="1", about=about, at=NOON, author="ada", host="desk1", text="asked for a price")]
        )
        assert (await found.read()).ends == []


async def test_what_this_helpdeck_listened_to_counts_before_it_is_stored(tmp_path: Path) -> None:
    async with paperwork(tmp_path) as (found, archive):
        await keep(archive, [talk(-7200, 30)], [written(0)])
        assert (await found.read()).ends == []
        read = await found.read([ALL_DAY])
        assert [end.lacks for end in read.ends] == [(Lack.CALL,)]
        assert "1 of 1 extension now" in read.rests_on[0]


async def test_a_day_of_which_something_may_be_missing_is_named(tmp_path: Path) -> None:
    async with paperwork(tmp_path) as (found, archive):
        await keep(archive, [], [row(0)])
        assert TEAM.alpemix is not None
        newest = RequestedReport(ReportKind.LAST, 1, 1, Uptime("first", 2.0), row(600).day)
        limit = Limit(TEAM.alpemix.account, "reports", 3, 60.0)
        await archive.store_report(limit, newest, Report(rows=(row(600),)), NOON + 700)
        assert (await found.read()).rests_on[1:] == ["Sat 21: GAP, there may be more connections"]


async def test_without_a_map_who_has_the_extension_is_not_known(tmp_path: Path) -> None:
    async with paperwork(tmp_path, SETTINGS) as (found, archive):
        await keep(archive, [talk(0, 900)], [row(-7200)])
        read = await found.read()
        assert read.own is not None
        assert read.own.technicians == ()
        assert len(read.ends) == 2


async def test_without_an_archive_it_says_so(tmp_path: Path) -> None:
    cases = CaseBook(lambda: SETTINGS)
    with pytest.raises(Unreachable, match="just being opened"):
        await Paperwork(lambda: SETTINGS, cases, FakeClock()).read()
    async with paperwork(tmp_path, replace(SETTINGS, alpemix=None, altigen=None)) as (found, _):
        assert (await found.read()).ends == []
