"""What can go wrong with a system, whether waiting could help, and how it is told.

::

    ServiceError                one sentence for the person
    ├── Unreachable             nobody answered: refused, unknown host, TLS, timeout, reset, channel closed
    │   ├── Unreadable          an answer came, but not the protocol's: HTML, half a JSON, empty
    │   │   ├── Elsewhere       a redirect
    │   │   └── NoSession       a log-on that gave no session
    │   ├── NotBound            the event channel was closed before anything came on it
    │   └── ServerFault         the system says that it failed (5xx and its like)
    ├── LicenceInUse            all licences are taken (AltiGen 402)
    ├── Limited                 too many requests; says in how many seconds the next may go
    │   └── UsedUp              by our own count: nothing was sent
    ├── StoreUnavailable        the budget that all processes share cannot be had, so nothing is asked
    │   └── StoreUnusable       until somebody mends it
    ├── Refused                 not let in until a setting changes: never tried again by itself
    ├── NotFound                the session, call or address does not exist (any more)
    ├── Rejected                this command is not accepted as it stands: the form opens again
    ├── Misuse                  the system says that our request is malformed: our fault, shown raw
    └── OwnFault                Helpdeck itself is at fault
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import ClassVar, Final, NamedTuple

from tui.exit_codes import FAILED, TRY_AGAIN

LICENCE_WAIT: Final = 60.0
"""Least seconds between two log-ons while the licence is in use: asking more often frees nothing."""


class Verdict(NamedTuple):
    """What an error means for whoever has asked; feeds and commands read it and decide nothing themselves."""

    word: str
    """What stands for it. A feed that tries again says ``waiting`` instead, unless somebody has to mend something."""
    exit_code: int
    least_wait: float | None = 0.0
    """Seconds until a feed may try again by itself; None: that would do harm or nothing."""


UNREACHABLE: Final = Verdict("unreachable", TRY_AGAIN)
BUSY: Final = Verdict("busy", TRY_AGAIN)
REFUSED: Final = Verdict("refused", FAILED, None)


class ServiceError(Exception):
    """One sentence for the person; ``detail`` has the system's own words, cleaned."""

    verdict: ClassVar[Verdict]

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
        self.setting = setting
        """Key of the config to look at, as ``altigen.password``; may be empty."""
        self.at_least = 0.0
        """Seconds that the system itself asks to wait before the next request."""

    @property
    def least_wait(self) -> float | None:
        """What the verdict says, and no less than the system asks for."""
        return None if self.verdict.least_wait is None else max(self.verdict.least_wait, self.at_least)

    @property
    def is_refusal(self) -> bool:
        """Whether somebody has to mend something first."""
        return self.verdict.word == REFUSED.word


class Unreachable(ServiceError):
    """Nobody answered. ``may_have_acted`` says whether the request could have arrived all the same."""

    verdict = UNREACHABLE

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

    verdict = UNREACHABLE._replace(least_wait=LICENCE_WAIT)


class NotBound(Unreachable):
    """The event channel ended before anything was told on it: the server did not take us for its session, perhaps."""


class ServerFault(Unreachable):
    """The system says that it failed; unless said otherwise the request may have been carried out."""

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "", may_have_acted: bool = True) -> None:
        super().__init__(sentence, detail=detail, setting=setting, may_have_acted=may_have_acted)


class LicenceInUse(ServiceError):
    """All licences are taken."""

    verdict = BUSY._replace(least_wait=LICENCE_WAIT)


class Limited(ServiceError):
    """Too many requests; the next may go in ``seconds``."""

    verdict = BUSY

    def __init__(self, sentence: str, *, seconds: float, detail: str = "", setting: str = "") -> None:
        super().__init__(sentence, detail=detail, setting=setting)
        self.at_least = seconds


class UsedUp(Limited):
    """Our own count says that nothing may go now: nothing was sent, and nothing new is known of the system."""


class StoreUnavailable(ServiceError):
    """Requests cannot be counted together with the other processes of this machine: nothing was sent."""

    verdict = BUSY


class StoreUnusable(StoreUnavailable):
    """The archive has to be mended first. To look whether it was costs nothing."""

    verdict = REFUSED._replace(least_wait=0.0)


class Refused(ServiceError):
    """Not let in until the named setting changes.

    ``wrong_credentials``: user and password, or the key, are not accepted. Each try more may lock the account.
    """

    verdict = REFUSED

    def __init__(self, sentence: str, *, detail: str = "", setting: str = "", wrong_credentials: bool = False) -> None:
        super().__init__(sentence, detail=detail, setting=setting)
        self.wrong_credentials = wrong_credentials


class NotFound(ServiceError):
    """The session, call or address does not exist (any more). A server that is just starting says so as well."""

    verdict = UNREACHABLE


class Rejected(ServiceError):
    """The command is not accepted as it stands. ``field`` names the form's field it speaks of, or is empty.

    ``beside`` has a sentence for each field where it speaks of several.
    """

    verdict = REFUSED

    def __init__(
        self, sentence: str, *, detail: str = "", field: str = "", beside: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(sentence, detail=detail)
        self.field = field
        self.beside = beside or {}


class Misuse(ServiceError):
    """The system says that our request is malformed."""

    verdict = REFUSED


class OwnFault(ServiceError):
    """Helpdeck itself is at fault. It may have met what does not come again."""

    verdict = Verdict("failed", FAILED)


def describe_error(error: ServiceError) -> str:
    """An error as the person reads it."""
    soonest = f" The next request may go in {ceil(error.at_least)} s." if isinstance(error, Limited) else ""
    return describe(f"{error.sentence}{soonest}", error.detail, error.setting)


def describe(sentence: str, server_message: str, setting: str) -> str:
    """The sentence, the system's own words, the setting to look at; nothing twice."""
    words = f" ({server_message})" if server_message and server_message not in sentence else ""
    hint = f"; look at {setting} in the config" if setting and setting not in sentence else ""
    return f"{sentence}{words}{hint}"
