"""How a caller reads in the card of a call: whose the number is, and what came of them last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, tzinfo

from tui.models.call_history import LineHistory
from tui.models.callers import MAYBE_LEAST, Caller, Tie
from tui.models.connections import Connection
from tui.models.contacts import TieKind
from tui.models.kept_calls import KeptCall
from tui.models.users import User, account_of
from tui.widgets.times import duration

_NAMES = {TieKind.CUSTOMER: "Customer", TieKind.DEVICE: "Device", TieKind.ACCOUNT: "Account"}


def caller_facts(
    caller: Caller,
    last: Connection | None,
    users: Iterable[User],
    history: LineHistory,
    now: datetime,
    zone: tzinfo | None,
) -> Iterator[tuple[str, str]]:
    """All that is known of who calls, as (name, text): what is not certain says so. ``last``: connection with them."""
    shown = [tie for tie in caller.ties if tie.confidence >= MAYBE_LEAST]
    accounts = {account_of(tie.other) for tie in shown if tie.kind is TieKind.ACCOUNT}
    listed = {account_of(user.username): user for user in users if account_of(user.username) in accounts}
    for kind in _NAMES:
        ties = [tie for tie in shown if tie.kind is kind]
        for tie in [tie for tie in ties if tie.is_certain] or ties:
            yield _NAMES[kind], ", ".join(filter(None, (_sure(tie), _computers(listed.get(account_of(tie.other))))))
    if history.calls:
        yield "Last call", _last_call(history.calls[0], now, zone)
    if last is not None:
        is_certain = last.customer_device in caller.certain(TieKind.DEVICE)
        yield "Last connection", f"{'' if is_certain else 'maybe: '}{last_connection(last, now, zone)}"


def last_connection(row: Connection, now: datetime, zone: tzinfo | None) -> str:
    """``26 Nov, 41 min, SR-123, printer driver``."""
    began = day_of(row.started, now, zone) if row.started else row.started_text
    lasted = "" if row.seconds is None else _minutes(row.seconds)
    return ", ".join(filter(None, (began, lasted, row.support_number, row.explanation)))


def day_of(at: datetime, now: datetime, zone: tzinfo | None) -> str:
    """``26 Nov``, with the year where it is another one."""
    at, now = at.astimezone(zone), now.astimezone(zone)
    return f"{at.day} {at:%b}" if at.year == now.year else f"{at.day} {at:%b %Y}"


def said_of(tie: Tie, zone: tzinfo | None) -> str:
    """Who has said it last, and when; empty where nobody has."""
    if tie.step is None:
        return ""
    return (
        f"{tie.step.did} by {tie.step.by}, {datetime.fromtimestamp(tie.step.at, UTC).astimezone(zone):%Y-%m-%d %H:%M}"
    )


def _sure(tie: Tie) -> str:
    """``Acme``, or ``maybe Acme (62 %: in 2 of 3 calls a connection began)``."""
    return tie.other if tie.is_certain else f"maybe {tie.other} ({tie.confidence:.0%}: {'; '.join(tie.whys)})"


def _computers(user: User | None) -> str:
    if user is None:
        return ""
    used, allotted = ("?" if number is None else f"{number}" for number in (user.used, user.allotted))
    return f"{used} of {allotted} computers used" + ("" if user.active is not False else ", not active")


def _last_call(call: KeptCall, now: datetime, zone: tzinfo | None) -> str:
    """``26 Nov 14:02, missed at 202``."""
    at = datetime.fromtimestamp(call.start, UTC).astimezone(zone)
    talked = "" if call.talk_seconds is None else f", talked {duration(call.talk_seconds)}"
    return f"{day_of(at, now, zone)} {at:%H:%M}, {call.outcome} at {call.extension}{talked}"


def _minutes(seconds: int) -> str:
    return f"{seconds} s" if seconds < 60 else f"{seconds // 60} min"
