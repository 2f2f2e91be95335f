"""An app whose terminal gets only what changed, and never more than it can show."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from typing import Final, TypeVar

import textual.screen
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, RenderableType
from textual import constants
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

from tui.terminal.colours import colours_of
from tui.terminal.driver import TtyDriver

PAINT_SECONDS: Final = 1 / 240
"""A key's effect is painted so soon after another paint. Textual's own clock, 1/60 s, is the greater part of the time
that a key takes under load; the terminal is spared by the driver, which sends what it can show."""

PAINTED_SECONDS: Final = 0.03
"""What has changed is painted by then, also where it shows below a dialog."""

# Read when a screen makes its timer; TEXTUAL_FPS would have to be set before anybody imports Textual.
setattr(textual.screen, "UPDATE_PERIOD", PAINT_SECONDS)  # noqa: B010 - it is declared Final

Result = TypeVar("Result")

_WITHOUT_COLOUR: Final = NoColor()


class Differential(App[Result]):
    """Paints into cells and lets :class:`TtyDriver` send the difference.

    With another driver, as in tests and with ``TEXTUAL_DRIVER`` in the environment, it is a plain app.
    """

    def __init__(self) -> None:
        super().__init__()
        self._colours = colours_of(os.environ, COLOR_SYSTEMS.get(self.console.color_system or ""))
        self.no_color = self._colours is None
        if self.no_color:
            # As with the terminal's own colours, whatever the theme: they are told apart by attributes, too, and
            # nothing is blended into a colour that would then be left out.
            self.ansi_color = True

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Where no colours can be drawn, the last step of every line is to be without.

        Not Textual's own choice: it makes it before the theme is known, and of a ``NO_COLOR`` that is empty, too.
        """
        if self.no_color:
            return [_WITHOUT_COLOUR]
        return [each for each in super().get_line_filters() if not isinstance(each, Monochrome | NoColor)]

    def get_driver_class(self) -> type[Driver]:
        """Our driver, unless another one is asked for."""
        if constants.DRIVER is not None or not hasattr(signal, "SIGTSTP"):
            return super().get_driver_class()
        return TtyDriver

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        driver = self._driver
        if not isinstance(driver, TtyDriver):
            super()._display(screen, renderable)
            return
        try:
            update: object = renderable
            if isinstance(update, CompositorUpdate) and not self._batch_count and self._running:
                colours = self._colours or ColorSystem.STANDARD  # of which none is left in what is painted
                driver.show(update, colours, screen.outer_size.clamp_offset(self.cursor_position))
        finally:
            self.post_display_hook()

    @property
    def is_key_pending(self) -> bool:
        """Whether a slow line is to bring the effect of a key: what can wait a moment is better not painted now."""
        return isinstance(self._driver, TtyDriver) and self._driver.is_key_pending

    async def paint_before_key(self, changed: float) -> None:
        """Paint earlier changes before a key is handled, where the line is slow: they would go out with its effect.

        ``changed``: when they changed, by the loop's clock.
        """
        driver = self._driver
        wait = changed + PAINTED_SECONDS - asyncio.get_running_loop().time()
        if wait > 0 and isinstance(driver, TtyDriver) and driver.is_key_pending:
            await asyncio.sleep(wait)
            driver.prioritise()

    async def terminal_taken(self) -> None:
        """Return once the terminal is this program's; at once with a driver that has it from the start."""
        if isinstance(self._driver, TtyDriver):
            await self._driver.taken()

    @property
    def can_suspend(self) -> bool:
        """Whether ctrl+z has a meaning: a shell is there that brings the program back."""
        return isinstance(self._driver, TtyDriver) and self._driver.has_shell

    async def suspend_to_shell(self) -> None:
        """Stop as ctrl+z does elsewhere; returns when the person has come back."""
        if isinstance(self._driver, TtyDriver):
            await self._driver.suspend_to_shell()

    def action_suspend_process(self) -> None:
        """Do what ctrl+z does elsewhere; the key, and the signal that somebody else sends."""
        self.run_worker(self.suspend_to_shell(), group="suspend")

    def action_redraw(self) -> None:
        """Send the whole screen again."""
        if isinstance(self._driver, TtyDriver):
            self._driver.show_everything_again()
