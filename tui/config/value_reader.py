"""Reads the values of one file: whether each is of its type, and within its limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Final, Literal, get_args, get_origin

from tui.config.constraints import Command, FilePath, below, one_of, sendable
from tui.config.layers import Layer
from tui.config.privacy import disclosures, exposures, intrusions
from tui.config.problems import InvalidValue, Problem
from tui.config.secret import Secret
from tui.config.secret_sources import from_table

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


class ValueReader:
    """One reading of one file; all its methods raise InvalidValue where something is wrong."""

    def __init__(self, layer: Layer, environment: Mapping[str, str]) -> None:
        self.layer = layer
        self._environment = environment
        self.holds_secret = False
        """Whether a secret stands in the file itself."""
        self._problems: list[Problem] = []
        self._warnings: list[Problem] = []

    @property
    def problems(self) -> list[Problem]:
        """Why the secrets of this file are not safe."""
        shared = self.layer.is_shared and self.holds_secret
        return (disclosures(self.layer.file) if shared else []) + self._problems

    @property
    def warnings(self) -> list[Problem]:
        """What is no problem but should be put right before the secrets of this file are safe."""
        own = self.holds_secret and not self.layer.is_shared
        return (exposures(self.layer.file) if own else []) + self._warnings

    def table(self, name: str) -> Mapping[str, object]:
        """What stands in a section."""
        raw = self.layer.table[name]
        if isinstance(raw, list) and raw and all(isinstance(entry, dict) for entry in raw):
            raise InvalidValue(f"is an array of tables: write [{name}], once and in single brackets")
        if not isinstance(raw, dict):
            raise InvalidValue(f"is {_word(raw)}; a section is wanted: [{name}]")
        return raw

    def value(self, kind: Any, raw: object, key: str) -> Any:
        """The value of a key, as its setting wants it."""
        origin = get_origin(kind)
        if origin is Annotated:
            base, *limits = get_args(kind)
            value = self.value(base, raw, key)
            for limit in limits:
                value = self._limited(limit, value, key)
            return value
        if origin is Literal:
            return one_of(_typed(str, raw), get_args(kind))
        if origin is tuple:
            item = get_args(kind)[0]
            entries = raw if isinstance(raw, list) else [raw]
            settled = tuple(self.value(item, entry, key) for entry in entries)
            if "" in settled:
                raise InvalidValue("is empty")
            return settled
        if kind is Secret:
            return Secret(self._secret(raw, key))
        return sendable(_typed(str, raw)) if kind is str else _typed(kind, raw)

    def entries(self, section: str, key: str) -> Mapping[str, object]:
        """What stands in a table that is a key of a section; nothing where it is missing."""
        entries: Mapping[str, object] = _typed(dict, self.table(section).get(key, {}))
        return entries

    def keys_of_action(self, raw: object) -> str:
        """The keys that an action is to have, with commas between them."""
        entries = raw if isinstance(raw, list) else [raw]
        found = ",".join(sendable(_typed(str, entry)).strip() for entry in entries)
        if not found:
            raise InvalidValue("is empty")
        return found

    def _limited(self, limit: Any, value: Any, key: str) -> Any:
        if isinstance(value, Secret):
            return Secret(limit.validate(value.reveal())) if value else value
        if isinstance(limit, FilePath):
            return _looked_at(limit, str(below(self.layer.folder, value))) if value else value
        if isinstance(limit, Command):
            return self._command(limit, value, key) if value else value
        return limit.validate(value) if value != "" else value  # whether it may be empty is decided elsewhere

    def _command(self, limit: Command, value: tuple[str, ...], key: str) -> tuple[str, ...]:
        from shutil import which  # a configuration without one need not load it

        found = limit.validate(value, self.layer.folder)
        if which(found[0], path=self._environment.get("PATH")) is None:
            # It may be there later, and calls do not wait for it.
            said = "names a program that is not there, or that you may not execute"
            self._warnings.append(Problem(self.layer.file, key, said))
        return found

    def _secret(self, raw: object, key: str) -> str:
        if isinstance(raw, dict):
            text = from_table(raw, self.layer.folder, self._environment, lambda path: self._opened(path, key))
        elif isinstance(raw, str):
            text = raw
        else:
            raise InvalidValue(f"is {_word(raw)}; a secret is a string in quotes, or a table with env, command or file")
        return sendable(text)

    def _opened(self, path: Path, key: str) -> None:
        if self.layer.is_shared:
            self._problems += intrusions(path, key) + disclosures(path, key)
        else:
            self._warnings += exposures(path, key)


def _looked_at(limit: FilePath, path: str) -> str:
    try:
        return limit.validate(path)
    except OSError as error:  # a folder on the way that is closed to us; a name that is too long
        raise InvalidValue(f"cannot be looked at: {error.strerror}") from None


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
