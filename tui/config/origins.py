"""Where each setting comes from: a line of a file, or the default; no secret is shown."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from msgspec import Struct
from msgspec.structs import fields

from tui.config.constraints import Command, below
from tui.config.layers import Layer, Names, flat
from tui.config.problems import key_shown, shown
from tui.config.secret import Secret
from tui.config.settings import Settings
from tui.config.settings_reader import struct_of

DEFAULT: Final = "default"

_WIDTH: Final = 46
"""Where the origins begin: in one column for nearly all settings."""

_LONGEST: Final = 200
"""Lines of one value; behind a longer one the lines of a file are not told."""


class Origin(Struct, frozen=True):
    """One setting."""

    key: str
    value: str
    """As TOML has it; a secret is masked."""
    source: str

    def __str__(self) -> str:
        return f"{f'{self.key} = {self.value}':<{_WIDTH}}  {self.source}"


def origins(layers: Sequence[Layer], settings: Settings, keys: Mapping[str, str]) -> list[Origin]:
    """Where all settings come from that were read from these files, in the order of ``config.example.toml``.

    ``keys``: the keys of every action, as they are now.
    """
    files = [_File(layer) for layer in layers]
    found = []
    for each in fields(Settings):
        kind, section = struct_of(each.type), getattr(settings, each.name)
        if kind is None:
            found += [Origin(f"keys.{id}", _value(keys[id]), _source(files, "keys", id)) for id in keys]
        elif section is None:
            found.append(Origin(each.name, "off", "in no file"))
        else:
            for key in fields(kind):
                value = _to_show(key.type, getattr(section, key.name))
                found += _origins_of(files, f"{each.name}.{key.name}", value, each.name, key.name)
    return found


def _origins_of(files: Sequence[_File], key: str, value: object, *names: str) -> list[Origin]:
    """That of a key, or of every entry of a table that people fill."""
    if isinstance(value, dict) and value:
        return [Origin(f"{key}.{key_shown(name)}", _value(value[name]), _source(files, *names, name)) for name in value]
    return [Origin(key, _value(value), DEFAULT if value == {} else _source(files, *names))]


class _File:
    """One file, with the line that each of its keys begins in."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self._lines = lines_of(layer.text)

    def source(self, *names: str) -> str:
        """Where a key comes from that stands here; empty where it does not."""
        found = self.layer.find(*names)
        if found is None:
            return ""
        way, raw = found
        line = self._lines.get(way)
        place = shown(str(self.layer.file)) + (f":{line}" if line else "")
        return f"{_kind(raw, self.layer)}, {place}" if isinstance(raw, dict) else place


def _source(files: Sequence[_File], *names: str) -> str:
    return next(filter(None, (file.source(*names) for file in reversed(files))), DEFAULT)


def _kind(table: Mapping[str, object], layer: Layer) -> str:
    """Where a secret comes from. A command is not shown: what it is called with may be one."""
    [(source, where)] = table.items()
    if source == "env":
        return f"environment {where}"
    return "command" if source == "command" else f"file {shown(str(below(layer.folder, str(where))))}"


def _to_show(kind: object, value: Any) -> Any:
    """A value, and of a command the program alone: as with that of a secret, an argument may be one."""
    is_command = any(isinstance(limit, Command) for limit in get_args(kind))
    return (value[0], "…") if is_command and len(value) > 1 else value


def _value(value: object) -> str:
    if isinstance(value, Secret):
        return str(value) if value else '""'
    if isinstance(value, tuple) and len(value) == 1:
        [value] = value
    return shown(json.dumps(value, ensure_ascii=False))


def lines_of(text: str) -> dict[Names, int]:
    """The line that each key of a file begins in. The TOML reader tells none, so it is asked statement by statement."""
    found: dict[Names, int] = {}
    place: Names = ()
    statement, begin = "", 0
    for number, line in enumerate(text.split("\n"), 1):
        begin = begin if statement else number
        statement += f"{line}\n"
        try:
            table = tomllib.loads(statement)
        except ValueError:  # it goes on in the next line
            if number - begin >= _LONGEST:
                break
            continue
        if statement.lstrip().startswith("["):
            place = _header(table)
        for names, _ in flat(table):
            for length in range(1, len(names) + 1):
                found.setdefault((*place, *names[:length]), begin)
        statement = ""
    return found


def _header(table: Mapping[str, object]) -> Names:
    """The names in ``[a.b]``."""
    names: Names = ()
    inner: object = table
    while isinstance(inner, dict) and inner:
        [(name, inner)] = inner.items()
        names += (name,)
    return names
