"""The files that the configuration is made of: the system's, for all who work here, and the person's over it.

What stands in the person's file goes before what the system's says of the same key; a secret is one value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from tui.config.privacy import intrusions
from tui.config.problems import ConfigError, Problem
from tui.private_file import read_in_time

SIZE_LIMIT: Final = 1_048_576
"""Bytes of a configuration; a larger file is something else."""

DEEPEST: Final = 8
"""Tables in tables that are looked into; no key lies as deep."""

Names = tuple[str, ...]
"""What leads to a value, as TOML divides it."""


class Layer:
    """What one file says. It holds secrets in plain text, and so it shows nothing of itself."""

    __slots__ = ("file", "is_shared", "table", "text")

    def __init__(self, file: Path, table: Mapping[str, object], text: str = "", *, is_shared: bool = False) -> None:
        """``is_shared``: it is the system's, which several people read, and which root alone may change."""
        self.file: Final = file
        self.table: Final = table
        self.text: Final = text
        self.is_shared: Final = is_shared

    @property
    def folder(self) -> Path:
        """Where relative paths begin."""
        return self.file.parent

    def find(self, section: str, *keys: str) -> tuple[Names, object] | None:
        """The names that lead to a key, or to an action in ``[keys]``, and what stands there; None: nothing does.

        ``keys``: one, or two where the first is of a table.
        """
        raw = self.table.get(section)
        if section == "keys":
            actions = flat(raw) if isinstance(raw, dict) else ()
            return next((((section, *names), raw) for names, raw in actions if (".".join(names),) == keys), None)
        for key in keys:
            if not isinstance(raw, dict) or key not in raw:
                return None
            raw = raw[key]
        return (section, *keys), raw


def read_layers(path: Path, system: Path | None = None, *, is_named: bool = True) -> list[Layer]:
    """The system's file and the person's, which goes before it.

    ``is_named``: the person's must be there. Else one of the two is enough.

    Raises:
        ConfigError: one of them cannot be read, or none is there.
    """
    layers: list[Layer] = []
    problems: list[Problem] = []
    for file, is_shared in ((system, True), (path, False)):
        if file is None:
            continue
        try:
            layer = read_layer(file, is_shared=is_shared)
        except ConfigError as error:
            problems += error.problems
            continue
        if layer is not None:
            layers.append(layer)
        elif not is_shared and (is_named or not (layers or problems)):
            problems.append(Problem(file, "", "there is no such file; `helpdeck init` makes one"))
    if problems:
        raise ConfigError(problems)
    return layers


def flat(table: Mapping[str, object], *above: str) -> Iterator[tuple[Names, object]]:
    """Every value with the names that lead to it. ``calls.dial = "c"`` is a table in a table for TOML."""
    for name, raw in table.items():
        if isinstance(raw, dict) and len(above) < DEEPEST:
            yield from flat(raw, *above, name)
        else:
            yield (*above, name), raw


def read_layer(path: Path, *, is_shared: bool) -> Layer | None:
    """What the file says; None where there is none.

    Raises:
        ConfigError: it cannot be read, or somebody else can change it.
    """
    if is_shared and (found := intrusions(path)):
        raise ConfigError(found)  # it may name commands to run: not before it is known whose they are
    text = _text(path)
    return None if text is None else Layer(path, _parsed(path, text), text, is_shared=is_shared)


def _text(path: Path) -> str | None:
    try:
        raw = read_in_time(path, SIZE_LIMIT + 1)
    except FileNotFoundError:
        return None
    except IsADirectoryError:
        raise _whole(path, "is a folder; the configuration is a file in it") from None
    except PermissionError:
        raise _whole(path, "cannot be read by you") from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise _whole(path, f"cannot be read: {getattr(error, 'strerror', None) or 'no such name'}") from None
    if len(raw) > SIZE_LIMIT:
        raise _whole(path, "is larger than 1 MiB: this is no configuration")
    try:
        return raw.decode("utf-8-sig")  # editors on Windows begin a file with a mark
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _whole(path, f"is not UTF-8 (line {line}): save it again with that encoding") from None


def _parsed(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error).replace("Cannot overwrite a value", "a key stands there twice")
        raise _whole(path, f"is not valid TOML: {said}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets in thousands
        raise _whole(path, "is not valid TOML: it holds a number or a nesting beyond all measure") from None


def _whole(path: Path, message: str) -> ConfigError:
    return ConfigError([Problem(path, "", message)])
