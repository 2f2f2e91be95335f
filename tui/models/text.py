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

COMBINING_LIMIT: Final = 3
"""Combining marks kept on one character, as many as Hindi needs; more of them climb over the neighbouring lines."""

BAD_SIGN: Final = "\N{REPLACEMENT CHARACTER}"

# Everything that is not drawn as itself in one or two cells. Cf holds the bidi controls, zero-width
# joiners and tags; Cs the lone surrogates; Zl and Zp end a line in some terminals; Cc is C0, DEL and C1.
_UNSAFE_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Letters without a cell of their own: the fillers of Korean, and the parts of a syllable that found no syllable.
_UNSAFE_LETTERS: Final = frozenset(map(chr, [*range(0x115F, 0x1200), 0x3164, 0xFFA0, *range(0xD7B0, 0xD800)]))
_FIRST_COMBINING: Final = "\N{COMBINING GRAVE ACCENT}"
_ASCII_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_BASE: Final = "\N{DOTTED CIRCLE}"

_UNDRAWN_MARKS: Final = (0x034F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F)
_VARIATION_SELECTORS: Final = (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS: Final = range(0x1F1E6, 0x1F200)

# Terminals do not agree how wide these are. What only changes how the character before it looks is dropped, and a
# flag becomes the two letters that it is written with.
_REPLACED: Final[dict[int, str | None]] = {
    **dict.fromkeys((*_UNDRAWN_MARKS, *_VARIATION_SELECTORS, *_SKIN_TONES)),
    **{code: chr(ord("A") + place) for place, code in enumerate(_FLAG_LETTERS)},
}


def without_controls(text: str) -> str:
    """What was pasted without what a terminal obeys; its lines and blanks stay."""
    kept = "\n\r\t\u00a0"
    if text.translate(dict.fromkeys(map(ord, kept))).isprintable():
        return text
    return "".join(each for each in text if each.isprintable() or each in kept)


def clean(text: str, limit: int = LIMIT) -> str:
    """The text with every character visible, at most ``limit`` characters long.

    Controls become their control pictures (ESC is shown as ␛), other invisible characters a replacement sign,
    combining marks beyond the third on a character are dropped, and what was cut off is marked by ``…``. A cleaned
    text is not changed by cleaning it again.
    """
    text = _cut(text, limit)
    if text.isprintable() and text.isascii():
        return text
    if text.isascii():
        return _ASCII_CONTROL.sub(_picture, text)
    if text.isprintable() and max(text) < _FIRST_COMBINING:
        return text  # letters of Latin alphabets: most names with accents, and nothing to compose or drop
    return _cut(_clean_unicode(text), limit)  # a few characters are longer when they are composed


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else chr(0x2400 + code)


def _clean_unicode(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text.translate(_REPLACED)):
        category = unicodedata.category(character)
        if category[0] == "M":
            marks += 1
            if marks > COMBINING_LIMIT:
                continue
            if not kept or kept[-1].isspace():
                kept.append(_BASE)  # a mark needs something to stand on, or it lands on the cell to its left
        else:
            marks = 0
            if category in _UNSAFE_CATEGORIES or character in _UNSAFE_LETTERS:
                kept.append(_ASCII_CONTROL.sub(_picture, character) if character.isascii() else BAD_SIGN)
                continue
        kept.append(character)
    return "".join(kept)
