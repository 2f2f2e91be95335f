"""The config files as the command line has them: read at the start, and again whenever the person asks for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from tui.config import Settings
from tui.config.layers import Layer, read_layers
from tui.config.problems import ConfigError, InvalidValue, Problem
from tui.config.reader import settings_of
from tui.desk.systems import SYSTEMS
from tui.terminal import keymap

if TYPE_CHECKING:
    from tui.config.origins import Origin

_TERMINAL_TO_ASK_ON: Final = "GPG_TTY"
"""Where a command that prints a secret may ask for a password: not while the dashboard has the terminal."""

Mark = tuple[int, int, int] | None
"""Shows whether a file was replaced or changed, or who may read it was."""


class Configuration:
    """The person's config file over the system's, with what the command line says in their place."""

    def __init__(
        self, path: Path, system: Path | None = None, *, is_named: bool = True, readonly: bool = False
    ) -> None:
        """``is_named``: the person's file must be there, even where the system's is."""
        self.path = path
        self.layers: list[Layer] = []
        """What the files say: the system's first, as they were read last."""
        self.warnings: list[Problem] = []
        """What is no error but should be put right, found by the last reading."""
        self._system = system
        self._is_named = is_named
        self._readonly = readonly
        self._marks: tuple[Mark, ...] = ()

    def read(self, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings.

        Raises:
            ConfigError: they cannot be used; every problem of the first stage that fails is in it.
        """
        self.warnings = []
        marks = self._seen()
        self.layers = read_layers(self.path, self._system, is_named=self._is_named)
        settings = settings_of(self.layers, known_actions=keymap.BY_ID, environment=environment, warnings=self.warnings)
        problems = self._problems_of_keys(settings.keys)
        if all(getattr(settings, system.name) is None for system in SYSTEMS):
            problems.append(Problem(self.layers[-1].file, "", _nothing_on()))
        if problems:
            raise ConfigError(problems)
        self._marks = marks
        # The command line can forbid changes, and not allow them.
        return replace(settings, ui=replace(settings.ui, readonly=True)) if self._readonly else settings

    @property
    def timezone(self) -> str:
        """``[ui] timezone`` alone, for what is shown whatever else the files hold; empty where they do not tell it."""
        from tui.config.constraints import TimeZone

        try:
            layers = read_layers(self.path, self._system, is_named=self._is_named)
            written = [str(found[1]) for layer in layers if (found := layer.find("ui", "timezone"))]
            return TimeZone().validate(written[-1]) if written and written[-1] else ""
        except (ConfigError, InvalidValue):
            return ""

    @property
    def keys(self) -> dict[str, str]:
        """``[keys]`` alone, whatever else the files hold: no secret is looked up for it.

        Raises:
            ConfigError: a file cannot be read, or with every problem of its keys.
        """
        layers = read_layers(self.path, self._system, is_named=self._is_named)
        tables = [Layer(layer.file, {"keys": layer.table["keys"]}) for layer in layers if "keys" in layer.table]
        keys = settings_of(tables, known_actions=keymap.BY_ID).keys
        self.layers = layers
        if problems := self._problems_of_keys(keys):
            raise ConfigError(problems)
        return keys

    def reread(self, *, wholly: bool) -> Settings | None:
        """The settings as they are now; None where the files are those that were read last, unless ``wholly``.

        Its secrets may come from elsewhere and have changed all the same: ``wholly`` asks for them, too.

        Raises:
            ConfigError: they cannot be used.
        """
        if not wholly and self._marks == self._seen():
            return None
        return self.read({name: value for name, value in os.environ.items() if name != _TERMINAL_TO_ASK_ON})

    def origins(self, settings: Settings) -> list[Origin]:
        """Where each of the settings comes from that were read last."""
        from tui.config.origins import origins  # no dashboard asks for them

        key_map = keymap.KeyMap(settings.keys)
        keys = {id: ",".join(key_map.keys(action)) for id, action in keymap.BY_ID.items()}
        return [
            replace(origin, source="--readonly") if self._readonly and origin.key == "ui.readonly" else origin
            for origin in origins(self.layers, settings, keys)
        ]

    def _problems_of_keys(self, keys: dict[str, str]) -> list[Problem]:
        return [Problem(self._file_of(action), f"keys.{action}", wrong) for action, wrong in keymap.problems(keys)]

    def _file_of(self, action: str) -> Path:
        """The file that the keys of an action stand in."""
        return next(layer.file for layer in reversed(self.layers) if layer.find("keys", action))

    def _seen(self) -> tuple[Mark, ...]:
        return tuple(_mark(file) for file in (self._system, self.path) if file is not None)


def _mark(file: Path) -> Mark:
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_ctime_ns, found.st_size, found.st_ino


def _nothing_on() -> str:
    *others, last = (f"[{system.name}]" for system in SYSTEMS)
    sections = f"{', '.join(others)} or {last}"
    return f"has no section {sections}, so there is nothing to show; `helpdeck init` asks for them"
