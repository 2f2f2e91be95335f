"""Reads the configuration: the settings, or every problem in the file at once."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from tui.config.problems import ConfigError, Problem, key_shown, nearest
from tui.config.settings import Settings
from tui.config.settings_reader import SettingsReader
from tui.private_file import read_in_time

SIZE_LIMIT: Final = 1_048_576
"""Bytes of a configuration; a larger file is something else."""


def read_config(
    path: Path,
    *,
    known_actions: Collection[str] | None = None,
    environment: Mapping[str, str] = os.environ,
    warnings: list[Problem] | None = None,
) -> Settings:
    """The settings that the file holds; raises :class:`ConfigError` with all problems of the first stage that fails.

    ``known_actions`` are the ids that ``[keys]`` may name: the key map lies above this package, so the caller brings
    them; None leaves the ids unchecked. What is no error but should be put right is added to ``warnings``.
    """
    return settings_from(
        _parsed(path, _text(path)), path, known_actions=known_actions, environment=environment, warnings=warnings
    )


def settings_from(
    table: Mapping[str, object],
    path: Path,
    *,
    known_actions: Collection[str] | None = None,
    environment: Mapping[str, str] = os.environ,
    warnings: list[Problem] | None = None,
) -> Settings:
    """The settings of a table that was, or will be, the content of this file."""
    reader = SettingsReader(path, environment)
    settings = reader.settings(table)
    if warnings is not None:
        warnings += reader.warnings
    keys = table.get("keys")
    problems = reader.problems + (_unknown_actions(path, keys, known_actions) if isinstance(keys, dict) else [])
    if settings is None or problems:
        raise ConfigError(problems)
    return settings


def _text(path: Path) -> str:
    try:
        raw = read_in_time(path, SIZE_LIMIT + 1)
    except FileNotFoundError:
        raise _whole(path, "there is no such file; `helpdeck init` makes one") from None
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
        raise _whole(path, f"is not valid TOML: {error}") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; brackets in thousands
        raise _whole(path, "is not valid TOML: it holds a number or a nesting beyond all measure") from None


def _whole(path: Path, message: str) -> ConfigError:
    return ConfigError([Problem(path, "", message)])


def _unknown_actions(
    path: Path, keys: Mapping[str, object], known: Collection[str] | None, place: str = ""
) -> list[Problem]:
    if known is None:
        return []
    found = []
    for name, raw in keys.items():
        action = f"{place}{name}"
        if isinstance(raw, dict):
            found += _unknown_actions(path, raw, known, f"{action}.")
        elif action not in known:
            key = "keys." + (action if place else key_shown(action))
            found.append(Problem(path, key, "is not a known action", nearest(action, known)))
    return found
