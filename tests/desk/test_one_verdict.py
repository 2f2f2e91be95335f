"""What an error means is decided once: dashboard, check and trace agree on every error and for every system."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any, Final, Never

import pytest

from tests.clock import FakeClock
from tests.waiting import alongside, until
from tui.archive import open_store
from tui.commands.check import outcome_of
from tui.commands.trace import show
from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings, Secret
from tui.desk.alpemix.feed import AlpemixFeed
from tui.desk.altigen.feed import AltiGenFeed
from tui.desk.feed import Feed
from tui.desk.remotepc.feed import RemotePCFeed
from tui.desk.systems import SYSTEMS
from tui.models.call_board import CallBoard
from tui.models.connection_board import ConnectionBoard
from tui.models.links import Link, Phase
from tui.models.user_board import UserBoard
from tui.services import errors
from tui.services.alpemix import AlpemixService
from tui.services.altigen import AltiGenReader
from tui.services.errors import LICENCE_WAIT, ServiceError, describe_error
from tui.services.remotepc import RemotePCReader

NOWHERE: Final = "http://127.0.0.1:1"

REFUSED: Final = (Phase.REFUSED, "refused", 1)
UNREACHABLE: Final = (Phase.WAITING, "unreachable", 3)
BUSY: Final = (Phase.WAITING, "busy", 3)

AGREED: Final[dict[type[ServiceError], tuple[Phase, str, int]]] = {
    errors.Unreachable: UNREACHABLE,
    errors.Unreadable: UNREACHABLE,
    errors.Elsewhere: UNREACHABLE,
    errors.NoSession: UNREACHABLE,
    errors.NotBound: UNREACHABLE,
    errors.ServerFault: UNREACHABLE,
    errors.NotFound: UNREACHABLE,
    errors.LicenceInUse: BUSY,
    errors.Limited: BUSY,
    errors.UsedUp: BUSY,
    errors.StoreUnavailable: BUSY,
    errors.StoreUnusable: REFUSED,
    errors.Refused: REFUSED,
    errors.Rejected: REFUSED,
    errors.Misuse: REFUSED,
    errors.OwnFault: (Phase.WAITING, "failed", 1),
}
"""What the dashboard says, what check says, and what the shell is given."""


def kinds(of: type[ServiceError] = ServiceError) -> Iterator[type[ServiceError]]:
    """Every error that there is."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def error_of(kind: type[ServiceError]) -> ServiceError:
    """One of this kind, with everything that it can say."""
    if issubclass(kind, errors.Limited):
        return kind("It did not work.", seconds=4.2, detail="no way", setting="altigen.url")
    if issubclass(kind, errors.Rejected):
        return kind("It did not work.", detail="no way")
    return kind("It did not work.", detail="no way", setting="altigen.url")


class FailingAltiGen(AltiGenFeed):
    failure: Exception

    async def _serve(self, service: object) -> None:
        raise self.failure


class FailingAlpemix(AlpemixFeed):
    failure: Exception

    async def _keep_up(self, service: object) -> Never:
        raise self.failure


class FailingRemotePC(RemotePCFeed):
    failure: Exception

    async def _serve(self, service: object) -> None:
        raise self.failure


def feed_of(system: str, link: Link, clock: FakeClock, failure: Exception) -> Feed[Any, Any, Any]:
    """The feed of a system, which meets this whenever it asks."""
    secret = Secret("a-secret")
    feed: FailingAltiGen | FailingAlpemix | FailingRemotePC
    if system == "altigen":
        altigen = AltiGenSettings(url=(NOWHERE,), user="201", password=secret)
        feed = FailingAltiGen(altigen, CallBoard(), link, clock, partial(AltiGenReader, altigen, clock=clock))
    elif system == "alpemix":
        alpemix = AlpemixSettings(url=NOWHERE, user="helpdesk", secret_key=secret)
        archive = open_store(None)
        service = partial(AlpemixService, alpemix, clock=clock, archive=archive)
        feed = FailingAlpemix(alpemix, ConnectionBoard(), link, clock, service, archive)
    else:
        remotepc = RemotePCSettings(url=NOWHERE, api_key=secret)
        feed = FailingRemotePC(remotepc, UserBoard(), link, clock, partial(RemotePCReader, remotepc, clock=clock))
    feed.failure = failure
    return feed


def test_every_error_has_its_verdict() -> None:
    assert set(kinds()) == AGREED.keys()
    for kind, (_, word, code) in AGREED.items():
        assert kind.verdict[:2] == (word, code)
        assert f"─ {kind.__name__} " in (errors.__doc__ or "")


@pytest.mark.parametrize("system", [system.name for system in SYSTEMS])
@pytest.mark.parametrize("kind", AGREED, ids=lambda kind: kind.__name__)
async def test_dashboard_check_and_trace_agree(system: str, kind: type[ServiceError], clock: FakeClock) -> None:
    phase, word, code = AGREED[kind]
    error = error_of(kind)

    async def fails() -> str:
        raise error

    async def fails_too(_show: object) -> str:
        raise error

    outcome = await outcome_of(system, fails, 5)
    assert (outcome.word, outcome.exit_code, outcome.setting) == (word, code, error.setting)
    assert outcome.sentence == describe_error(error)
    said: list[str] = []
    assert await show(fails_too, lambda text="", **_: said.append(text)) == code
    assert said == [outcome.sentence]

    link = Link(clock)
    async with alongside(feed_of(system, link, clock, error).run()):
        await until(lambda: link.reason)
        assert (link.phase, link.reason, link.detail) == (phase, error.sentence, error.detail)
        assert link.setting == error.setting
        if error.least_wait is not None:
            await clock.until_sleeping()
            assert clock.sleeping[0] >= error.least_wait


@pytest.mark.parametrize(
    ("kind", "least_wait"),
    [
        (errors.Refused, None),
        (errors.Misuse, None),
        (errors.Rejected, None),
        (errors.StoreUnusable, 0),
        (errors.LicenceInUse, LICENCE_WAIT),
        (errors.NoSession, LICENCE_WAIT),
        (errors.UsedUp, 4.2),
        (errors.NotFound, 0),
    ],
)
def test_every_error_says_how_long_to_wait(kind: type[ServiceError], least_wait: float | None) -> None:
    assert error_of(kind).least_wait == least_wait


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.Unreachable("Nobody answers.", detail="Connection refused"), "Nobody answers. (Connection refused)"),
        (errors.Unreachable("Nobody answers.", setting="a.url"), "Nobody answers.; look at a.url in the config"),
        (errors.Refused("It says no: check a.key.", detail="no", setting="a.key"), "It says no: check a.key."),
        (
            errors.Limited("It was asked too often.", seconds=4.2, detail="429"),
            "It was asked too often. The next request may go in 5 s. (429)",
        ),
    ],
)
def test_an_error_is_told_in_one_way(error: ServiceError, told: str) -> None:
    assert describe_error(error) == told


async def test_what_was_refused_and_is_asked_again_waits_for_the_budget_and_says_why(clock: FakeClock) -> None:
    link = Link(clock)
    feed = feed_of("alpemix", link, clock, errors.Refused("The key is wrong."))
    async with alongside(feed.run()):
        await until(lambda: link.phase is Phase.REFUSED)
        assert isinstance(feed, FailingAlpemix)
        feed.failure = errors.UsedUp("Only 3 are allowed.", seconds=30)
        feed.ask()
        await until(lambda: link.phase is Phase.WAITING)
        assert link.text(clock.now()) == "waiting 30 s: The key is wrong."
