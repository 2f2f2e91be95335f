"""Keys as the keyboard protocol of kitty tells them, and as xterm does, of which it is the extension.

Textual 8.2 reads them too, but types what no key is (``CSI 120 ~`` is an x), fails on the keys of other layouts, and
makes keys of their own of shift with enter or backspace, for which nobody has a binding. So they are read here.
``tests/terminal/test_hooks.py`` tells when an upgrade of Textual has mended that and this file may go.
"""

from __future__ import annotations

import re
from typing import Final

from textual import events

from tui.terminal.toolkit import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS, key_of

_KEY: Final = re.compile(
    r"""\x1b\[
    (?P<code>\d*) (?: :(?P<shifted>\d*) )? (?: :(?P<base>\d*) )?
    (?: ;(?P<modifiers>\d*) (?: :(?P<event>\d*) )? )?
    (?: ;(?P<text>[\d:]*) )?
    (?P<end>[u~A-FHPQS])""",
    re.VERBOSE,
)

_SHIFT, _ALT, _CTRL, _CAPS_LOCK = 1, 2, 4, 64
_MODIFIERS: Final = {_ALT: "alt", _CTRL: "ctrl", 8: "super", 16: "hyper", 32: "meta"}

_RELEASED: Final = "3"

_NO_KEYS: Final = {*MODIFIER_FUNCTIONAL_KEYS, "caps_lock", "scroll_lock", "num_lock"}
"""What does nothing by itself."""

_KEYPAD: Final = {
    "decimal": ".",
    "divide": "/",
    "multiply": "*",
    "subtract": "-",
    "add": "+",
    "equal": "=",
    "separator": ",",
}

_CHARACTERS: Final = {"enter": "\r", "tab": "\t", "backspace": "\x7f", "escape": "\x1b"}

_THE_SAME_WITH_SHIFT: Final = {"enter", "backspace", "escape"}

_THE_SAME_WITH_CTRL: Final = {"[": "escape", "h": "backspace", "i": "tab", "m": "enter"}
"""Other terminals send the same byte for both."""

_WITH_SHIFT: Final = dict(zip("`1234567890-=[]\\;',./", '~!@#$%^&*()_+{}|:"<>?', strict=True))
"""Of the layout that kitty names as the base one."""


class LaidOutKey(events.Key):
    """A letter of another script, with the key at the same place of the base layout, which counts for shortcuts.

    Textual calls handlers by the name of the class, so what is handed out is one of the two keys that it stands for.
    """

    def __init__(self, character: str, base: str) -> None:
        super().__init__(key_of(character), character)
        self.base = base

    @property
    def letter(self) -> events.Key:
        """The key that types."""
        return events.Key(self.key, self.character)

    @property
    def shortcut(self) -> events.Key:
        """The key that a shortcut is looked up by."""
        return events.Key(key_of(self.base), self.base)


def keys_of(sequence: str) -> list[events.Key] | None:
    """The keys that a sequence tells of; None where it is no such sequence.

    Raises ValueError or OverflowError where a number in it stands for no character.
    """
    found = _KEY.fullmatch(sequence)
    if found is None:
        return None
    code, end = int(found["code"] or 1), found["end"]
    name = FUNCTIONAL_KEYS.get(f"{code}{end}", "")
    if not name and end != "u":
        return None
    if found["event"] == _RELEASED or name in _NO_KEYS:
        return []
    bits = max(0, int(found["modifiers"] or 1) - 1)
    base = chr(int(found["base"])) if found["base"] else ""
    text = "".join(chr(int(each)) for each in (found["text"] or "").split(":") if each)
    if typed := "".join(filter(str.isprintable, text)):
        return _typed(typed, base, bits)
    if not name or len(name) == 1 or name in _KEYPAD:
        character = _KEYPAD.get(name, name) or chr(code)
        shifted = chr(int(found["shifted"])) if found["shifted"] else ""
        return _character(character, shifted, base, bits) if character.isprintable() else []
    if not bits & sum(_MODIFIERS) and (not bits & _SHIFT or name in _THE_SAME_WITH_SHIFT):
        return [events.Key(name, _CHARACTERS.get(name))]
    return [_with_modifiers(name, bits)]


def _character(character: str, shifted: str, base: str, bits: int) -> list[events.Key]:
    """The keys of a character that came without a text."""
    if bits & sum(_MODIFIERS):
        key = character.lower()
        key = base if base and not key.isascii() else key
        if bits & sum(_MODIFIERS) == _CTRL and not bits & _SHIFT and key in _THE_SAME_WITH_CTRL:
            name = _THE_SAME_WITH_CTRL[key]
            return [events.Key(name, _CHARACTERS[name])]
        return [_with_modifiers(key_of(key), bits)]
    if bits & _SHIFT:
        if not shifted and character.upper() == character and not character.isspace():
            return []  # what shift makes of it is known to the keyboard alone
        character = shifted or character.upper()
    return _typed(character.swapcase() if bits & _CAPS_LOCK else character, base, bits)


def _typed(text: str, base: str, bits: int) -> list[events.Key]:
    if len(text) == 1 and not text.isascii() and base.isascii() and base.isprintable() and base:
        if bits & _SHIFT:
            base = _WITH_SHIFT.get(base, base.upper())
        return [LaidOutKey(text, base)]
    return [events.Key(key_of(character), character) for character in text]


def _with_modifiers(name: str, bits: int) -> events.Key:
    tokens = [token for bit, token in _MODIFIERS.items() if bits & bit]
    if bits & _SHIFT:
        tokens.append("shift")
    return events.Key("+".join([*sorted(tokens), name]), None)
