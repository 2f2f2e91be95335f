"""Which credentials a system has refused in this run: none of them is sent once more unless the person says so."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlsplit

from tui.config import Secret

KEPT: Final = 100
"""Refused credentials that are remembered: more than anybody corrects in a run."""

Account = tuple[str, str]
"""Host, user. A system is known by its host: another path leads to the same lock."""


class Credentials(NamedTuple):
    """What lets us in."""

    urls: tuple[str, ...]
    user: str
    secret: Secret

    @property
    def accounts(self) -> list[Account]:
        """Whom the system knows us as, for each of its addresses."""
        return [(urlsplit(url).hostname or "", self.user) for url in self.urls]


class Refusals:
    """What one system has refused, and how often."""

    def __init__(self) -> None:
        self._refused: dict[tuple[Account, Secret], None] = {}
        self._times: dict[Account, int] = {}

    def note(self, credentials: Credentials) -> None:
        """Remember that the system does not accept these credentials."""
        for account in credentials.accounts:
            self._times[account] = self._times.get(account, 0) + 1
            self._refused[account, credentials.secret] = None
        while len(self._refused) > KEPT:
            del self._refused[next(iter(self._refused))]
        while len(self._times) > KEPT:
            del self._times[next(iter(self._times))]

    def holds(self, credentials: Credentials) -> bool:
        """Whether just these credentials were refused."""
        return any((account, credentials.secret) in self._refused for account in credentials.accounts)

    def times(self, credentials: Credentials) -> int:
        """How often these accounts were refused."""
        return max(self._times.get(account, 0) for account in credentials.accounts)
