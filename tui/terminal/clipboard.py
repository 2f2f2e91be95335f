"""Copying over SSH: through tmux where the program runs in it, else by asking the terminal (OSC 52)."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Final

from textual.app import App

LIMIT: Final = 74_994
"""Bytes that terminals take at most in one OSC 52 sequence."""

TMUX_SECONDS: Final = 2.0


async def copy(app: App[Any], text: str) -> str:
    """Copy a text; says in a few words which way it went. The text itself is never part of what is said."""
    if len(text.encode()) > LIMIT:
        return f"not copied: longer than the {LIMIT:,} bytes that a terminal takes"
    if os.environ.get("TMUX") and await _copy_to_tmux(text):
        return "copied to tmux and its terminal"
    app.copy_to_clipboard(text)
    return "sent to the terminal's clipboard"


async def _copy_to_tmux(text: str) -> bool:
    """Hand the text to tmux, which passes it on to the terminal it is attached to (``-w``)."""
    try:
        process = await asyncio.create_subprocess_exec(
            "tmux",
            "load-buffer",
            "-w",
            "-",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return False
    try:
        async with asyncio.timeout(TMUX_SECONDS):
            await process.communicate(text.encode())
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    return process.returncode == 0
