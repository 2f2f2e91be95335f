"""The connections pane: what is missing in the records, when it is asked again, and what is left of the requests."""

from __future__ import annotations

import pytest

from tests.screen.stage import LARGE, SIZES, stage


@pytest.mark.parametrize("size", SIZES)
async def test_a_connection_shows_with_what_is_missing_in_it(size: tuple[int, int]) -> None:
    async with stage(
        size, prepare=lambda simulation: simulation.alpemix.add_connection(dur=125, tuname="Ege Tarım A.Ş.", supnum="")
    ) as on:
        await on.press("2")
        await on.until("1 today")
        row = on.line("Ege Tarım A.Ş.")
        assert row.startswith("▸12:00:00   02:05 desk1")
        assert "-missing-" in row


async def test_what_is_left_of_the_requests_and_when_the_next_goes_is_shown_by_the_servers_clock() -> None:
    async with stage() as on:
        await on.press("2")
        await on.until("1 of 3 left, next 12:00:30")  # today and yesterday were read
        await on.pass_seconds(8)
        assert "1 of 3 left, next 12:00:30" in on.text
        on.simulation.alpemix.add_connection(tuname="Lantern Theatre")
        await on.pass_seconds(17)
        await on.until("0 of 3 left, next 12:01:01", "Lantern Theatre")
        await on.pass_seconds(31)
        await on.until("1 of 3 left, next 12:01:31")


async def test_r_asks_at_once_and_beyond_the_budget_says_when() -> None:
    async with stage() as on:
        await on.press("2", "r")
        await on.until("asking Alpemix now")
        await on.until("0 of 3 left, next 12:01:01")
        await on.press("r")
        await on.until("3 of 3 requests of this minute are used: asking again in 56 s")
        await on.pass_seconds(54)
        assert len(on.simulation.alpemix.report_requests) == 3
        await on.pass_seconds(2)
        await on.when(lambda: len(on.simulation.alpemix.report_requests) == 4)
        assert on.simulation.alpemix.violations == 0
        await on.until("Alpemix live")


async def test_many_presses_of_r_never_exceed_the_budget() -> None:
    async with stage() as on:
        await on.press("2", *"rrrrrrrr")
        await on.frames()
        assert len(on.simulation.alpemix.report_requests) <= 3
        assert on.simulation.alpemix.violations == 0
        await on.until("Alpemix live")


async def test_a_note_that_is_written_later_shows_in_its_row() -> None:
    async with stage(LARGE) as on:
        row = on.simulation.alpemix.add_connection(tuname="Lantern Theatre")
        await on.pass_seconds(61)
        await on.press("2", "z", "r")
        await on.until("Lantern Theatre")
        assert on.line("Lantern Theatre").count("-missing-") == 2
        on.simulation.alpemix.explain(str(row["uid"]), exp="Printer driver reinstalled", supnum="SR-10001", dur=61)
        await on.press("r")
        await on.until("Printer driver reinstalled", "SR-10001", "01:01")
        assert "-missing-" not in on.line("Lantern Theatre")


async def test_the_card_has_every_key_of_the_record() -> None:
    async with stage(LARGE, prepare=lambda simulation: simulation.alpemix.add_connection(exp="Second screen")) as on:
        await on.press("2", "enter")
        await on.until("Connections: details", "2024-08-22 12:00:00 (Europe/Istanbul)", "Second screen", "-missing-")
        await on.until("192.0.2.10 (local 10.0.0.10)", "Harbour Dental", "T-0000-0001", "400500600", "0000000001")


async def test_keys_of_the_other_panes_do_nothing_here() -> None:
    async with stage(opening=True) as on:
        await on.press("2")
        before = on.text
        for key in ("x", "o", "m", "a", "i", "l", "v", "n", "e"):
            await on.press(key)
            assert on.text == before, key
