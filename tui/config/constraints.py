"""What a value must be beyond its type; each constraint stands beside the setting that it limits.

``validate`` gives back the value to use, or raises :class:`InvalidValue`.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Collection
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tui.config.files import mode_of
from tui.config.hosts import is_host_name
from tui.config.problems import InvalidValue, nearest
from tui.config.regions import NAMES, REGIONS, region_named
from tui.config.themes import THEMES

# C0, DEL and C1, and the lone surrogates that stand for bytes which were no UTF-8. None of them can be sent, and the
# HTTP library quotes the whole header when it refuses one: a key with a line break would end up on the screen.
_UNSENDABLE: Final = "[\x00-\x1f\x7f-\x9f\ud800-\udfff]"
_INVISIBLE: Final = ("Zs", "Zl", "Zp", "Cf")
"""Blanks of all kinds and marks without width: they come along when something is copied from a page."""
_PLACEHOLDER: Final = re.compile(r"\{(\w+)\}")


class Between:
    """A whole number from ``least`` to ``most``."""

    def __init__(self, least: int, most: int, reason: str = "") -> None:
        self.least = least
        self.most = most
        self.reason = reason

    def validate(self, value: int) -> int:
        """The same number."""
        if not self.least <= value <= self.most:
            because = f" ({self.reason})" if self.reason else ""
            raise InvalidValue(f"must be from {self.least} to {self.most}{because}")
        return value


class WebAddress:
    """``http://`` or ``https://``, a host, and perhaps a port and a path."""

    def validate(self, value: str) -> str:
        """The address without the slash at its end: paths are added to it."""
        try:
            parts = urlsplit(value)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise InvalidValue("is no web address: the host or the port cannot be read") from None
        if any(character.isspace() for character in value):
            raise InvalidValue("has a space in it")
        if parts.scheme not in ("http", "https"):
            raise InvalidValue("must begin with https:// or http://", nearest(parts.scheme, ("https", "http")))
        if "@" in parts.netloc:
            raise InvalidValue("holds a user name: it belongs into a key of its own, and so does the password")
        if not host or not (":" in host or is_host_name(host)):
            raise InvalidValue("has no host that could be looked up")
        if port == 0:
            raise InvalidValue("has port 0")
        if parts.query or parts.fragment:
            raise InvalidValue("must end with the path: without ? and #")
        return value.rstrip("/")


class DatabaseUrl:
    """``postgresql://``, and what libpq takes after it; no password."""

    def validate(self, value: str) -> str:
        """The same address."""
        from tui.config.database_url import connection_parameters  # a configuration without one need not load it

        connection_parameters(value)
        return value


class PathTemplate:
    """A path below an address, with places for what is only known later."""

    def __init__(self, *places: str) -> None:
        self.places = places

    def validate(self, value: str) -> str:
        """The same path."""
        if not value.startswith("/"):
            raise InvalidValue("must begin with /")
        for name in _PLACEHOLDER.findall(value):
            if name not in self.places:
                raise InvalidValue(f"may hold {self._list()} only", nearest(name, self.places))
        if "{" in _PLACEHOLDER.sub("", value) or "}" in _PLACEHOLDER.sub("", value):
            raise InvalidValue(f"has a brace that belongs to none of {self._list()}")
        return value

    def _list(self) -> str:
        return " and ".join(f"{{{name}}}" for name in self.places)


class WithoutColon:
    """A user name that Basic authentication can carry: the first colon ends it."""

    def validate(self, value: str) -> str:
        """The same name."""
        if ":" in value:
            raise InvalidValue("has a colon in it, which the log on cannot carry")
        return value


class HeaderText:
    """What can stand in an HTTP header."""

    def validate(self, value: str) -> str:
        """The same text."""
        if not value.isascii() or any(character.isspace() for character in value):
            raise InvalidValue("has a character that cannot be sent: only ASCII without blanks can")
        return value


class Label:
    """A name that people choose, to be seen on a line with other things."""

    def __init__(self, most: int) -> None:
        self.most = most

    def validate(self, value: str) -> str:
        """The same name."""
        if not value.isprintable():
            raise InvalidValue("has a character that cannot be seen")
        if value != value.strip():
            raise InvalidValue("begins or ends with a blank")
        if len(value) > self.most:
            raise InvalidValue(f"has more than {self.most} characters")
        return value


class TechnicianName(Label):
    """A name as Alpemix reports it."""

    def validate(self, value: str) -> str:
        """The name with its accents composed, as those of the reports are."""
        return super().validate(unicodedata.normalize("NFC", value))


class TimeZone:
    """A name of the time zone database."""

    def validate(self, value: str) -> str:
        """The same name."""
        from tui.config.zones import zone_of  # a configuration without one need not load it

        zone_of(value)
        return value


class Region:
    """A two-letter region that has telephone numbers."""

    def validate(self, value: str) -> str:
        """The same letters."""
        if value not in REGIONS:
            likely = region_named(value) or region_named(nearest(value, NAMES.values()))
            raise InvalidValue("is no region: two capital letters, as US or TR", likely)
        return value


class Theme:
    """A theme that the screen can have."""

    def validate(self, value: str) -> str:
        """The same name."""
        if value not in THEMES:
            raise InvalidValue("is no theme; ctrl+p in `helpdeck demo` shows all of them", nearest(value, THEMES))
        return value


class FilePath:
    """A path on this machine: it is made absolute before it is looked at."""

    __slots__ = ()

    def validate(self, value: str) -> str:
        """The same path, if it will do."""
        raise NotImplementedError


class Command:
    """A program and its arguments, as a list: no shell divides or reads them."""

    def validate(self, value: tuple[str, ...], folder: Path) -> tuple[str, ...]:
        """The same. ``folder``: where a path to the program begins; a mere name is looked for on the search path."""
        program, *arguments = value
        place = below(folder, program)
        if not arguments and " " in program and not _is_there(place):
            raise InvalidValue('is one text: write the program and each argument by itself, as ["pop", "--quiet"]')
        return str(place) if "/" in program else program, *arguments


class ReadableFile(FilePath):
    """A file that is there."""

    def validate(self, value: str) -> str:
        """The same path."""
        path = Path(value)
        if not stat.S_ISREG(mode_of(path)):
            raise InvalidValue("is no file on this machine")
        if not os.access(path, os.R_OK):
            raise InvalidValue("cannot be read by you")
        return value


class OwnFile(FilePath):
    """A file that the program makes when it needs it.

    One that is there and may not be used, as another user's, is no problem here: without it the rest goes on.
    """

    def validate(self, value: str) -> str:
        """The same path."""
        path = Path(value)
        try:
            mode = mode_of(path)
        except PermissionError:
            return value
        if stat.S_ISDIR(mode):
            raise InvalidValue("is a folder: name a file in it")
        if not stat.S_ISDIR(mode_of(path.parent)):
            raise InvalidValue("lies in a folder that does not exist")
        if not (mode or os.access(path.parent, os.W_OK)):
            raise InvalidValue("cannot be written by you")
        return value


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder on the way that is closed to us; a name that is too long
        return False


def below(folder: Path, value: str) -> Path:
    """A path of the configuration: ``~`` is the home folder, and a relative one begins at the configuration."""
    try:
        return folder / Path(value).expanduser()
    except RuntimeError:
        raise InvalidValue("begins with a home folder that is not known") from None


def sendable(value: str) -> str:
    """The same text, if it has no control characters, and nothing invisible at its ends."""
    if re.search(_UNSENDABLE, value):
        raise InvalidValue("has a character that cannot be sent (a line break, a tab, an escape)")
    for end, letter in (("begins", value[:1]), ("ends", value[-1:])):
        if letter and not letter.isascii() and unicodedata.category(letter) in _INVISIBLE:
            raise InvalidValue(f"{end} with a character that cannot be seen (U+{ord(letter):04X}): type it anew")
    return value


def one_of(value: str, choices: Collection[str]) -> str:
    """The same word, if it is one of these."""
    if value not in choices:
        listed = ", ".join(f'"{choice}"' for choice in choices)
        raise InvalidValue(f"must be one of {listed}", nearest(value, choices))
    return value
