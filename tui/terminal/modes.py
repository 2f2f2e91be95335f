"""What a full-screen program switches on in a terminal, and off again."""

from __future__ import annotations

import os
import re
from typing import Final

from textual.constants import DISABLE_KITTY_KEY

_MOUSE: Final = (1000, 1003, 1015, 1006)
_MOUSE_IN_PIXELS: Final = 1016
IN_BAND_RESIZE: Final = "\x1b[?2048h\x1b[?1016h"
"""Sizes come with the keys, and with them the mouse's place in pixels."""

SYNC_BEGIN: Final = "\x1b[?2026h"
SYNC_END: Final = "\x1b[?2026l"

_KITTY_KEYS: Final = 0b11101
"""Keys told apart, with the key of the base layout, all as sequences, with their text (kitty's keyboard protocol)."""

_PASSED_ON: Final = re.compile(
    r"""\x07                             # the bell
      | \x1b\]22;[a-z-]*\x07             # the shape of the mouse's pointer
      | \x1b\]52;c;[A-Za-z0-9+/=]*\x07   # to the clipboard
      | \x1b\[\?[0-9;]+[hl]              # modes
    """,
    re.VERBOSE,
)


def is_passed_on(text: str) -> bool:
    """Whether a program may write this beside what it paints: nothing else could keep the picture right."""
    return _PASSED_ON.fullmatch(text) is not None


def _set(*modes: int, on: bool) -> str:
    return "".join(f"\x1b[?{mode}{'h' if on else 'l'}" for mode in modes)


def switch_on(*, mouse: bool, in_band_resize: bool = False) -> str:
    """All that makes a terminal ready; may be sent again to one that is."""
    parts = [_set(1049, on=True), _set(25, 7, on=False), _set(1004, 2004, on=True)]
    if mouse:
        parts.append(_set(*_MOUSE, on=True))
    if not DISABLE_KITTY_KEY:
        parts.append(f"\x1b[<u\x1b[>{_KITTY_KEYS}u")
    if in_band_resize:
        parts.append(IN_BAND_RESIZE if mouse else _set(2048, on=True))
    return "".join(parts)


def questions() -> str:
    """What is asked once: whether it can hold back half a frame, and tell its size with the keys."""
    # Apple's terminal prints the last letter of a question that it does not know.
    return "" if os.environ.get("TERM_PROGRAM") == "Apple_Terminal" else "\x1b[?2026$p\x1b[?2048$p"


def switch_off(*, mouse: bool, in_band_resize: bool) -> str:
    """The terminal as it was before."""
    parts = ["\x1b[r\x1b[m", _set(2026, on=False), _set(2004, 1004, on=False), _set(7, on=True)]
    if in_band_resize:
        parts.append(_set(2048, on=False))
    if mouse:
        parts.append(_set(*_MOUSE, _MOUSE_IN_PIXELS, on=False))
    if not DISABLE_KITTY_KEY:
        parts.append("\x1b[<u")  # before the alternate screen goes: each screen has its own
    return "".join([*parts, _set(1049, on=False), _set(25, on=True)])
