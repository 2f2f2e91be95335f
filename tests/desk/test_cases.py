"""The cases of the days that the archive holds: joined when somebody looks, by what the days before have shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.benchmarks.labelled import Desk as LabelledDesk
from tests.benchmarks.labelled import LabelledDay
from tests.models.test_cases import ISTANBUL, row, talk
from tui.archive import Store, open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import AlpemixSettings, AltiGenSettings, ArchiveSettings, Secret, Settings, TeamSettings
from tui.desk import cases
from tui.desk.cases import CaseBook, customers_of_line
from tui.models.clock import Uptime
from tui.models.connections import Connection, Report, ReportKind
from tui.models.contacts import Did, Known, TieKind, TieStep, contact_of
from tui.models.kept_calls import KeptCall, call_of
from tui.services.errors import Unreachable

SETTINGS = Settings(
    altigen=AltiGenSettings(url=("http://127.0.0.1:9",), user="201", password=Secret("x")),
    alpemix=AlpemixSettings(url="http://127.0.0.1:9/api", user="helpdesk", secret_key=Secret("x")),
)


async def keep(archive: Store, calls: list[KeptCall], rows: list[Connection]) -> None:
    assert SETTINGS.alpemix is not None
    await archive.store_calls(calls, [], 0.0)
    for day in sorted({each.day for each in rows}):
        requested = RequestedReport(ReportKind.TODAY, 0, 5, Uptime("first", 1.0), day)
        limit = Limit(SETTINGS.alpemix.account, "reports", 3, 60.0)
        report = Report(rows=tuple(each for each in rows if each.day == day))
        await archive.store_report(limit, requested, report, 0.0)


@asynccontextmanager
async def book(folder: Path, settings: Settings = SETTINGS) -> AsyncIterator[tuple[CaseBook, Store]]:
    async with open_store(ArchiveSettings(path=str(folder / "archive.sqlite"))) as archive:
        found = CaseBook(lambda: settings)
        found.open(archive)
        yield found, archive


async def test_a_call_and_a_connection_find_each_other(tmp_path: Path) -> None:
    call, connection = talk(0), row(60)
    async with book(tmp_path) as (found, archive):
        await keep(archive, [call], [connection])
        (of_connection,) = await found.of_connection(connection)
        assert of_connection.call == call
        assert [each.connection for each in await found.of_call(call_of(call), call.id)] == [connection]


async def test_a_call_that_another_told_of_first_is_known_by_its_handle(tmp_path: Path) -> None:
    call = talk(0)
    async with book(tmp_path) as (found, archive):
        await keep(archive, [call, replace(call, id="c" * 16, extension="209", talk_at=None)], [row(60)])
        seen = call_of(replace(call, id="d" * 16, start=call.start + 2))
        assert len(await found.of_call(seen, "d" * 16)) == 1
        assert SETTINGS.altigen is not None
        another = replace(SETTINGS, altigen=replace(SETTINGS.altigen, user="209"))
        elsewhere = CaseBook(lambda: another)
        elsewhere.open(archive)
        assert list(await elsewhere.of_call(seen, "d" * 16)) == []


async def test_the_days_of_connections_go_by_their_server(tmp_path: Path) -> None:
    midnight = -15 * 3600.0  # of Istanbul
    call, connection = replace(talk(midnight - 120, 90), day="2026-11-20"), row(midnight + 30)
    async with book(tmp_path) as (found, archive):
        await keep(archive, [call], [connection])
        assert len(await found.of_connection(connection)) == 1
        assert len(await found.of_call(call_of(call), call.id)) == 1


async def test_a_day_is_joined_by_what_the_days_before_have_shown(tmp_path: Path) -> None:
    *before, today = LabelledDesk(3, 4, 60, 40).days(4)
    surest = next(each for each in today.rows if any(uid == each.uid for _, uid in today.pairs))

    async def reason(folder: str, *days: LabelledDay, technicians: dict[str, str] | None = None) -> str:
        (tmp_path / folder).mkdir()
        async with book(tmp_path / folder, replace(SETTINGS, team=TeamSettings(technicians=technicians or {}))) as (
            found,
            archive,
        ):
            for day in days:
                await keep(archive, day.calls, day.rows)
            await keep(archive, today.calls, [surest])
            return (await found.of_connection(surest))[0].reason

    seat = f"{surest.technician} is mostly at 2"
    assert seat not in await reason("alone")
    assert seat in await reason("learnt", *before)
    given = {f"20{number}": f"tech0{number}" for number in range(4)}
    assert f"{surest.technician} has 2" in await reason("given", *before, technicians=given)


async def test_what_the_days_before_have_shown_is_worked_out_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = list(LabelledDesk(4, 2, 20, 12).days(3))
    async with book(tmp_path) as (found, archive):
        for day in days:
            await keep(archive, day.calls, day.rows)
        last = days[-1].rows[0]
        once = await found.of_connection(last)
        monkeypatch.setattr(cases, "LEARNT_DAYS", 0)  # would be worked out otherwise now
        assert await found.of_connection(last) == once


async def test_what_people_have_said_of_a_number_is_believed(tmp_path: Path) -> None:
    ours, other = talk(0, id="a" * 16), talk(20, id="b" * 16, extension="202", line="+902125550111")
    connection = row(60, "can", customer="", customer_device="T7")
    async with book(tmp_path) as (found, archive):
        await keep(archive, [ours, other], [connection])
        assert (await found.of_connection(connection))[0].confidence < 0.6
        await archive.add_contacts(
            [
                contact_of(ours.line, "Harbour", device="T7", source="list", at=0.0, by="ada"),
                contact_of(ours.line, "Kaya", source="list", at=0.0, by="ada"),
            ]
        )
        surest = (await found.of_connection(connection))[0]
        assert surest.call == ours
        assert surest.confidence > 0.8
        assert "number of T7 (one of 2)" in surest.reason


def test_a_device_that_was_confirmed_alone_is_the_customer_s_of_the_number_or_one_of_its_own() -> None:
    contacts = tuple(contact_of("+1", name, source="", at=0.0, by="ada") for name in ("Harbour", "Kaya"))
    step = TieStep(id="1", kind=TieKind.DEVICE, one="+1", other="T7", did=Did.CONFIRMED, at=1.0, by="ada")
    assert customers_of_line("+1", Known(steps=(step,))) == [{"T7"}]
    assert customers_of_line("+1", Known(contacts=contacts[:1], steps=(step,))) == [{"Harbour", "T7"}]
    assert customers_of_line("+1", Known(contacts=contacts, steps=(step,)))[2:] == [{"T7"}]
    back = replace(step, id="2", did=Did.TAKEN_BACK, at=2.0)
    assert customers_of_line("+1", Known(steps=(step, back))) == []


async def test_only_the_newest_of_a_very_long_day_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cases, "ROWS_MOST", 2)
    rows = [row(at, uid=f"U{at}") for at in (60, 120, 180)]
    async with book(tmp_path) as (found, archive):
        await keep(archive, [talk(0)], rows)
        assert {each.uid for each in (await found.of_days(rows[0].day, rows[0].day)).connections} == {"U120", "U180"}


@pytest.mark.parametrize("year", [1, 9999])
async def test_a_day_at_the_end_of_the_calendar_is_joined_with_nothing(tmp_path: Path, year: int) -> None:
    started = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=ISTANBUL)
    far = replace(row(60), started=started)
    async with book(tmp_path) as (found, archive):
        await keep(archive, [talk(0)], [far])
        assert list(await found.of_connection(far)) == []
        assert (await found.of_days("0001-01-01", "9999-12-31")).calls == []


async def test_without_alpemix_or_an_archive_there_is_nothing_to_join(tmp_path: Path) -> None:
    async with book(tmp_path, replace(SETTINGS, alpemix=None)) as (found, _):
        assert list(await found.of_call(call_of(talk(0)), "")) == []
    with pytest.raises(Unreachable, match="just being opened"):
        await CaseBook(lambda: SETTINGS).of_connection(row(60))


async def test_a_connection_without_a_clock_belongs_to_nothing(tmp_path: Path) -> None:
    async with book(tmp_path) as (found, _):
        assert list(await found.of_connection(replace(row(60), started=None))) == []
