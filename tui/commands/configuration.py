"""The config file as the command line has it: read at the start, and again whenever the person asks for it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from tui.config import Settings
from tui.config.problems import ConfigError, Problem
from tui.config.reader import read_config
from tui.desk.systems import SYSTEMS
from tui.terminal import keymap

_TERMINAL_TO_ASK_ON: Final = "GPG_TTY"
"""Where a command that prints a secret may ask for a password: not while the dashboard has the terminal."""

Mark = tuple[int, int, int] | None
"""Shows whether a file was replaced or changed."""


class Configuration:
    """One config file, with what the command line says in its place."""

    def __init__(self, path: Path, *, readonly: bool = False) -> None:
        self.path = path
        self.warnings: list[Problem] = []
        """What is no error but should be put right, found by the last reading."""
        self._readonly = readonly
        self._mark: Mark = None

    def read(self, environment: Mapping[str, str] = os.environ) -> Settings:
        """The settings.

        Raises:
            ConfigError: they cannot be used; every problem of the first stage that fails is in it.
        """
        self.warnings = []
        self._mark = self._seen()
        settings = read_config(self.path, known_actions=keymap.BY_ID, environment=environment, warnings=self.warnings)
        problems = [Problem(self.path, f"keys.{action}", wrong) for action, wrong in keymap.problems(settings.keys)]
        if all(getattr(settings, system.name) is None for system in SYSTEMS):
            problems.append(Problem(self.path, "", _nothing_on()))
        if problems:
            raise ConfigError(problems)
        # The command line can forbid changes, and not allow them.
        return replace(settings, ui=replace(settings.ui, readonly=True)) if self._readonly else settings

    def reread(self, *, wholly: bool) -> Settings | None:
        """The settings as they are now; None where the file is the one that was read last, unless ``wholly``.

        Its secrets may come from elsewhere and have changed all the same: ``wholly`` asks for them, too.

        Raises:
            ConfigError: they cannot be used.
        """
        if not wholly and self._mark == self._seen():
            return None
        return self.read({name: value for name, value in os.environ.items() if name != _TERMINAL_TO_ASK_ON})

    def _seen(self) -> Mark:
        try:
            found = self.path.stat()
        except (OSError, ValueError):
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino


def _nothing_on() -> str:
    *others, last = (f"[{system.name}]" for system in SYSTEMS)
    sections = f"{', '.join(others)} or {last}"
    return f"has no section {sections}, so there is nothing to show; `helpdeck init` asks for them"
