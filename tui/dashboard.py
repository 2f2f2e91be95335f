"""Runs a desk and its screen together, from the first frame to the last log-off."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from typing import Final

from tui.app import HelpdeckApp
from tui.config import Settings
from tui.desk import Desk
from tui.state import load_state, save_state, state_path

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

LateSettings = Callable[[], Awaitable[Settings]]


def run(settings: Settings, late_settings: LateSettings | None = None) -> int:
    """Show the dashboard until the person quits; returns the exit code, 128 + n after signal n.

    ``late_settings`` gives the settings to connect with once the first frame is painted, where they are not known
    before: the demo's systems choose their ports themselves.
    """
    return asyncio.run(_run(settings, late_settings))


async def _run(settings: Settings, late_settings: LateSettings | None) -> int:
    desk = Desk(settings)
    state = load_state(state_path())
    app = HelpdeckApp(desk, state)
    loop = asyncio.get_running_loop()
    for number in ENDINGS:
        loop.add_signal_handler(number, app.exit, 128 + number)
    async with asyncio.TaskGroup() as group:
        engine = group.create_task(_serve(app, desk, late_settings), name="engine")
        code = await app.run_async(mouse=settings.ui.mouse)
        # The terminal is the person's again; what is left is to log off, so that the licence is free.
        engine.cancel()
    save_state(state_path(), app.remembered())
    return app.return_code or 0 if code is None else code


async def _serve(app: HelpdeckApp, desk: Desk, late_settings: LateSettings | None) -> None:
    """Run the engine once the frame is painted."""
    await app.painted.wait()
    if late_settings is not None:
        desk.settings = await late_settings()
    await desk.run()
