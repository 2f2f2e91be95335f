"""On a slow line the effect of a key comes first."""

from __future__ import annotations

from typing import cast

import pytest

from tests.counters import calls_of
from tests.screen.app_driver import LARGE, AppDriver, app_driver
from tests.screen.emulated_driver import EmulatedDriver
from tui.app import PUT_OFF_MOST, HelpdeckApp
from tui.models.clock import Moment
from tui.panes.calls import CallsPane
from tui.terminal import differential, pace
from tui.terminal.differential import PAINTED_SECONDS
from tui.terminal.pace import TYPING_SECONDS


async def test_a_poll_waits_for_the_effect_of_a_key_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_driver() as on:
        polls: list[Moment] = []
        monkeypatch.setattr(CallsPane, "frame", lambda _pane, now: polls.append(now))
        monkeypatch.setattr(HelpdeckApp, "is_key_pending", True)
        for _ in range(2 * (PUT_OFF_MOST + 1)):
            on.app.frame()
        assert len(polls) == 2
        monkeypatch.setattr(HelpdeckApp, "is_key_pending", False)
        on.app.frame()
        assert len(polls) == 3


def make_slow(driver: EmulatedDriver) -> None:
    now = driver.loop.time()
    driver.outbox.pace.sent(now, 3_000)
    driver.outbox.pace.answered(now + 3)


def put_polls_off(on: AppDriver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program does not poll its data by itself any more."""
    monkeypatch.setattr(HelpdeckApp, "is_key_pending", True)
    on.app.polls_put_off = -1_000_000


async def with_a_call_to_be_shown(on: AppDriver) -> EmulatedDriver:
    """The line is slow and something is on its way; "Caller A" is painted behind it and not sent yet."""
    driver = cast(EmulatedDriver, on.terminal)
    make_slow(driver)
    driver.is_answering = False
    driver.show_everything_again()
    await on.simulation.altigen.ring("3125550199", "Caller A")
    await on.when(lambda: len(calls_of(on.app.desk).live()) == 1)
    on.app.frame()
    await on.settle()
    return driver


async def test_what_waits_to_be_painted_when_a_key_comes_does_not_go_out_with_its_effect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        # However slow the machine is that runs this.
        monkeypatch.setattr(pace, "TYPING_SECONDS", 60)
        monkeypatch.setattr(differential, "PAINTED_SECONDS", 0.5)
        put_polls_off(on, monkeypatch)
        driver = cast(EmulatedDriver, on.terminal)
        make_slow(driver)
        driver.is_answering = False
        driver.show_everything_again()  # something is on its way
        names = [f"Caller {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]
        for place, name in enumerate(names):
            await on.simulation.altigen.ring(f"31255501{place:02}", name)
        await on.when(lambda: len(calls_of(on.app.desk).live()) == len(names))
        on.app.polls_put_off = PUT_OFF_MOST
        on.app.frame()
        driver.outbox.prioritise()
        await on.press("2")
        while "hang up" in on.footer or "? help" not in on.footer:
            driver.answer()
            await on.settle()
        assert sum(name in on.text for name in names) < len(names)


async def test_between_a_key_and_its_effect_nothing_else_goes_out_and_then_all_the_rest() -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        driver = await with_a_call_to_be_shown(on)
        driver.outbox.prioritise()
        until = driver.loop.time() + TYPING_SECONDS
        driver.is_answering = True
        driver.answer()
        times: list[float] = []

        def is_seen() -> bool:
            if "Caller A" in on.text:
                times.append(driver.loop.time())
            return bool(times)

        await on.when(is_seen)
        assert times[0] >= until


async def test_what_changed_before_a_key_is_shown_though_keys_come_without_end() -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        driver = await with_a_call_to_be_shown(on)
        driver.outbox.prioritise()
        driver.is_answering = True
        driver.answer()

        def is_seen() -> bool:
            driver.outbox.prioritise()
            return "Caller A" in on.text

        await on.when(is_seen)


async def test_a_key_waits_for_the_paint_of_a_poll_that_was_just_now_and_not_of_an_older_one() -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        driver = cast(EmulatedDriver, on.terminal)
        make_slow(driver)
        driver.outbox.prioritise()
        for ago, waits in ((0.0, True), (PAINTED_SECONDS, False)):
            on.app.polled_at = driver.loop.time() - ago
            way = on.app.before_key()
            assert (next(way.__await__(), None) is not None) is waits
            way.close()


async def test_a_key_draws_what_it_does_and_no_seconds_that_have_passed_since_the_last_poll(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with app_driver(LARGE) as on:
        await on.simulation.altigen.ring("3125550199", "Caller A")
        await on.simulation.altigen.ring("3125550198", "Caller B")
        await on.when(lambda: "Caller A" in on.text and "Caller B" in on.text)
        put_polls_off(on, monkeypatch)
        on.clock.advance(10)
        pane = on.app.query_one(CallsPane)
        pane.notify_style_update()  # as where a pane is marked as the one with the focus
        pane.refresh()
        await on.settle()
        assert "00:00" in on.line(" in ", "Caller A")
        await on.press("j", "2", "1", "p")
        assert "PAUSED" in on.text
        for caller in ("Caller A", "Caller B"):
            assert "00:00" in on.line(" in ", caller)
        await on.press("p")
        assert "00:10" in on.line(" in ", "Caller A")


async def test_a_pause_counts_what_has_come_since_the_last_poll(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_driver(LARGE) as on:
        await on.simulation.altigen.ring("3125550199", "Caller A")
        await on.when(lambda: "Caller A" in on.text)
        put_polls_off(on, monkeypatch)
        before = calls_of(on.app.desk).version
        await on.simulation.altigen.ring("3125550198", "Caller B")
        await on.when(lambda: len(calls_of(on.app.desk).live()) == 2)
        await on.press("p")
        assert f"PAUSED +{calls_of(on.app.desk).version - before}" in on.text
        assert "Caller B" not in "\n".join(on.lines[1:])


async def test_the_end_of_a_pause_is_shown_first_and_then_what_came_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        driver = cast(EmulatedDriver, on.terminal)
        put_polls_off(on, monkeypatch)
        await on.press("p")
        await on.simulation.altigen.ring("3125550199", "Caller A")
        await on.when(lambda: len(calls_of(on.app.desk).live()) == 1)
        driver.written.clear()
        await on.press("p")
        assert "Caller A" not in driver.written[0]
        assert "PAUSED" not in on.text
        assert "Caller A" in on.text


async def test_going_to_another_pane_is_one_frame_with_the_footer_in_it() -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        driver = cast(EmulatedDriver, on.terminal)
        for key in "231":
            driver.written.clear()
            await on.press(key)
            assert len(driver.written) == 1
            assert "filter" in driver.written[0]


async def test_only_a_key_on_a_slow_line_is_in_a_hurry() -> None:
    async with app_driver(LARGE, driver=EmulatedDriver) as on:
        driver = cast(EmulatedDriver, on.terminal)
        await on.press("j")
        assert not on.app.is_key_pending
        make_slow(driver)
        driver.outbox.pace.typed(driver.loop.time() - 1)
        assert not on.app.is_key_pending
        driver.outbox.prioritise()
        assert on.app.is_key_pending
