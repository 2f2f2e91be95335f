"""Where the configuration lies: the person's file, and the system's, which is read before it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

VARIABLE: Final = "HELPDECK_CONFIG"

SYSTEM_VARIABLE: Final = "HELPDECK_SYSTEM_CONFIG"

SYSTEM_PATH: Final = "/etc/helpdeck/config.toml"


def config_path(option: str | None = None, environment: Mapping[str, str] = os.environ) -> Path:
    """The file that ``--config`` names, else the one ``HELPDECK_CONFIG`` names, else the person's own."""
    for named in (option, environment.get(VARIABLE)):
        if named:
            return _home_expanded(named)
    from platformdirs import user_config_path  # not needed where a file is named

    return user_config_path("helpdeck") / "config.toml"


def system_config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """The file for all who work here: the one ``HELPDECK_SYSTEM_CONFIG`` names, else that in ``/etc``."""
    return _home_expanded(environment.get(SYSTEM_VARIABLE) or SYSTEM_PATH)


def _home_expanded(named: str) -> Path:
    try:
        return Path(named).expanduser()
    except RuntimeError:  # ~nobody-of-this-name: then it is a file of that name
        return Path(named)


def is_missing(path: Path) -> bool:
    """Whether there is nothing of this name."""
    try:
        path.stat()
    except OSError as error:  # of any other one, reading it will say what is the matter
        return isinstance(error, FileNotFoundError | NotADirectoryError)
    return False
