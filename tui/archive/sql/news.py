"""That something was stored: the engine tells it once, and everyone who asks here is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from tui.archive.errors import StoreError
from tui.archive.sql.database import Told
from tui.models.clock import Clock
from tui.models.waiting import first_of


class News:
    """Asks the engine for all who want to know, one at a time, and counts what is told."""

    def __init__(self, ask: Callable[[float], Awaitable[Told]], clock: Clock) -> None:
        """``ask`` waits for as long as it is told for what others have stored; it may be cancelled at any time."""
        self.clock = clock
        self.theirs = 0
        """How often others were seen to have stored something."""
        self.of_calls = 0
        """How often something that may concern calls was stored, by others or by this process."""
        self.is_asked = False
        """Whether somebody waits for the engine now."""
        self._ask = ask
        self._told = asyncio.Event()

    async def ask(self, seconds: float) -> None:
        """Wait for what others store. Only one may: the engine tells it once."""
        self.is_asked = True
        try:
            self._count(await self._ask(seconds))
        except StoreError:
            self._count(Told.ANYTHING)  # nobody can tell: everyone has to look
            raise
        finally:
            self.is_asked = False
            self._wake()  # for what there is to hear, or to take the turn

    def _count(self, told: Told) -> None:
        self.theirs += told is not Told.NOTHING
        self.of_calls += told is Told.ANYTHING

    def told(self) -> Coroutine[Any, Any, object]:
        """Wait until something is stored from now on, or it is another's turn to ask."""
        return self._told.wait()

    def note(self) -> None:
        """Note that this process has stored something of calls."""
        self.of_calls += 1
        self._wake()

    def _wake(self) -> None:
        self._told.set()
        self._told = asyncio.Event()


class Listener:
    """One who wants to know; what one was told, the others are told, too."""

    def __init__(self, news: News, *, of_calls: bool = False) -> None:
        """``of_calls``: only of what may concern calls, but also of what this process stores of them."""
        self._news = news
        self._of_calls = of_calls
        self._heard = self._count

    @property
    def _count(self) -> int:
        return self._news.of_calls if self._of_calls else self._news.theirs

    async def changed(self, within: float = 0.0) -> bool:
        """Tell whether something was stored since this was last told; waits ``within`` seconds for it.

        Raises:
            StoreError: nobody can tell.
        """
        news = self._news
        # By the uptime: a machine that has slept meanwhile has waited long enough.
        ends_at = news.clock.uptime().seconds + within
        was_asked = False
        while (count := self._count) == self._heard:
            left = ends_at - news.clock.uptime().seconds
            if left <= 0 and (was_asked or news.is_asked):
                return False
            if news.is_asked:
                await first_of(news.told(), news.clock.sleep(left))
            elif left <= 0 or not self._of_calls:
                await news.ask(max(0.0, left))
                was_asked = True
            else:
                await first_of(news.told(), news.ask(left))
                was_asked = True
        self._heard = count
        return True
