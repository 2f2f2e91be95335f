"""Keys one after another: a key waits until the one before it has done what it does.

Textual hands a key to the focused widget and takes the next one at once. Over a slow line keys arrive in bursts, and
then the second key goes to what had the focus before the first: ``2`` ``y`` copies from the pane that was just left,
``c`` ``2`` goes to another pane instead of into the number. So keys and pastes pass a gate. Behind each one goes a
message on the same way, from widget to parent up to the app; when it arrives, the key has been handled, and once a
dialog that it opened has its focus, the next key goes in.

A text that is pasted without brackets comes as keys too. It may move and open things, and into a field it goes as the
paste that it is. But a key that comes together with others is no order: see :func:`came_by_hand`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from textual import events, on, work
from textual.app import App
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from tui.terminal.keyboard import PasteTooLong
from tui.terminal.kitty import LaidOutKey

GIVE_UP_SECONDS: Final = 1.0
"""A key that takes longer does not hold up the next: the way of the message may have been cut by a closing screen."""

TOGETHER_SECONDS: Final = 0.02
"""Keys that come closer than this came together: no hand presses them so, and a held key repeats more slowly."""

BY_HAND_MOST: Final = 256
"""Keys that come together and may have been typed or held over a line that stood still. More are a paste, which only a
field takes."""

GATHER_SECONDS: Final = 0.2
"""More than that are handed out when nothing has followed for this time: what cannot be kept is refused as a whole."""

WAITING_MOST: Final = 20_000
"""Keys that wait at most."""

STEP: Final = 0.002

LINE_FEED: Final = "ctrl+j"

_LINES: Final = {"enter": "\r", LINE_FEED: "\n"}
"""What ends a line within a text that comes as keys."""

Result = TypeVar("Result")


class KeyHandled(Message):
    """Follows a key on its way and arrives when the key has been handled."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


@dataclass(slots=True)
class _Stroke:
    """A key or a paste, and whether others came together with it."""

    event: events.Key | events.Paste
    is_in_burst: bool = False

    @property
    def key(self) -> str:
        """The name of the key; empty for a paste."""
        return self.event.key if isinstance(self.event, events.Key) else ""

    @property
    def text(self) -> str:
        """What it types; empty where it types nothing."""
        key = self.event
        return key.character or "" if isinstance(key, events.Key) and key.is_printable else ""

    def is_repeat_of(self, other: _Stroke) -> bool:
        """Whether it is the same key once more, and none that a text has: impatience, and no paste."""
        return self.key == other.key and not self.text and self.key not in ("", "tab", *_LINES)


class TypeAhead(App[Result]):
    """An app that handles one key at a time."""

    def __init__(self) -> None:
        super().__init__()
        self._coming: deque[_Stroke] = deque()
        """On their way through the app's own queue."""
        self._waiting: deque[_Stroke] = deque()
        self._newest: _Stroke | None = None
        self._stroke: _Stroke | None = None
        """The one that was handed out last."""
        self._is_refusing = False
        self._no_orders: list[str] = []
        self._typing = False
        self._sent = 0
        self._handled = 0

    def is_ready_for_key(self) -> bool:
        """Whether the screen that is open can take a key; for apps to refine."""
        return True

    async def before_key(self) -> None:
        """Do what comes before a key; for apps to refine."""

    @property
    def has_keys_waiting(self) -> bool:
        """Whether a key was typed that has not done yet what it does."""
        return self._typing or bool(self._waiting)

    # What comes.

    def post_message(self, message: Message) -> bool:
        """Note which keys come together, before they wait for anything."""
        if isinstance(message, events.Key | events.Paste) and not message.is_forwarded:
            stroke, before = _Stroke(message), self._newest
            if before is not None and message.time - before.event.time < TOGETHER_SECONDS:
                stroke.is_in_burst = before.is_in_burst or not stroke.is_repeat_of(before)
                before.is_in_burst = stroke.is_in_burst
            self._newest = stroke
            self._coming.append(stroke)
        return super().post_message(message)

    async def on_event(self, event: events.Event) -> None:
        """Let keys and pastes queue at the gate, and everything else pass."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            if isinstance(event, events.MouseDown):
                self._stroke = None
            await super().on_event(event)
            return
        stroke = _Stroke(event)
        while self._coming and stroke.event is not self._coming[0].event:
            self._coming.popleft()
        if self._coming:
            stroke = self._coming.popleft()
        if self._is_kept(stroke):
            self._waiting.append(stroke)
            if not self._typing:
                self._typing = True
                self._type()

    def _is_kept(self, stroke: _Stroke) -> bool:
        """Whether there is room for it; where there is none, the burst that it belongs to goes as a whole."""
        self._is_refusing = self._is_refusing and stroke.is_in_burst
        if len(self._waiting) >= WAITING_MOST and not self._is_refusing:
            self._is_refusing = True
            while self._waiting and self._waiting[-1].is_in_burst:
                self._waiting.pop()
            self._refuse_text()
        return not self._is_refusing

    @on(PasteTooLong)
    def _refuse_text(self) -> None:
        self.notify("too much came at once: nothing of it was taken", severity="error", markup=False)

    @on(KeyHandled)
    def _on_key_handled(self, message: KeyHandled) -> None:
        self._handled = max(self._handled, message.number)

    # What goes on.

    @work(group="type-ahead", description="hand out the keys")
    async def _type(self) -> None:
        try:
            while self._waiting:
                await self._gather()
                if self._waiting and (stroke := self._next()) is not None:
                    await self._type_one(stroke)
        finally:
            self._typing = False
            self._say_no_orders()

    async def _gather(self) -> None:
        """Wait for the rest of what is too much for a hand."""
        while len(self._waiting) > BY_HAND_MOST and self._newest is not None and self.is_running:
            wait = self._newest.event.time + GATHER_SECONDS - time.monotonic()
            if wait <= 0:
                return
            await asyncio.sleep(wait)

    def _next(self) -> _Stroke | None:
        """The next key, or the text that comes together with it where that goes into a field; None where none may."""
        stroke, focused = self._waiting.popleft(), self.focused
        if not _is_field(focused):
            if len(self._waiting) < BY_HAND_MOST:
                return stroke
            self._waiting.clear()  # one by one they would keep the keys that follow from doing anything for long
            self._refuse_text()
            return None
        if not stroke.is_in_burst:
            return stroke
        if not _has_lines(focused) and stroke.key == LINE_FEED:
            return (
                None
                if self._stroke is not None and self._stroke.key == "enter"
                else _in_place_of(stroke, events.Key("enter", "\r"))
            )
        texts = []
        while text := _typed(stroke, with_lines=_has_lines(focused)):
            texts.append(text)
            if not self._waiting or not self._waiting[0].is_in_burst:
                return _pasted(texts, stroke)
            stroke = self._waiting.popleft()
        if not texts:
            return stroke
        self._waiting.appendleft(stroke)
        return _pasted(texts, stroke)

    async def _type_one(self, stroke: _Stroke) -> None:
        await self.before_key()
        self._stroke = stroke
        screen = self.screen
        target = self.focused or screen
        event = stroke.event
        if isinstance(event, LaidOutKey):
            event = event.letter if _is_field(self.focused) else event.shortcut
        await super().on_event(event)
        await self._until_handled(target, screen)
        if self._waiting:  # what the target told its parents of the key, as that a field is done, went behind the first
            await self._until_handled(target, screen)
        # A command that opens a dialog is a worker: it needs its first step before the dialog is there to wait for.
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await self._until(self.is_ready_for_key)

    async def _until_handled(self, target: MessagePump, screen: Screen[Any]) -> None:
        self._sent += 1
        number = self._sent
        if target.post_message(KeyHandled(number)):
            await self._until(lambda: self._handled >= number or self.screen is not screen)

    async def _until(self, condition: Callable[[], bool]) -> None:
        waited = 0.0
        while not condition() and waited < GIVE_UP_SECONDS and self.is_running:
            await asyncio.sleep(STEP)
            waited += STEP

    # What is no order.

    async def is_order(self, what: str) -> bool:
        """Whether the key that was handed out last came by itself; where it did not, say what is not done."""
        stroke = self._stroke
        if stroke is None:
            return True
        wait = stroke.event.time + TOGETHER_SECONDS - time.monotonic()
        if wait > 0 and not stroke.is_in_burst:
            await asyncio.sleep(wait)
        if stroke.is_in_burst:
            self._no_orders.append(what.lower())
            if not self._typing:
                self._say_no_orders()
        return not stroke.is_in_burst

    def _say_no_orders(self) -> None:
        """After the last key of the burst: what the others say would stand in its place."""
        if self._no_orders and self.is_running:
            orders = ", ".join(dict.fromkeys(self._no_orders))
            sentence = f"not done: {orders} came at once with other keys; press it alone"
            self.notify(sentence, severity="error", markup=False)
        self._no_orders.clear()


async def came_by_hand(app: App[Any], what: str) -> bool:
    """Whether an order may be carried out: its key came alone, with no other within TOGETHER_SECONDS of it."""
    return not isinstance(app, TypeAhead) or await app.is_order(what)


def _is_field(widget: Widget | None) -> bool:
    """Whether it takes text."""
    return isinstance(widget, Input) or _has_lines(widget)


def _has_lines(widget: Widget | None) -> bool:
    """Whether it takes text of several lines."""
    loaded = sys.modules.get("tui.terminal.toolkit_text_area")  # the first frame and the first key do not wait for it
    return loaded is not None and isinstance(widget, loaded.BoundedTextArea)


def _typed(stroke: _Stroke, *, with_lines: bool) -> str:
    """What a key puts into a field, where it does nothing else."""
    return _LINES.get(stroke.key, stroke.text) if with_lines else stroke.text


def _pasted(texts: list[str], last: _Stroke) -> _Stroke:
    return _in_place_of(last, events.Paste("".join(texts).replace("\r\n", "\n").replace("\r", "\n")))


def _in_place_of(stroke: _Stroke, event: events.Key | events.Paste) -> _Stroke:
    event.time = stroke.event.time
    return _Stroke(event, is_in_burst=True)
