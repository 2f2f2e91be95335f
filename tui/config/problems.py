"""What is wrong with a configuration: every problem at once, in words that lead to the line to change.

A value is never quoted in a problem. People paste a password into the wrong line, and the file and the key lead
there just as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct

KEY_LIMIT: Final = 60
"""Characters shown of one key that somebody invented."""

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


class Problem(Struct, frozen=True):
    """One thing to change in a configuration."""

    file: Path
    key: str
    """Dotted, as ``altigen.bind``; empty where the file as a whole is meant."""
    message: str
    suggestion: str = ""
    """The nearest known spelling; may be empty."""

    def __str__(self) -> str:
        place = f"{shown(str(self.file))}: {self.key}" if self.key else shown(str(self.file))
        return f"{place}: {self.said}"

    @property
    def said(self) -> str:
        """What is wrong, without the place."""
        return f"{self.message} (did you mean {self.suggestion}?)" if self.suggestion else self.message


class ConfigError(Exception):
    """The configuration cannot be used as it is; ``problems`` says why, completely."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class InvalidValue(Exception):
    """One value is not what its setting wants; whoever knows the key makes a problem of it."""

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.suggestion = suggestion


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant, or nothing."""
    import difflib  # needed only after a mistake

    by_fold = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(word[:KEY_LIMIT].casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else ""


def key_shown(key: str) -> str:
    """A key as TOML would write it, short and without control characters."""
    if len(key) > KEY_LIMIT:
        key = key[: KEY_LIMIT - 1] + "…"
    return key if _BARE_KEY.fullmatch(key) else f'"{shown(key)}"'


def shown(text: str) -> str:
    """The text with what a terminal would obey written as an escape; a file's name may hold anything."""
    return text if text.isprintable() else repr(text)[1:-1]
