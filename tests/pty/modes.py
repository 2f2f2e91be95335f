"""What terminals answer, the modes that a program may switch on, and whether it has put them back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

_MODE: Final = re.compile(rb"\x1b\[(?:\?([0-9;]+)([hl])|([<>])[0-9;]*u)")

MODES: Final[Mapping[int, str]] = {
    1: "application cursor keys",
    1000: "mouse",
    1002: "mouse",
    1003: "mouse",
    1004: "focus events",
    1005: "mouse encoding",
    1006: "mouse encoding",
    1015: "mouse encoding",
    1016: "mouse in pixels",
    1049: "alternate screen",
    2004: "bracketed paste",
    2026: "synchronised output",
    2048: "in-band resize",
}
"""Modes that a terminal has switched off when a program starts."""

ON_BY_ITSELF: Final[Mapping[int, str]] = {7: "line wrap", 25: "cursor"}

PLAIN: Final[dict[bytes, bytes]] = {b"\x1b[5n": b"\x1b[0n"}
"""What every terminal answers: that it has come so far and is well."""

SILENT: Final[Mapping[bytes, bytes]] = {}
"""No terminal, but what reads as one: a script, a recording."""

MODERN: Final[Mapping[bytes, bytes]] = PLAIN | {
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;2$y",
}
"""What a terminal of today answers to the questions that Textual asks beside."""


def left_on(raw: bytes | bytearray) -> set[str]:
    """The modes that what was written leaves other than a terminal has them when a program starts."""
    on: set[str] = set()
    kitty = 0
    for match in _MODE.finditer(raw):
        if match[3]:
            kitty += 1 if match[3] == b">" else -1
            continue
        for number in map(int, match[1].split(b";")):
            if number in MODES:
                (on.add if match[2] == b"h" else on.discard)(MODES[number])
            if number in ON_BY_ITSELF:
                (on.discard if match[2] == b"h" else on.add)(f"no {ON_BY_ITSELF[number]}")
    if kitty > 0:
        on.add("kitty keyboard")
    return on
