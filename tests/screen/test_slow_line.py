"""On a slow line the effect of a key comes first."""

from __future__ import annotations

from typing import cast

import pytest

from tests.screen.glass import Glass
from tests.screen.stage import LARGE, stage
from tui.app import PUT_OFF_MOST, HelpdeckApp
from tui.models.clock import Moment
from tui.panes.calls import CallsPane


async def test_a_look_waits_for_the_effect_of_a_key_but_not_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage() as on:
        looks: list[Moment] = []
        monkeypatch.setattr(CallsPane, "frame", lambda _pane, now: looks.append(now))
        monkeypatch.setattr(HelpdeckApp, "is_in_a_hurry", True)
        for _ in range(2 * (PUT_OFF_MOST + 1)):
            on.app.frame()
        assert len(looks) == 2
        monkeypatch.setattr(HelpdeckApp, "is_in_a_hurry", False)
        on.app.frame()
        assert len(looks) == 3


async def test_only_a_key_on_a_slow_line_is_in_a_hurry() -> None:
    async with stage(LARGE, driver=Glass) as on:
        glass = cast(Glass, on.app._driver)
        await on.press("j")
        assert not on.app.is_in_a_hurry
        now = glass._loop.time()
        glass._pace.sent(now, 3_000)
        glass._pace.answered(now + 3)
        glass._pace.typed(now - 1)
        assert not on.app.is_in_a_hurry
        glass._pace.typed(now)
        assert on.app.is_in_a_hurry
