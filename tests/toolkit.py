"""The private names of Textual and asyncio that the tests lean on: no other test touches one.

``tests/terminal/test_hooks.py`` notices when an upgrade moves one, but for what only tests of it use.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import Any, cast

from textual._compositor import LayoutUpdate
from textual.app import App
from textual.driver import Driver
from textual.strip import Strip
from textual.timer import Timer

SCREEN_PERIOD = "textual.screen.UPDATE_PERIOD"
"""How often screens paint, by name, for a test to set."""


def driver_of(app: App[Any]) -> Driver | None:
    """The driver that writes for an app."""
    return app._driver


def has_batch(app: App[Any]) -> bool:
    """Whether updates are held back until a batch of them is complete."""
    return app._batch_count > 0


def timers_of(app: App[Any]) -> Iterator[Timer]:
    """Every timer of an app and of what lives in it."""
    for pump in (app, *app._registry):
        yield from pump._timers


def is_soon(timer: Timer, seconds: float) -> bool:
    """Whether it will act once, soon; a timer that repeats is a clock, but for the one that paints what has changed."""
    if timer._task is None or timer._task.done() or timer._interval > seconds:
        return False
    return timer._repeat is not None or (timer.name == "screen_update" and timer._active.is_set())


def painted_whole(app: App[Any]) -> list[list[tuple[str, str]]]:
    """The screen as the compositor paints it, line by line as (text, SGR); what is to be painted still is so after."""
    compositor = app.screen._compositor
    pending = set(compositor._dirty_regions)
    update = compositor.render_update(full=True, screen_stack=app._background_screens)
    compositor._dirty_regions |= pending
    assert isinstance(update, LayoutUpdate)
    colours = app.console._color_system
    return [
        [(text, Strip.render_ansi(style, colours) if style else "") for text, style, _ in Strip.join(strips)]
        for strips in update.strips
    ]


def ready_callbacks(loop: asyncio.AbstractEventLoop) -> deque[asyncio.Handle]:
    """What an event loop handles in its next round."""
    return cast("deque[asyncio.Handle]", cast(Any, loop)._ready)
