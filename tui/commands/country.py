"""Guesses the country of the person's phone by this machine's language and time zone."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui.config.regions import REGIONS

ZONEINFO: Final = Path("/usr/share/zoneinfo")

LOCALTIME: Final = Path("/etc/localtime")

SIZE_LIMIT: Final = 262_144
"""Characters read of the list of time zones."""

_LOCALE: Final = re.compile(r"[A-Za-z]{2,3}_([A-Z]{2})\b")

_FOR_ITS_LANGUAGE: Final = "US"
"""Many machines elsewhere speak American English: such a locale says less than the time zone."""


def likely_region(
    environment: Mapping[str, str] = os.environ, localtime: Path = LOCALTIME, zoneinfo: Path = ZONEINFO
) -> str:
    """The two-letter region; empty where nothing tells."""
    of_locale, of_zone = _of_locale(environment), _of_zone(environment, localtime, zoneinfo)
    first, second = (of_zone, of_locale) if of_locale == _FOR_ITS_LANGUAGE else (of_locale, of_zone)
    return first or second


def _of_locale(environment: Mapping[str, str]) -> str:
    for name in ("LC_ALL", "LC_TELEPHONE", "LC_ADDRESS", "LANG"):
        found = _LOCALE.match(environment.get(name, ""))
        if found and found[1] in REGIONS:
            return found[1]
    return ""


def _of_zone(environment: Mapping[str, str], localtime: Path, zoneinfo: Path) -> str:
    """The country of the time zone, if it belongs to only one."""
    zone = environment.get("TZ", "").removeprefix(":")
    with contextlib.suppress(OSError, ValueError, RuntimeError):  # RuntimeError: links that lead in a circle
        if not zone:
            zone = str(localtime.resolve()).partition("/zoneinfo/")[2]
        with (zoneinfo / "zone.tab").open(encoding="utf-8", errors="replace") as file:
            for line in file.read(SIZE_LIMIT).splitlines():
                region, _, rest = line.partition("\t")
                if region in REGIONS and rest.split("\t")[1:2] == [zone]:
                    return region
    return ""
