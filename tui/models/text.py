"""The one place where text from strangers is made safe to show.

A caller chooses a caller's name, a customer the name of a machine. Textual passes escape sequences and bidi
controls on to the terminal, so nothing of that kind may survive the step from a payload to a model.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LIMIT: Final = 400
"""Characters kept of one text; the longest field of the three systems is an explanation written by hand."""

COMBINING_LIMIT: Final = 2
"""Combining marks kept on one character; more of them climb over the neighbouring lines."""

DEPTH_LIMIT: Final = 8
"""Nesting kept of a payload; the deepest documented one has three levels."""

ITEMS_LIMIT: Final = 100_000
"""Entries kept of one list or object."""

BAD_SIGN: Final = "\N{REPLACEMENT CHARACTER}"

# Everything that is not drawn as itself in one or two cells. Cf holds the bidi controls, zero-width
# joiners and tags; Cs the lone surrogates; Zl and Zp end a line in some terminals; Cc is C0, DEL and C1.
_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_FIRST_COMBINING: Final = "\N{COMBINING GRAVE ACCENT}"
_ASCII_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_VARIATION_SELECTORS: Final = frozenset({*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)})


def clean(text: str, limit: int = LIMIT) -> str:
    """The text with every character visible, at most ``limit`` characters long.

    Controls become their control pictures (ESC is shown as ␛), other invisible characters a replacement sign,
    combining marks beyond the second on a character are dropped, and what was cut off is marked by ``…``.
    """
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    if text.isprintable() and text.isascii():
        return text
    if text.isascii():
        return _ASCII_CONTROL.sub(_picture, text)
    if text.isprintable() and max(text) < _FIRST_COMBINING:
        return text  # letters of Latin alphabets: most names with accents, and nothing to compose or drop
    return _clean_unicode(text)


def clean_tree(value: object, depth: int = 0) -> object:
    """A decoded JSON value with every text in it cleaned, keys included; numbers and booleans as they are."""
    if isinstance(value, str):
        return clean(value)
    if depth >= DEPTH_LIMIT:
        return "…" if isinstance(value, dict | list) else value
    if isinstance(value, dict):
        pairs = list(value.items())[:ITEMS_LIMIT]
        return {clean(str(key)): clean_tree(item, depth + 1) for key, item in pairs}
    if isinstance(value, list):
        return [clean_tree(item, depth + 1) for item in value[:ITEMS_LIMIT]]
    return value


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else chr(0x2400 + code)


def _clean_unicode(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        category = unicodedata.category(character)
        if category in ("Mn", "Me"):
            marks += 1
            if ord(character) in _VARIATION_SELECTORS or marks > COMBINING_LIMIT:
                continue
            if marks == 1 and not kept:
                kept.append(" ")  # a mark needs something to stand on, or it lands on the cell to its left
        else:
            marks = 0
            if category in _UNSAFE_CATEGORIES:
                kept.append(_ASCII_CONTROL.sub(_picture, character) if character.isascii() else BAD_SIGN)
                continue
        kept.append(character)
    return "".join(kept)
