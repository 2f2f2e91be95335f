"""The private names of Textual that the program leans on: nothing else in it touches one but ``toolkit_*``.

``tests/terminal/test_hooks.py`` has a test for each of them, so that an upgrade which moves one is noticed there;
``tests/terminal/test_the_fence.py`` finds a private name in any other file.
"""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import textual.screen
from rich.console import RenderableType
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS as ANSI_SEQUENCES_KEYS
from textual._compositor import ChopsUpdate as ChopsUpdate
from textual._compositor import CompositorUpdate as CompositorUpdate
from textual._compositor import LayoutUpdate as LayoutUpdate
from textual._keyboard_protocol import FUNCTIONAL_KEYS as FUNCTIONAL_KEYS
from textual._keyboard_protocol import MODIFIER_FUNCTIONAL_KEYS as MODIFIER_FUNCTIONAL_KEYS
from textual._xterm_parser import _MAX_SEQUENCE_SEARCH_THRESHOLD, XTermParser
from textual.app import App
from textual.dom import DOMNode
from textual.driver import Driver
from textual.geometry import Offset
from textual.keys import _character_to_key
from textual.message import Message
from textual.screen import Screen

Result = TypeVar("Result")

key_of = _character_to_key
"""The name of the key that types a character."""


class ToolkitApp(App[Result]):
    """An app with public names for what its subclasses refine of Textual."""

    def __init__(self) -> None:
        super().__init__()
        self.painted = asyncio.Event()
        """For the subclass to set after the first frame."""

    @property
    def terminal_driver(self) -> Driver | None:
        """The driver of the terminal, once there is one."""
        return self._driver

    @property
    def takes_updates(self) -> bool:
        """Whether :meth:`show` is given what is painted; where it is not, the driver gets it as a text."""
        return False

    def show(self, update: CompositorUpdate, cursor: Offset) -> None:
        """Show what the compositor painted."""

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if not self.takes_updates:
            super()._display(screen, renderable)
            return
        try:
            update: object = renderable
            if isinstance(update, CompositorUpdate) and not self._batch_count and self._running:
                self.show(update, screen.outer_size.clamp_offset(self.cursor_position))
        finally:
            self.post_display_hook()

    # Textual does both once more before anything is painted, and each widget was styled when it was mounted.

    def refresh_css(self, animate: bool = True) -> None:
        """Read the style sheets again for another theme."""
        if self.painted.is_set():
            super().refresh_css(animate)

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        """Style a widget and all within it again."""
        if self.painted.is_set() or not isinstance(node, Screen):
            super().update_styles(node, animate)

    def handle_fault(self, error: Exception) -> None:
        """Do what a fault of the program calls for: by default what Textual does."""
        super()._handle_exception(error)

    def _handle_exception(self, error: Exception) -> None:
        self.handle_fault(error)

    def close_after(self, error: Exception, exit_code: int) -> None:
        """End with an exit code and show nothing; a test that drives the app raises the error."""
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._return_code = exit_code
        self._close_messages_no_wait()


def is_ending(app: App[Any]) -> bool:
    """Whether the end of an app was asked for."""
    return app._exit


def forget_copied(app: App[Any]) -> None:
    """Forget what was copied last: Textual keeps it, for pasting into fields of its own."""
    app._clipboard = ""


def paint_every(seconds: float) -> None:
    """Let screens paint this often; TEXTUAL_FPS would have to be set before anybody imports Textual."""
    setattr(textual.screen, "UPDATE_PERIOD", seconds)  # noqa: B010 - it is declared Final


class ToolkitDriver(Driver):
    """A driver with public names for what Textual gives it."""

    def set_size(self, width: int, height: int) -> None:
        """Set the size that the app reads."""
        self._size = (width, height)


class SequenceParser(XTermParser):
    """Textual's parser, for one whole sequence after the other: what it does not know is no key."""

    def read(self, text: str) -> list[Message]:
        """The events of keys without a sequence, or of one whole sequence."""
        if text.startswith("\x1b") and len(text) > _MAX_SEQUENCE_SEARCH_THRESHOLD:
            return []  # it would take them for keys, each by itself
        try:
            return list(self.feed(text))
        finally:
            # It may wait for more, and would then take every character for a key.
            self._tokens.clear()
            self._timeout_time = None
            self._gen = self.parse(self._tokens.append)
            self._awaiting = next(self._gen)

    def _parse_extended_key(self, sequence: str) -> None:  # type: ignore[override]
        """No key: those of kitty's protocol were found before."""
