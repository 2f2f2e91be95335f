"""The connections pane: what is missing in the records, when it is asked again, and what is left of the requests."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.screen.app_driver import LARGE, SIZES, app_driver
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.desk.alpemix import AlpemixCounter
from tui.models.connections import Connection
from tui.panes import connections
from tui.panes.connection_facts import Sums


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_a_connection_shows_with_what_is_missing_in_it(size: tuple[int, int]) -> None:
    async with app_driver(
        size, prepare=lambda simulation: simulation.alpemix.add_connection(dur=125, tuname="Ege Tarım A.Ş.", supnum="")
    ) as on:
        await on.press("2")
        await on.until("1 today")
        row = on.line("Ege Tarım A.Ş.")
        assert row.startswith("▸09:00:00   02:05 desk1")
        assert "-missing-" in row


async def test_what_is_left_of_the_requests_and_when_the_next_goes_is_shown_by_the_servers_clock() -> None:
    async with app_driver() as on:
        await on.press("2")
        await on.until("1 of 3 left, next 09:00:30")  # today and yesterday were read
        await on.pass_seconds(8)
        assert "1 of 3 left, next 09:00:30" in on.text
        on.simulation.alpemix.add_connection(tuname="Lantern Theatre")
        await on.pass_seconds(17)
        await on.until("0 of 3 left, next 09:01:01", "Lantern Theatre")
        await on.pass_seconds(31)
        await on.until("1 of 3 left, next 09:01:31")


async def test_r_asks_at_once_and_beyond_the_budget_says_when() -> None:
    async with app_driver() as on:
        await on.press("2", "r")
        await on.until("asking Alpemix now")
        await on.until("0 of 3 left, next 09:01:01")
        await on.press("r")
        await on.until("3 of 3 requests of this minute are used: asking again in 56 s")
        await on.pass_seconds(54)
        assert len(on.simulation.alpemix.report_requests) == 3
        await on.pass_seconds(2)
        await on.when(lambda: len(on.simulation.alpemix.report_requests) == 4)
        assert on.simulation.alpemix.violations == 0
        await on.until("Alpemix live")


async def test_many_presses_of_r_never_exceed_the_budget() -> None:
    async with app_driver() as on:
        await on.press("2", *"rrrrrrrr")
        await on.frames()
        assert len(on.simulation.alpemix.report_requests) <= 3
        assert on.simulation.alpemix.violations == 0
        await on.until("Alpemix live")


@pytest.mark.sloppy
async def test_a_note_that_is_written_later_shows_in_its_row() -> None:
    async with app_driver(LARGE) as on:
        row = on.simulation.alpemix.add_connection(tuname="Lantern Theatre")
        await on.pass_seconds(61)
        await on.press("2", "z", "r")
        await on.until("Lantern Theatre")
        assert on.line("Lantern Theatre").count("-missing-") == 2
        on.simulation.alpemix.explain(str(row["uid"]), exp="Printer driver reinstalled", supnum="SR-10001", dur=61)
        await on.press("r")
        await on.until("Printer driver reinstalled", "SR-10001", "01:01")
        assert "-missing-" not in on.line("Lantern Theatre")


@pytest.mark.sloppy
async def test_the_card_has_every_key_of_the_record() -> None:
    async with app_driver(
        LARGE, prepare=lambda simulation: simulation.alpemix.add_connection(exp="Second screen")
    ) as on:
        await on.press("2", "enter")
        await on.until("Connections: details", "Second screen", "-missing-")
        await on.until("2024-08-22 09:00:00 UTC", "2024-08-22 12:00:00 +03")
        await on.until("192.0.2.10 (local 10.0.0.10)", "Harbour Dental", "T-0000-0001", "400500600", "0000000001")


async def test_keys_of_the_other_panes_do_nothing_here() -> None:
    async with app_driver(opening=True) as on:
        await on.press("2")
        before = on.text
        for key in ("x", "o", "m", "a", "i", "l", "v", "e"):
            await on.press(key)
            assert on.text == before, key


def a_history(simulation: Simulation) -> None:
    """Two connections today and three yesterday, one of them with the device of today's."""
    alpemix = simulation.alpemix
    now = alpemix.calendar()
    for minutes, name in ((60, "Quarry Lane Vets"), (30, "Ege Tarım A.Ş.")):
        alpemix.add_connection(
            started=now - timedelta(minutes=minutes), tuname=name, dur=600, tunum=f"T-{minutes}", exp="x", supnum="1"
        )
    for hours, name in ((13, "İstanbul Şubesi"), (14, "Isparta Depo"), (15, "Oak Street Books")):
        alpemix.add_connection(
            started=now - timedelta(hours=hours), tuname=name, dur=3600, tunum=f"T-{hours * 2 + 4}", uname="nöbetçi"
        )


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_the_keys_for_days_go_through_the_archive_and_back(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=a_history) as on:
        await on.press("2", "z")
        await on.until("2 today, Thu 22", "Ege Tarım")
        await on.until("2 shown, 20:00 in all: desk1 2/20:00")
        await on.until("Thu 22 Aug 2024: 2 rows, no gap until 09:00 · day of Europe/Istanbul +0300")
        await on.press("]")
        await on.until("this is today")
        await on.press("[")
        await on.until("Wed 21: 3", "İstanbul Şubesi", "Isparta Depo")
        await on.until("3 shown, 3:00:00 in all, 3 unfinished: nöbetçi 3/3:00:00")
        await on.until("Wed 21 Aug 2024: 3 rows, closed Thu 09:00")
        assert "Ege Tarım" not in on.text
        await on.press("[")
        await on.until("the archive has no earlier day")
        await on.press("]")
        await on.until("2 today, Thu 22", "Ege Tarım")


async def test_rows_are_added_up_when_they_change_and_not_at_every_look(monkeypatch: pytest.MonkeyPatch) -> None:
    added: list[int] = []

    def counted(rows: Sequence[Connection]) -> Sums:
        added.append(len(rows))
        return Sums(("added up",), ())

    monkeypatch.setattr(connections, "sums_of", counted)
    async with app_driver(LARGE, prepare=a_history) as on:
        await on.press("2", "z")
        await on.until("2 today, Thu 22", "added up")
        added.clear()
        for _ in range(3):
            await on.frames()
        await on.press("j", "k")
        assert added == []
        await on.press("slash")
        await on.type("ege")
        await on.until("/ege: 1 of 2")
        assert added[-1] == 1


@pytest.mark.sloppy
async def test_the_filter_folds_turkish_letters_on_every_day_and_the_sums_are_of_what_is_shown() -> None:
    async with app_driver(LARGE, prepare=a_history) as on:
        await on.press("2", "z", "[", "slash")
        await on.type("customer:isp")
        await on.press("enter")
        await on.until("/customer:isp: 1 of 3", "Isparta Depo", "1 shown, 1:00:00 in all")
        await on.press("slash")
        await on.press("ctrl+u")
        await on.type("!ISTANBUL !customer:oak")
        await on.press("enter")
        await on.until("1 of 3", "Isparta Depo")
        assert "İstanbul Şubesi" not in on.text


@pytest.mark.parametrize("size", SIZES)
async def test_the_proof_of_a_day_that_is_over_says_when_and_whose_day_it_is(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=a_history) as on:
        await on.press("2", "z")
        await on.until("2 today, Thu 22")
        await on.pass_seconds(12 * 3600 + 600)
        await on.press("[")
        await on.until("Thu 22: 2", "2 rows, closed 21:10")
        assert on.line("closed 21:10").strip() == "Thu 22 Aug 2024: 2 rows, closed 21:10 · day of Europe/Istanbul +0300"


async def test_midnight_begins_another_day_and_the_one_before_stays_within_reach() -> None:
    async with app_driver(LARGE, prepare=a_history) as on:
        await on.press("2", "z")
        await on.until("2 today, Thu 22")
        await on.pass_seconds(12 * 3600 + 600)
        await on.until("0 today, Fri 23", "no connections yet today")
        await on.press("[")
        await on.until("Thu 22: 2", "Ege Tarım", "2 rows, closed 21:10")


@pytest.mark.sloppy
async def test_the_card_tells_what_was_said_before_and_who_else_had_this_device() -> None:
    async with app_driver(LARGE, prepare=a_history) as on:
        await on.press("2", "z")
        await on.until("2 today")
        uid = str(on.simulation.alpemix.connections[1]["uid"])
        on.simulation.alpemix.explain(uid, exp="Second screen", dur=700)
        await on.pass_seconds(31)
        await on.until("Second screen")
        await on.press("enter")
        await on.until("Until 22 Aug 09:00", "Lasted: 10:00 (600 s), Explanation: x")
        await on.until("Same device", "2024-08-21 20:00 · 1:00:00 (3600 s) · nöbetçi · İstanbul Şubesi")


@pytest.mark.sloppy
async def test_a_day_is_exported_as_it_is_shown_with_its_dates(home: Path) -> None:
    async with app_driver(LARGE, prepare=a_history) as on:
        await on.press("2", "z", "[")
        await on.until("Wed 21: 3")
        await on.press("E")
        await on.until("3 rows into")
        await on.press("enter")
        await on.until("3 rows written to")
    (file,) = home.glob("helpdeck-connections-*.csv")
    with file.open(encoding="utf-8", newline="") as opened:
        written = list(csv.DictReader(opened))
    assert [row["start"] for row in written] == [f"2024-08-21T{hour}:00:00+03:00" for hour in (23, 22, 21)]
    assert written[0]["explanation"] == ""


async def test_connections_of_one_number_are_all_shown_and_each_has_its_card() -> None:
    def prepare(simulation: Simulation) -> None:
        now = simulation.alpemix.calendar()
        for minutes, note in ((60, "first"), (30, "second")):
            simulation.alpemix.add_connection(uid="7", started=now - timedelta(minutes=minutes), exp=note)

    async with app_driver(LARGE, prepare=prepare) as on:
        await on.press("2", "z")
        await on.until("2 today", "first", "second")
        await on.press("j")
        assert "first" in next(line for line in on.lines if line.startswith("▸"))
        await on.press("enter")
        await on.until("Connections: details", "Explanation        first")
        await on.pass_seconds(31)
        await on.until("Explanation        first", "Same device        2024-08-22 08:30")


async def test_a_length_that_cannot_be_read_is_shown_as_it_came() -> None:
    def prepare(simulation: Simulation) -> None:
        simulation.alpemix.add_connection(dur="12.5", tuname="Quarry Lane Vets")
        simulation.alpemix.add_connection(dur="00:05:30", tuname="Oak Street Books")

    async with app_driver(LARGE, prepare=prepare) as on:
        await on.press("2", "z")
        await on.until("2 today", "1 unreadable")
        assert " 12.5 " in on.line("Quarry Lane Vets")
        assert " 05:30 " in on.line("Oak Street Books")
        await on.until("2 shown, 05:30 in all, 2 unfinished, 1 of unknown length: desk1 2/05:30")


@pytest.mark.parametrize("size", SIZES)
async def test_the_sums_are_whole_figures_and_who_worked_longest_comes_first(size: tuple[int, int]) -> None:
    def prepare(simulation: Simulation) -> None:
        for number in range(1, 9):
            simulation.alpemix.add_connection(dur=3_600 * number, uname=f"technician{number}")
        simulation.alpemix.add_connection(dur=60, uname="technician1")
        simulation.alpemix.add_connection(dur=60, uname="technician1")

    async with app_driver(size, prepare=prepare) as on:
        await on.press("2", "z")
        await on.until("10 today")
        line = on.line("10 shown, 36:02:00 in all, 10 unfinished: technician8 1/8:00:00").strip()
        parts = line.partition("unfinished: ")[2].split(", ")
        assert parts[-1] == f"+{8 - len(parts) + 1} more"
        assert parts[:-1] == [f"technician{8 - place} 1/{8 - place}:00:00" for place in range(len(parts) - 1)]
        await on.press("slash")
        await on.type("technician1")
        await on.press("enter")
        await on.until("3 shown, 1:02:00 in all, 3 unfinished: technician1 3/1:02:00")


@pytest.mark.parametrize("size", SIZES)
async def test_who_keeps_the_days_is_told_until_they_have_said_nothing_for_minutes(
    size: tuple[int, int], tmp_path: Path
) -> None:
    archive = tmp_path / "archive.sqlite"
    async with app_driver(size, archive=archive, prepare=a_history) as on:
        await on.press("2", "z")
        await on.until("2 today, Thu 22")
        assert "kept by" not in on.text
        section = on.app.desk.counter(AlpemixCounter).section
        assert section is not None
        limit = Limit(section.account, "reports", 3, 60.0)
        async with open_store(ArchiveSettings(path=str(archive)), on.clock) as store:
            await store.note_keeper(limit, "host1")
            await store.reserve(limit)  # as who keeps the days does next: the note alone wakes nobody
        await on.pass_seconds(12)
        await on.until("kept by collect on host1, 12 s ago")
        assert on.line("kept by").strip() == "kept by collect on host1, 12 s ago"
        await on.pass_seconds(120)
        await on.until("kept by collect on host1, 2 min ago")
        await on.pass_seconds(60)
        await on.when(lambda: "kept by" not in on.text)
