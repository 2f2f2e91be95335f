"""What goes wrong in a script: links that come and go, and each refusal of each system in turn."""

import random
from collections.abc import Iterable, Iterator
from itertools import count, cycle

from tui.demo.steps import (
    AccountRefused,
    Broken,
    ChannelsDropped,
    Event,
    ReportRefused,
    ServerStatus,
    Step,
)

IS_BACK_SECONDS = 4.0

Change = tuple[tuple[float, Step], ...]
"""Steps with the seconds after which each comes."""

LINKS: tuple[Change, ...] = (
    ((0, ChannelsDropped(1001)),),
    ((0, ChannelsDropped(None)),),
    ((0, Broken("altigen", "down")), (IS_BACK_SECONDS, Broken("altigen", "up"))),
    ((0, ServerStatus(is_connected=False)), (IS_BACK_SECONDS, ServerStatus(is_connected=True))),
    ((0, Broken("alpemix", "down")), (IS_BACK_SECONDS * 8, Broken("alpemix", "up"))),
    ((0, Broken("remotepc", "down")), (IS_BACK_SECONDS * 8, Broken("remotepc", "up"))),
    ((0, Broken("alpemix", "reset")),),
    ((0, Broken("alpemix", "half")),),
    ((0, Broken("remotepc", "html", status=502)),),
    ((0, Broken("remotepc", "slow", seconds=20.0)),),
)


def _log_on_refused(status: int, code: int, message: str) -> Change:
    """A log-on is only asked for after the channel broke."""
    body = {"code": code, "message": message}
    refusal = Broken("altigen", "status", path="/sessions", status=status, body=body)
    return ((0, refusal), (0.1, ChannelsDropped(1001)))


# Refusals after which a client may give up for good come last, so that the others are seen first.
REFUSALS: tuple[Change, ...] = (
    _log_on_refused(402, 3012, "No license is available"),
    ((0, ReportRefused(205)),),
    ((0, AccountRefused("INTERNAL_SERVER_ERROR", 500)),),
    _log_on_refused(500, 3025, "Log on failed"),
    ((0, ReportRefused(103)),),
    ((0, Broken("altigen", "status", path="/sessions/*/calls", body={"code": 3034, "message": "Line busy"})),),
    ((0, ReportRefused(202)),),
    ((0, AccountRefused("EMAIL_EXISTS", 400)),),
    ((0, Broken("altigen", "html", path="/sessions/*/calls/*", status=405)),),
    ((0, ReportRefused(203)),),
    ((0, ReportRefused(201)),),
    ((0, AccountRefused("ACTION_PARENT_ACCOUNT_SUSPENDED", 400)),),
    ((0, ReportRefused(105)),),
    ((0, ReportRefused(108)),),
    ((0, AccountRefused("IP_ADDRESS_BLOCKED", 400)),),
    ((0, Broken("altigen", "html", path="/sessions")), (0.1, ChannelsDropped(None))),
    ((0, ReportRefused(204)),),
    ((0, AccountRefused("Forbidden ", 403)),),
    _log_on_refused(403, 3038, "Access denied"),
    ((0, ReportRefused(106)),),
    ((0, ReportRefused(107)),),
    ((0, ReportRefused(102)),),
    ((0, ReportRefused(104)),),
    ((0, ReportRefused(200)),),
    ((0, AccountRefused("UNAUTHORIZED_ACCCESS", 401)),),
    _log_on_refused(401, 3004, "The user name or password does not match"),
)


def links_that_break(rng: random.Random, seconds: float) -> Iterator[Event]:
    """Break a link at intervals, and let it be back some time later."""
    return _at_intervals(seconds, (rng.choice(LINKS) for _ in count()))


def refusals_in_turn(seconds: float) -> Iterator[Event]:
    """Let each refusal have its turn at intervals, round and round."""
    return _at_intervals(seconds, cycle(REFUSALS))


def _at_intervals(seconds: float, changes: Iterable[Change]) -> Iterator[Event]:
    for turn, change in enumerate(changes, 1):
        for after, step in change:
            yield Event(turn * seconds + after, step)
