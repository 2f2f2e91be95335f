"""Where a secret comes from: the configuration itself, the environment, a command, or a file."""

from __future__ import annotations

import codecs
import errno
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tui.config.constraints import below
from tui.config.problems import InvalidValue, nearest
from tui.private_file import read_plain

LIMIT: Final = 65_536
"""Bytes read of a file."""

SOURCES: Final = ("env", "command", "file")

_VARIABLE_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def from_table(
    table: Mapping[str, object], folder: Path, environment: Mapping[str, str], opened: Callable[[Path], None]
) -> str:
    """The secret that ``{env = …}``, ``{command = …}`` or ``{file = …}`` leads to; ``opened`` learns of the file."""
    for name in table:
        if name not in SOURCES:
            raise InvalidValue("may come from env, command or file only", nearest(name, SOURCES))
    if len(table) != 1:
        raise InvalidValue("must come from one place: env, command or file")
    [(source, where)] = table.items()
    if not isinstance(where, str) or not where.strip():
        raise InvalidValue(f"must name its {source} in a string")
    if "\0" in where:
        raise InvalidValue(f"has a control character in the name of its {source}")
    if source == "env":
        return _bare(_from_environment(where, environment), f"the environment variable {where[:60]}")
    if source == "command":
        from tui.config.secret_command import output_of  # only where a command is named

        return _first_line(output_of(where, folder, environment=environment), "what the command printed")
    path = below(folder, where)
    text = _first_line(_from_file(path), "its file")
    opened(path)
    return text


def _from_environment(name: str, environment: Mapping[str, str]) -> str:
    if not _VARIABLE_NAME.fullmatch(name):
        raise InvalidValue("names no environment variable: letters, digits and _ make one up")
    if name not in environment:
        raise InvalidValue(f"is to come from the environment variable {name[:60]}, which is not set")
    if not environment[name]:
        raise InvalidValue(f"is to come from the environment variable {name[:60]}, which is empty")
    return environment[name]


def _from_file(path: Path) -> bytes:
    try:
        return read_plain(path, LIMIT)
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EISDIR, errno.ENXIO):
            raise InvalidValue("is to come from a file, but there is something else of that name") from None
        raise InvalidValue(f"cannot be read from its file: {error.strerror}") from None


def _first_line(raw: bytes, where: str) -> str:
    line = raw.split(b"\n", 1)[0].removesuffix(b"\r")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in line:
        raise InvalidValue(f"cannot be used: {where} is in UTF-16 or no text at all; save it as UTF-8")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        raise InvalidValue(f"cannot be used: the first line of {where} is not UTF-8") from None
    return _bare(text, f"the first line of {where}")


def _bare(text: str, where: str) -> str:
    """A secret without the mark that editors on Windows begin a text with."""
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise InvalidValue(f"is empty: {where} holds nothing")
    if text != text.strip(" "):
        raise InvalidValue(
            f"begins or ends with a blank in {where}; where that belongs to it, write it into the config"
        )
    return text
