"""Bytes and JSON from outside as text: whatever comes out of here can be written as UTF-8 again.

A mark at the beginning says how it was written; without one the charset that was declared, or UTF-8. What is neither
was most likely written by a Turkish Windows.
"""

from __future__ import annotations

import codecs
import json
from typing import Final, NamedTuple

TURKISH: Final = "cp1254"

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

_LETTERS: Final[dict[tuple[bool, ...], str]] = {
    (True, False, True, False): "utf-16-le",
    (False, True, False, True): "utf-16-be",
    (True, False, False, False): "utf-32-le",
    (False, False, False, True): "utf-32-be",
}
"""Which of the first four bytes are not zero where two letters of ASCII take more than one byte each (RFC 4627, 3)."""

# No other encoding of Python's is ever looked up by a name that a stranger chose: some take quadratic time.
_WIDE: Final = {
    "utf-16": "utf-16-le",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "utf-32": "utf-32-le",
    "utf-32le": "utf-32-le",
    "utf-32be": "utf-32-be",
}
_NARROW: Final = {
    # Who declares latin1 writes this, as browsers have found.
    **dict.fromkeys(("windows-1252", "cp1252", "iso-8859-1", "latin1"), "cp1252"),
    **dict.fromkeys(("windows-1254", "cp1254", "iso-8859-9", "latin5"), TURKISH),
    "iso-8859-15": "iso-8859-15",
}

_decoder: Final = json.JSONDecoder(strict=False)

_HALVES: Final = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


class Decoded(NamedTuple):
    """A text, and the encoding that it was read in."""

    text: str
    encoding: str
    is_sure: bool
    """Whether it said so itself, and nothing of it had to be replaced."""


def decoded(raw: bytes, charset: str = "", *, is_cut: bool = False) -> Decoded:
    """The text of these bytes. ``charset`` is the one declared; ``is_cut``: the last character may be in pieces."""
    charset = charset.strip(" \t\"'").casefold().replace("_", "-")
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _read(raw[len(mark) :], encoding)
    # Without a single zero it has no letter of ASCII in it, and is no JSON: some only say that it is UTF-16.
    wide = _LETTERS.get(tuple(map(bool, raw[:4]))) or (_WIDE.get(charset) if b"\0" in raw else None)
    if wide:
        return _read(raw, wide)
    try:
        text, _ = codecs.utf_8_decode(raw.removeprefix(codecs.BOM_UTF8), "strict", not is_cut)
    except UnicodeDecodeError:
        return _read(raw, _NARROW[charset]) if charset in _NARROW else _read(raw, TURKISH)._replace(is_sure=False)
    return Decoded(text, "utf-8", is_sure=True)


def is_utf8(raw: bytes) -> bool:
    """Whether these bytes are UTF-8, with or without its mark."""
    return (raw.isascii() and b"\0" not in raw) or decoded(raw).encoding == "utf-8"


def read_json(text: str, *, strict: bool = False) -> object:
    """The value of a JSON text. In its texts a half of a surrogate pair is replaced: nobody could write or send it.

    ``strict`` takes no raw line breaks and tabs.

    Raises:
        ValueError, RecursionError: it is no JSON, or nested beyond all measure.
    """
    value = json.loads(text, strict=strict)
    return _whole(value) if "\\ud" in text or "\\uD" in text else value


def read_json_at(text: str, position: int) -> tuple[object, int]:
    """The JSON value that begins at this place of a text, and where it ends; for the rest as :func:`read_json`.

    Raises:
        ValueError, RecursionError: there is no JSON, or it is nested beyond all measure.
    """
    value, end = _decoder.raw_decode(text, position)
    written = text[position:end]
    return (_whole(value) if "\\ud" in written or "\\uD" in written else value), end


def _read(raw: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(raw.decode(encoding), encoding, is_sure=True)
    except UnicodeDecodeError:
        return Decoded(raw.decode(encoding, "replace"), encoding, is_sure=False)


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.translate(_HALVES)
    if isinstance(value, dict):
        return {_whole(key): _whole(item) for key, item in value.items()}
    return [_whole(item) for item in value] if isinstance(value, list) else value
