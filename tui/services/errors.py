"""What can go wrong with a system, and whether waiting could help.

::

    ServiceError            one sentence for the person
    ├── Unreachable         nobody answered: refused, unknown host, TLS, timeout, reset, channel closed
    ├── Unreadable          an answer came, but not the protocol's: HTML, half a JSON, empty, a redirect
    ├── ServerFault         the system says that it failed (5xx and its like)
    ├── LicenceInUse        all licences are taken (AltiGen 402)
    ├── Limited             too many requests; says in how many seconds the next may go
    │   └── UsedUp          by our own count: nothing was sent
    ├── StoreUnavailable    the budget that all processes share cannot be had, so nothing is asked
    ├── Refused             not let in until a setting changes: never tried again by itself
    ├── NotFound            the session, call or address does not exist (any more)
    ├── Rejected            this command is not accepted as it stands: the form opens again
    └── Misuse              the system says that our request is malformed: our fault, shown raw
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

LICENCE_WAIT: Final = 60.0
"""Least seconds between two log-ons while the licence is in use: asking more often frees nothing."""


class ServiceError(Exception):
    """One sentence for the person; ``detail`` has the system's own words, cleaned."""

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
        self.setting = setting
        """Key of the config to look at, as ``altigen.password``; may be empty."""
        self.at_least = 0.0
        """Seconds that the system itself asks to wait before the next request."""


class Unreachable(ServiceError):
    """Nobody answered. ``may_have_acted`` says whether the request could have arrived all the same."""

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "", may_have_acted: bool = False) -> None:
        super().__init__(sentence, detail=detail, setting=setting)
        self.may_have_acted = may_have_acted


class Unreadable(Unreachable):
    """An answer came that is not the protocol's; unless said otherwise the request may have been carried out."""

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "", may_have_acted: bool = True) -> None:
        super().__init__(sentence, detail=detail, setting=setting, may_have_acted=may_have_acted)


class Elsewhere(Unreadable):
    """The system sends us to another address: the one in the config has to change."""


class NoSession(Unreadable):
    """A log-on succeeded, and what it gave cannot be used: each further one may take another licence."""


class NotBound(Unreachable):
    """The event channel ended before anything was told on it: the server did not take us for its session, perhaps."""


class ServerFault(Unreachable):
    """The system says that it failed; unless said otherwise the request may have been carried out."""

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "", may_have_acted: bool = True) -> None:
        super().__init__(sentence, detail=detail, setting=setting, may_have_acted=may_have_acted)


class LicenceInUse(ServiceError):
    """All licences are taken."""


class Limited(ServiceError):
    """Too many requests; the next may go in ``seconds``."""

    def __init__(self, sentence: str, *, seconds: float, detail: str = "", setting: str = "") -> None:
        super().__init__(sentence, detail=detail, setting=setting)
        self.seconds = seconds


class UsedUp(Limited):
    """Our own count says that nothing may go now: nothing was sent, and nothing new is known of the system."""


class StoreUnavailable(ServiceError):
    """Requests cannot be counted together with the other processes of this machine: nothing was sent."""


class Refused(ServiceError):
    """Not let in until the named setting changes.

    ``wrong_credentials``: user and password, or the key, are not accepted. Each try more may lock the account.
    """

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "", wrong_credentials: bool = False) -> None:
        super().__init__(sentence, detail=detail, setting=setting)
        self.wrong_credentials = wrong_credentials


class NotFound(ServiceError):
    """The session, call or address does not exist (any more)."""


class Rejected(ServiceError):
    """The command is not accepted as it stands. ``field`` names the form's field it speaks of, or is empty.

    ``beside`` has a sentence for each field where it speaks of several.
    """

    def __init__(
        self, sentence: str, *, detail: str = "", field: str = "", beside: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence, detail=detail)
        self.field = field
        self.beside = beside or {}


class Misuse(ServiceError):
    """The system says that our request is malformed."""


class Stop(Struct, frozen=True):
    """Trying again by itself would do harm or nothing."""


class Wait(Struct, frozen=True):
    """Trying again may help, after the backoff's delay and at least so many seconds."""

    at_least: float = 0.0


def verdict(error: ServiceError) -> Stop | Wait:
    """Whether a feed may try again by itself."""
    match error:
        case Refused() | Misuse() | Rejected():
            return Stop()
        case LicenceInUse() | NoSession():
            return Wait(max(LICENCE_WAIT, error.at_least))
        case Limited(seconds=seconds):
            return Wait(seconds)
    return Wait(error.at_least)
