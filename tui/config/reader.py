"""Reads the configuration: the settings, or every problem in its files at once."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tui.config.layers import Layer, flat, read_layers
from tui.config.problems import ConfigError, Problem, key_shown, nearest
from tui.config.settings import Settings
from tui.config.settings_reader import SettingsReader


def read_config(
    path: Path,
    *,
    known_actions: Collection[str] | None = None,
    environment: Mapping[str, str] = os.environ,
    warnings: list[Problem] | None = None,
) -> Settings:
    """The settings that this file alone holds; the rest is said at :func:`settings_of`."""
    return settings_of(read_layers(path), known_actions=known_actions, environment=environment, warnings=warnings)


def settings_from(
    table: Mapping[str, object],
    path: Path,
    *,
    known_actions: Collection[str] | None = None,
    environment: Mapping[str, str] = os.environ,
    warnings: list[Problem] | None = None,
) -> Settings:
    """The settings of a table that was, or will be, the content of this file."""
    layers = [Layer(path, table)]
    return settings_of(layers, known_actions=known_actions, environment=environment, warnings=warnings)


def settings_of(
    layers: Sequence[Layer],
    *,
    known_actions: Collection[str] | None = None,
    environment: Mapping[str, str] = os.environ,
    warnings: list[Problem] | None = None,
) -> Settings:
    """The settings of these files, the last of which goes before the others.

    ``known_actions`` are the ids that ``[keys]`` may name: the key map lies above this package, so the caller brings
    them; None leaves the ids unchecked. What is no error but should be put right is added to ``warnings``.

    Raises:
        ConfigError: with every problem of the first stage that fails.
    """
    reader = SettingsReader(layers, environment)
    settings = reader.settings()
    if warnings is not None:
        warnings += reader.warnings
    problems = reader.problems + _unknown_actions(layers, known_actions)
    if settings is None or problems:
        raise ConfigError(problems)
    return settings


def _unknown_actions(layers: Sequence[Layer], known: Collection[str] | None) -> list[Problem]:
    if known is None:
        return []
    return [
        Problem(layer.file, ".".join(("keys", *map(key_shown, names))), "is not a known action", nearest(action, known))
        for layer in layers
        if isinstance(keys := layer.table.get("keys"), dict)
        for names, _ in flat(keys)
        if (action := ".".join(names)) not in known
    ]
