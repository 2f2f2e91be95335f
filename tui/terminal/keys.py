"""The keys that terminals send, by Textual's names.

A test holds the list against the sequences that Textual knows: loading those takes `helpdeck check` longer than all the
rest of it.
"""

from __future__ import annotations

import difflib
import string
import unicodedata
from typing import Final

LENGTH: Final = 40
"""Characters that are compared of what somebody took for a key."""

_FUNCTION: Final = frozenset(f"f{number}" for number in range(1, 25))
_MOVING: Final = frozenset("up down left right home end pageup pagedown insert delete".split())  # noqa: SIM905
_WITH_CTRL: Final = frozenset("abcdefgjklnopqrstuvwxyz" + string.digits + "@") | {
    "backslash",
    "circumflex_accent",
    "right_square_bracket",
    "underscore",
}
"""Not h, i, m and [: terminals send backspace, tab, enter and escape for them."""

NAMED: Final = frozenset(
    {"backspace", "enter", "escape", "space", "tab", "shift+tab", "shift+escape"}
    | _FUNCTION
    | _MOVING
    | {f"shift+{key}" for key in _MOVING}
    | {f"ctrl+{key}" for key in _FUNCTION | _MOVING | _WITH_CTRL}
    | {f"ctrl+shift+{key}" for key in _MOVING | frozenset(string.digits)}
)
"""Those that are no letter, digit or sign."""

_MEANT: Final = {
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "ctrl+h": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+[": "escape",
    "ctrl+left_square_bracket": "escape",
    "ctrl+space": "ctrl+@",
}
"""What people write, and what terminals send then."""


_RENAMED: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""What Textual calls otherwise than Unicode does."""


def _name(sign: str) -> str:
    name = unicodedata.name(sign, sign).lower().replace("-", "_").replace(" ", "_")
    return _RENAMED.get(name, name)


_SIGNS: Final = {_name(sign): sign for sign in string.punctuation if sign != ","} | {
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}
"""Keys by Textual's names, as a person writes them; a comma stands between keys and is none."""

_NAMES: Final = {sign: name for name, sign in _SIGNS.items()}

_SIGN_NAMES: Final = frozenset(_SIGNS) | {"comma"}


def sign(key: str) -> str:
    """A key as a person writes it: ``/`` for ``slash``."""
    return _SIGNS.get(key, key)


def named(key: str) -> str:
    """A key by Textual's name, however a person writes it."""
    key = key.strip()
    if key in _NAMES:
        return _NAMES[key]
    if len(key) == 1 and not key.isalnum():
        return _name(key)
    return key


def is_sent(key: str) -> bool:
    """Whether terminals send this key."""
    prints = key in _SIGN_NAMES or (len(key) == 1 and key.isprintable() and not key.isspace() and key != ",")
    return prints or key in NAMED or (key.startswith("alt+") and key != "alt+" and is_sent(key[4:]))


def likely(key: str) -> str:
    """The key that was most likely meant; empty where none is near."""
    folded = key.casefold().replace(" ", "").replace("-", "+").replace("control+", "ctrl+").replace("^", "ctrl+")
    if folded in _MEANT:
        return _MEANT[folded]
    letter = folded.removeprefix("shift+")
    if len(letter) == 1 and letter != folded:
        return letter.upper()
    if is_sent(folded):
        return folded
    near = difflib.get_close_matches(folded[:LENGTH], sorted(NAMED | _SIGN_NAMES), n=1)
    return near[0] if near else ""
