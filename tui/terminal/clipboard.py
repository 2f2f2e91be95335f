"""Copying over SSH: through tmux where the program runs in it, else by asking the terminal (OSC 52)."""

from __future__ import annotations

import asyncio
import os
import subprocess
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
    command = ("tmux", "load-buffer", "-w", "-")
    try:
        ended = await asyncio.to_thread(
            subprocess.run, command, input=text.encode(), capture_output=True, timeout=TMUX_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ended.returncode == 0
