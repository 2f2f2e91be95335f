"""One reader over the settings' types that turns a TOML table into settings, and all that is wrong into problems."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeGuard, TypeVar, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import FieldInfo, fields

from tui.config.constraints import FilePath, below, one_of, sendable
from tui.config.privacy import exposures
from tui.config.problems import InvalidValue, Problem, key_shown, nearest
from tui.config.secret import NO_SECRET, Secret
from tui.config.secret_sources import from_table
from tui.config.settings import Settings

_Section = TypeVar("_Section", bound=Struct)

_WORDS: Final[tuple[tuple[type, str], ...]] = (
    (bool, "a boolean"),  # before int: True is one
    (int, "an integer"),
    (float, "a float"),
    (str, "a string"),
    (list, "an array"),
    (dict, "a table"),
    (datetime, "a date"),
    (date, "a date"),
    (time, "a time"),
)

_BROKEN: Final = object()

_EMPTY: Final = ("", (), NO_SECRET)
"""What may be written only where it is the default."""


class SettingsReader:
    """One reading of one file; collects what is wrong in it."""

    def __init__(self, file: Path, environment: Mapping[str, str] = os.environ) -> None:
        self.file = file
        self.environment = environment
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []
        self.holds_secret = False
        """Whether a secret stands in the file itself."""
        self._is_team = False

    def settings(self, table: Mapping[str, object]) -> Settings | None:
        """The settings that the file's top table holds; None when there are problems."""
        archive = table.get("archive")
        self._is_team = isinstance(archive, dict) and bool(archive.get("url"))
        settings = self._section(Settings, table, "")
        if self.holds_secret:
            self.warnings = exposures(self.file) + self.warnings
        return None if self.problems else settings

    def _section(self, kind: type[_Section], table: Mapping[str, object], place: str) -> _Section | None:
        known = {each.name: each for each in fields(kind)}
        meant = {self._unknown(name, known, place) for name in table if name not in known}
        values: dict[str, Any] = {}
        for name, each in known.items():
            key = f"{place}.{name}" if place else name
            if name in table:
                values[name] = self._value(each, table[name], key, is_needed=self._is_needed(kind, each))
            elif self._is_needed(kind, each) and name not in meant:
                self._report(key, f"is missing, and [{place}] needs it")
                values[name] = _BROKEN
        if meant or _BROKEN in values.values():
            return None
        section = kind(**values)
        for name, message in getattr(section, "contradictions", tuple)():
            self._report(f"{place}.{name}", message)
        return section

    def _unknown(self, name: str, known: Mapping[str, object], place: str) -> str:
        """Report a key that nobody knows; gives back the one that was likely meant."""
        likely = nearest(name, known)
        elsewhere = likely or next((f"{section}.{name}" for section in _homes(name)), "")
        key = f"{place}.{key_shown(name)}" if place else key_shown(name)
        self._report(key, "is not a known key" if place else "is not a known section", elsewhere)
        return likely

    def _is_needed(self, kind: type[Struct], each: FieldInfo) -> bool:
        return each.required or (each.name == getattr(kind, "to_ask", "") and not self._is_team)

    def _value(self, each: FieldInfo, raw: object, key: str, *, is_needed: bool) -> Any:
        kind = each.type
        if get_origin(kind) is UnionType:
            [kind] = (option for option in get_args(kind) if option is not type(None))
        try:
            if _is_section(kind):
                section = self._section(kind, _table(raw, key), key)
                return _BROKEN if section is None else section
            if get_origin(kind) is dict:
                return self._flat(_table(raw, key), key)
            value = self._settled(kind, raw, key)
            if value in _EMPTY and (is_needed or each.default not in _EMPTY):
                raise InvalidValue("is empty")  # noqa: TRY301
        except InvalidValue as invalid:
            self._report(key, invalid.message, invalid.suggestion)
            return _BROKEN
        return value

    def _settled(self, kind: Any, raw: object, key: str) -> Any:
        origin = get_origin(kind)
        if origin is Annotated:
            base, *limits = get_args(kind)
            value = self._settled(base, raw, key)
            for limit in limits:
                value = self._limited(limit, value)
            return value
        if origin is Literal:
            return one_of(_typed(str, raw), get_args(kind))
        if origin is tuple:
            item = get_args(kind)[0]
            entries = raw if isinstance(raw, list) else [raw]
            settled = tuple(self._settled(item, entry, key) for entry in entries)
            if "" in settled:
                raise InvalidValue("is empty")
            return settled
        if kind is Secret:
            return Secret(self._secret(raw, key))
        return sendable(_typed(str, raw)) if kind is str else _typed(kind, raw)

    def _limited(self, limit: Any, value: Any) -> Any:
        if isinstance(value, Secret):
            return Secret(limit.validate(value.reveal())) if value else value
        if isinstance(limit, FilePath):
            return _looked_at(limit, str(below(self.file.parent, value))) if value else value
        return limit.validate(value) if value != "" else value  # whether it may be empty is decided elsewhere

    def _secret(self, raw: object, key: str) -> str:
        if isinstance(raw, dict):
            text = from_table(raw, self.file.parent, self.environment, lambda path: self._opened(path, key))
        elif isinstance(raw, str):
            self.holds_secret = True
            text = raw
        else:
            raise InvalidValue(f"is {_word(raw)}; a secret is a string in quotes, or a table with env, command or file")
        return sendable(text)

    def _opened(self, path: Path, key: str) -> None:
        self.warnings += exposures(path, key)

    def _flat(self, table: Mapping[str, object], place: str) -> dict[str, str]:
        """Names with strings. ``calls.dial = "c"`` is a table in a table for TOML, and one action's id for us."""
        found: dict[str, str] = {}
        for name, raw in table.items():
            key = f"{place}.{key_shown(name)}"
            if isinstance(raw, dict):
                found |= {f"{name}.{rest}": value for rest, value in self._flat(raw, key).items()}
                continue
            try:
                entries = raw if isinstance(raw, list) else [raw]
                found[name] = ",".join(sendable(_typed(str, entry)).strip() for entry in entries)
                if not found[name]:
                    raise InvalidValue("is empty")  # noqa: TRY301
            except InvalidValue as invalid:
                self._report(key, invalid.message, invalid.suggestion)
        return found

    def _report(self, key: str, message: str, suggestion: str = "") -> None:
        self.problems.append(Problem(self.file, key, message, suggestion))


def _looked_at(limit: FilePath, path: str) -> str:
    try:
        return limit.validate(path)
    except OSError as error:  # a folder on the way that is closed to us; a name that is too long
        raise InvalidValue(f"cannot be looked at: {error.strerror}") from None


def _is_section(kind: Any) -> TypeGuard[type[Struct]]:
    return isinstance(kind, type) and issubclass(kind, Struct)


def _homes(name: str) -> list[str]:
    """The sections that know a key of this name."""
    hints = get_type_hints(Settings)
    kinds = {section: next(iter(get_args(hint)), hint) for section, hint in hints.items()}
    return [
        section for section, kind in kinds.items() if _is_section(kind) and name in {each.name for each in fields(kind)}
    ]


def _table(raw: object, key: str) -> Mapping[str, object]:
    if isinstance(raw, list) and raw and all(isinstance(entry, dict) for entry in raw):
        raise InvalidValue(f"is an array of tables: write [{key}], once and in single brackets")
    if not isinstance(raw, dict):
        raise InvalidValue(f"is {_word(raw)}; a section is wanted: [{key}]")
    return raw


def _typed(kind: type, raw: object) -> Any:
    if type(raw) is kind:
        return raw
    hint = ""
    if kind is str and isinstance(raw, bool | int | float):
        hint = ": put it in quotes"
    if kind in (int, bool) and isinstance(raw, str):
        hint = ": write it without quotes"
    raise InvalidValue(f"is {_word(raw)}, and must be {_word_of(kind)}{hint}")


def _word(raw: object) -> str:
    return _word_of(type(raw))


def _word_of(kind: type) -> str:
    return next(word for known, word in _WORDS if issubclass(kind, known))
