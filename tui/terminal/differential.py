"""An app whose terminal gets only what changed, and never more than it can show."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from typing import Final, TypeVar

from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS
from textual import constants
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.geometry import Offset

from tui.terminal.colours import colours_of
from tui.terminal.driver import TtyDriver
from tui.terminal.toolkit import CompositorUpdate, ToolkitApp, paint_every

PAINT_SECONDS: Final = 1 / 240
"""A key's effect is painted so soon after another paint. Textual's own clock, 1/60 s, is the greater part of the time
that a key takes under load; the terminal is spared by the driver, which sends what it can show."""

PAINTED_SECONDS: Final = 0.03
"""What has changed is painted by then, also where it shows below a dialog."""

paint_every(PAINT_SECONDS)

Result = TypeVar("Result")

_WITHOUT_COLOUR: Final = NoColor()


class Differential(ToolkitApp[Result]):
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
        if constants.DRIVER is not None:
            return super().get_driver_class()
        return TtyDriver

    @property
    def _tty_driver(self) -> TtyDriver | None:
        driver = self.terminal_driver
        return driver if isinstance(driver, TtyDriver) else None

    @property
    def takes_updates(self) -> bool:
        """Whether the driver keeps what is painted as cells."""
        return self._tty_driver is not None

    def show(self, update: CompositorUpdate, cursor: Offset) -> None:
        """Let the driver send what differs."""
        if (driver := self._tty_driver) is not None:
            # Without colours, none is left in what is painted, whichever system it is told in.
            driver.show(update, self._colours or ColorSystem.STANDARD, cursor)

    @property
    def is_key_pending(self) -> bool:
        """Whether a slow line is to bring the effect of a key: what can wait a moment is better not painted now."""
        return (driver := self._tty_driver) is not None and driver.outbox.is_key_pending

    async def paint_before_key(self, changed: float) -> None:
        """Paint earlier changes before a key is handled, where the line is slow: they would go out with its effect.

        ``changed``: when they changed, by the loop's clock.
        """
        driver = self._tty_driver
        wait = changed + PAINTED_SECONDS - asyncio.get_running_loop().time()
        if wait > 0 and driver is not None and driver.outbox.is_key_pending:
            await asyncio.sleep(wait)
            driver.outbox.prioritise()

    async def terminal_taken(self) -> None:
        """Return once the terminal is this program's; at once with a driver that has it from the start."""
        if (driver := self._tty_driver) is not None:
            await driver.is_taken.wait()

    @property
    def can_suspend(self) -> bool:
        """Whether ctrl+z has a meaning: a shell is there that brings the program back."""
        return (driver := self._tty_driver) is not None and driver.has_shell

    async def suspend_to_shell(self) -> None:
        """Stop as ctrl+z does elsewhere; returns when the person has come back."""
        if (driver := self._tty_driver) is not None:
            await driver.suspend_to_shell()

    def action_suspend_process(self) -> None:
        """Do what ctrl+z does elsewhere; the key, and the signal that somebody else sends."""
        self.run_worker(self.suspend_to_shell(), group="suspend")

    def action_redraw(self) -> None:
        """Send the whole screen again."""
        if (driver := self._tty_driver) is not None:
            driver.show_everything_again()
