"""A list that somebody sends: the text of a file, however a spreadsheet has encoded it."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

LIMIT: Final = 32 * 1024 * 1024
"""Bytes of a file: a hundred thousand lines in UTF-16."""

MARKS: Final = (("utf-8-sig", b"\xef\xbb\xbf"), ("utf-16", b"\xff\xfe"), ("utf-16", b"\xfe\xff"))
"""How spreadsheets write, each with the mark that it begins with."""

WORKBOOKS: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""What the files of spreadsheets themselves begin with."""


def read_list(name: str, what: str, limit: int = LIMIT) -> str:
    """The text of a file. Raises OSError with the reason where there is none.

    ``what``: the list should be, as ``addresses``. ``limit``: bytes that are read at the most.
    """
    try:
        path = Path(name).expanduser()
        found = path.stat()
    except (RuntimeError, ValueError) as error:  # the home of nobody, a zero byte
        raise OSError(str(error)) from error
    if not stat.S_ISREG(found.st_mode):
        raise OSError("it is no file")  # a pipe would be waited for until somebody writes into it
    with path.open("rb") as file:
        held = file.read(limit + 1)
    if len(held) > limit:
        raise OSError(f"it is larger than {limit >> 20} MiB: is it a list of {what}?")
    if held.startswith(WORKBOOKS):
        raise OSError("it is a workbook: save it as CSV and take that file")
    for encoding in _encodings(held):
        try:
            text = held.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise OSError("it is no text")


def _encodings(held: bytes) -> Sequence[str]:
    """What a text may be encoded in, the likeliest first; the last one takes nearly anything."""
    marked = [encoding for encoding, mark in MARKS if held.startswith(mark)]
    if marked or b"\0" not in held:
        return marked or ("utf-8", "cp1254")
    return ("utf-16-le",) if held[1:2] == b"\0" else ("utf-16-be",)  # without a mark, as some programs write it
