"""Runs a desk and its screen together, from the first frame to the last log-off."""

from __future__ import annotations

import asyncio
import signal
from typing import Final

from tui.app import HelpdeckApp
from tui.config import Settings
from tui.desk import Desk

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run(settings: Settings) -> int:
    """Show the dashboard until the person quits; returns the exit code, 128 + n after signal n."""
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    desk = Desk(settings)
    app = HelpdeckApp(desk)
    loop = asyncio.get_running_loop()
    for number in ENDINGS:
        loop.add_signal_handler(number, app.exit, 128 + number)
    async with asyncio.TaskGroup() as group:
        engine = group.create_task(_serve(app, desk), name="engine")
        code = await app.run_async(mouse=settings.ui.mouse)
        # The terminal is the person's again; what is left is to log off, so that the licence is free.
        engine.cancel()
    return app.return_code or 0 if code is None else code


async def _serve(app: HelpdeckApp, desk: Desk) -> None:
    """Run the engine once the frame is painted."""
    await app.painted.wait()
    await desk.run()
