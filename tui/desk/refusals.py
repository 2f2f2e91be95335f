"""Which credentials the systems have refused in this run: none of them is sent once more unless the person says so."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings, Secret

LOCKING: Final = 8
"""After so many wrong passwords AltiGen may lock an extension."""

KEPT: Final = 100
"""Refused credentials that are remembered: more than anybody corrects in a run."""

Section = AltiGenSettings | AlpemixSettings | RemotePCSettings

Account = tuple[str, str, str]
"""System, host, user."""


class Refusals:
    """What was refused, and how often. A system is known by its host: another path leads to the same lock."""

    def __init__(self) -> None:
        self._refused: dict[tuple[Account, Secret], None] = {}
        self._times: dict[Account, int] = {}

    def note(self, section: Section) -> None:
        """A system does not accept these credentials."""
        for account in accounts_of(section):
            self._times[account] = self._times.get(account, 0) + 1
            self._refused[account, secret_of(section)] = None
        while len(self._refused) > KEPT:
            del self._refused[next(iter(self._refused))]
        while len(self._times) > KEPT:
            del self._times[next(iter(self._times))]

    def holds(self, section: Section | None) -> bool:
        """Whether just these credentials were refused."""
        return section is not None and any((each, secret_of(section)) in self._refused for each in accounts_of(section))

    def question(self, section: Section) -> str:
        """What to ask before they are sent once more."""
        times = max(self._times.get(account, 0) for account in accounts_of(section))
        if not isinstance(section, AltiGenSettings):
            return f"the same key again? refused {'once' if times == 1 else f'{times} times'}"
        if times >= LOCKING:
            return f"the same password again? {times} refusals (eight lock the extension)"
        return f"the same password again? {times} of {LOCKING} (eight lock the extension)"


def secret_of(section: Section) -> Secret:
    """What lets us in."""
    match section:
        case AltiGenSettings():
            return section.password
        case AlpemixSettings():
            return section.secret_key
        case RemotePCSettings():
            return section.api_key


def accounts_of(section: Section) -> list[Account]:
    """Whom the system knows us as, for each of its addresses."""
    match section:
        case AltiGenSettings():
            system, urls, user = "altigen", section.url, section.user
        case AlpemixSettings():
            system, urls, user = "alpemix", (section.url,), section.user
        case RemotePCSettings():
            system, urls, user = "remotepc", (section.url,), ""
    return [(system, urlsplit(url).hostname or "", user) for url in urls]
