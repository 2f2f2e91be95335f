"""A test's look at the screen waits for what the program has still to do, however late it does it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest
from textual.worker import Worker

from tests.screen.app_driver import LARGE, SMALL, SOON_SECONDS, app_driver
from tests.toolkit import SCREEN_PERIOD
from tui.app import HelpdeckApp
from tui.widgets.footer import Footer

LATE_SECONDS = SOON_SECONDS * 0.9


async def test_a_resize_that_the_toolkit_passes_on_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_driver(SMALL) as on:
        set_timer = on.app.set_timer
        monkeypatch.setattr(on.app, "set_timer", lambda delay, *rest, **more: set_timer(LATE_SECONDS, *rest, **more))
        await on.resize(39, 24)
        assert on.text.split()[:2] == ["Helpdeck", "needs"]
        assert "Calls" not in on.text


async def test_a_paint_that_comes_late_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SCREEN_PERIOD, LATE_SECONDS)
    async with app_driver(LARGE, is_connecting=False) as on:
        await on.press("?")
        assert "esc close" in on.footer
        await on.press("escape", "3")
        assert "invite" in on.footer


def by_messages(app: HelpdeckApp, left: int, step: Callable[[], None]) -> None:
    """Go on with a message, of one widget and of another in turn."""
    (app.query_one(Footer) if left % 2 else app).call_later(step)


def by_paints(app: HelpdeckApp, left: int, step: Callable[[], None]) -> None:
    """Go on after a paint."""
    app.screen.refresh()
    app.call_after_refresh(step)


@pytest.mark.parametrize(("go_on", "steps"), [(by_messages, 200), (by_paints, 20)])
async def test_a_long_chain_that_paints_at_its_end_is_waited_for(
    go_on: Callable[[HelpdeckApp, int, Callable[[], None]], None], steps: int
) -> None:
    async with app_driver(is_connecting=False) as on:
        left = steps

        def step() -> None:
            nonlocal left
            left -= 1
            if left:
                go_on(on.app, left, step)
            else:
                on.app.notify("the end of the chain")

        step()
        await on.settle()
        assert "the end of the chain" in on.footer


async def test_what_a_thread_brings_is_waited_for() -> None:
    async with app_driver(is_connecting=False) as on:

        async def look_up() -> None:
            await asyncio.to_thread(time.sleep, 0.2)
            on.app.notify("found in a thread")

        work: Worker[Any] = on.app.run_worker(look_up())
        await on.settle()
        assert work.is_finished
        assert "found in a thread" in on.footer


async def test_a_key_behind_one_that_takes_long_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    async with app_driver(is_connecting=False) as on:
        before_key = on.app.before_key

        async def slowly() -> None:
            await asyncio.sleep(0.15)
            await before_key()

        monkeypatch.setattr(on.app, "before_key", slowly)
        await on.type("2z3")
        assert "invite" in on.footer


async def test_what_waits_for_a_person_or_the_clock_of_the_test_is_not_waited_for() -> None:
    async with app_driver() as on:
        begun = time.monotonic()
        await on.press("c")  # the command waits for the number
        assert "Place a call" in on.text
        assert any(not work.is_finished for work in on.app.workers)
        assert on.clock.sleeping
        assert time.monotonic() - begun < 20
