"""After whatever the person and the systems do, in any order: the terminal shows what the toolkit meant."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Final, cast

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.screen.app_driver import LARGE, SIZES, AppDriver, app_driver
from tests.screen.emulated_driver import EmulatedDriver, meant
from tui.demo.hostile import TEXTS

EXAMPLES: Final = int(os.environ.get("HELPDECK_SOAK", "2"))
"""Each is a session of 40 operations: with HELPDECK_SOAK=250 they are 10,000."""

KEYS: Final = (
    *("j", "k", "G", "g", "ctrl+d", "ctrl+u", "tab", "shift+tab", "1", "2", "3", "z", "enter", "escape", "escape"),
    *("c", "a", "i", "y", "question_mark", "colon", "slash", "less_than_sign", "greater_than_sign", "equals_sign"),
    *("p", "ctrl+l", "x", "e", "space", "backspace"),
)

OPERATIONS: Final = st.one_of(
    st.tuples(st.just("press"), st.sampled_from(KEYS)),
    st.tuples(st.just("press"), st.sampled_from(("j", "k", "ctrl+d", "ctrl+u"))),
    st.tuples(st.just("resize"), st.sampled_from((*SIZES, (39, 9), (61, 17), (150, 50)))),
    st.tuples(st.just("ring"), st.sampled_from(TEXTS)),
    st.tuples(st.just("end"), st.just("")),
    st.tuples(st.just("pass"), st.sampled_from((1, 1, 61))),
    st.tuples(st.just("hold"), st.booleans()),
)


async def play(operations: list[tuple[str, Any]]) -> None:
    async with app_driver(LARGE, scenario="desk", opening=True, driver=EmulatedDriver) as on:
        for operation, value in operations:
            await perform(on, operation, value)
            driver = cast(EmulatedDriver, on.terminal)
            if not on.is_open:
                return
            if driver.is_answering:
                await equal(on, driver)
        driver.is_answering = True
        driver.answer()
        await equal(on, driver)


async def perform(on: AppDriver, operation: str, value: Any) -> None:
    driver = cast(EmulatedDriver, on.terminal)
    if operation == "press":
        await on.press(value)
    elif operation == "resize":
        await on.resize(*value)
    elif operation == "ring":
        await on.simulation.altigen.ring("3125550100", value[:300], workgroupName=value[:50])
        await on.frames()
    elif operation == "end":
        for handle in list(on.simulation.altigen.calls)[:1]:
            await on.simulation.altigen.disconnect(handle)
        await on.frames()
    elif operation == "pass":
        await on.pass_seconds(value)
    else:
        # An answer that does not come: frames are left out until it does.
        driver.is_answering = value
        driver.answer()


async def equal(on: AppDriver, driver: EmulatedDriver) -> None:
    """What was painted last may still be on its way: but it arrives."""
    for _ in range(50):
        if driver.emulator.picture() == meant(on.app).picture():
            return
        await asyncio.sleep(0.02)
        await on.settle()
    assert driver.emulator.picture() == meant(on.app).picture()


@pytest.mark.timeout(60 + 60 * EXAMPLES)
@settings(max_examples=EXAMPLES, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(st.lists(OPERATIONS, min_size=40, max_size=40))
def test_the_terminal_shows_what_was_meant_after_each_operation(operations: list[tuple[str, Any]]) -> None:
    asyncio.run(play(operations))
