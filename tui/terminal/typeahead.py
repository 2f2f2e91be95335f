"""Keys one after another: a key waits until the one before it has done what it does.

Textual hands a key to the focused widget and takes the next one at once. Over a slow line keys arrive in bursts, and
then the second key goes to what had the focus before the first: ``2`` ``y`` copies from the pane that was just left,
``c`` ``2`` goes to another pane instead of into the number. So keys and pastes pass a gate. Behind each one goes a
message on the same way, from widget to parent up to the app; when it arrives, the key has been handled, and once a
dialog that it opened has its focus, the next key goes in.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Final, TypeVar

from textual import events, on, work
from textual.app import App
from textual.message import Message

GIVE_UP_SECONDS: Final = 1.0
"""A key that takes longer does not hold up the next: the way of the message may have been cut by a closing screen."""

WAITING_MOST: Final = 1_000
"""Keys that wait at most; what is typed beyond that goes nowhere."""

STEP: Final = 0.002

Result = TypeVar("Result")


class KeyHandled(Message):
    """Follows a key on its way and arrives when the key has been handled."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class TypeAhead(App[Result]):
    """An app that handles one key at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._waiting: deque[events.Key | events.Paste] = deque(maxlen=WAITING_MOST)
        self._typing = False
        self._sent = 0
        self._handled = 0

    def is_ready_for_key(self) -> bool:
        """Whether the screen that is open can take a key; for apps to refine."""
        return True

    async def make_way(self) -> None:
        """What is to be done before a key goes in; for apps to refine."""

    @property
    def has_keys_waiting(self) -> bool:
        """Whether a key was typed that has not done yet what it does."""
        return self._typing or bool(self._waiting)

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes queue at the gate, and everything else pass."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        self._waiting.append(event)
        if not self._typing:
            self._typing = True
            self._type()

    @on(KeyHandled)
    def _on_key_handled(self, message: KeyHandled) -> None:
        self._handled = max(self._handled, message.number)

    @work(group="type-ahead", description="hand out the keys")
    async def _type(self) -> None:
        try:
            while self._waiting:
                await self._type_one(self._waiting.popleft())
        finally:
            self._typing = False

    async def _type_one(self, event: events.Key | events.Paste) -> None:
        await self.make_way()
        screen = self.screen
        target = self.focused or screen
        self._sent += 1
        number = self._sent
        await super().on_event(event)
        if target.post_message(KeyHandled(number)):
            await self._until(lambda: self._handled >= number or self.screen is not screen)
        # A command that opens a dialog is a worker: it needs its first step before the dialog is there to wait for.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await self._until(self.is_ready_for_key)

    async def _until(self, condition: Callable[[], bool]) -> None:
        waited = 0.0
        while not condition() and waited < GIVE_UP_SECONDS and self.is_running:
            await asyncio.sleep(STEP)
            waited += STEP
