"""How a technician of the team reads: when they were heard of, the sums of all, and everything that is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.models.calls import NOBODY
from tui.models.clock import Moment
from tui.models.days import Day
from tui.models.figures import Figures
from tui.models.kept_calls import KeptCall
from tui.models.team import Technician
from tui.widgets.times import duration, local_time, short_time

PUBLISHED: Final = (
    "to everyone who has this archive: all that stands here, and your callers by name and number. With team.names ="
    " false a board shows their numbers only; team.board = false takes you off all boards."
)


def _at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def is_known(row: Technician) -> bool:
    """Whether anything of their calls today is known: where nobody listened, no figure is."""
    return row.coverage is not None or row.figures.calls > 0


def whom(call: KeptCall, *, has_names: bool) -> str:
    """Whom a call is with: by name, where names are shown and it is known, else by number."""
    return (call.name if has_names else "") or call.number or NOBODY


def heard(row: Technician) -> float:
    """When they were last heard of, for sorting; who reports now comes last."""
    return float("inf") if row.reports else row.last_heard or 0.0


def reports(row: Technician, now: Moment, zone: tzinfo | None) -> str:
    """``since 08:02`` while somebody listens, ``until 11:40`` afterwards, ``Thu 17:02`` of a day before, ``never``."""
    if row.reports and row.coverage is not None:
        return f"since {short_time(_at(row.coverage.listened_from), now.at, zone)}"
    if row.last_heard is None:
        return "not lately" if row.extensions else ""
    last = short_time(_at(row.last_heard), now.at, zone)
    return last if row.coverage is None else f"until {last}"


def sums(figures: Figures, talk: int | None, *, has_connections: bool) -> str:
    """``12 calls, 3 missed, 1:02:10 talk, 9 connections, 4:10:00``; nothing of what is not known.

    ``talk``: with the calls that go on; None where nobody listened.
    """
    said = []
    if talk is not None:
        calls = "1 call" if figures.calls == 1 else f"{figures.calls} calls"
        said += [calls, f"{figures.missed} missed", f"{duration(talk)} talk"]
    if has_connections:
        count = "1 connection" if figures.connections == 1 else f"{figures.connections} connections"
        said += [count, f"{'≥' if figures.unfinished else ''}{duration(figures.connection_seconds)}"]
    return ", ".join(said)


def connections_known(day: Day | None, shown: str, zone: tzinfo | None) -> str:
    """Up to when the connections are known: ``connections: 63 rows, no gap until 14:02``.

    ``day``: today by the clock of Alpemix; None where nothing is known here. ``shown``: the day that the calls are of.
    """
    if day is None:
        return "connections: nothing is known of them here"
    of = "" if day.day == shown else f" of {day.long_name}"
    return f"connections{of}: {day.proof(zone, is_today=True)}"


def team_facts(
    row: Technician,
    now: Moment,
    zone: tzinfo | None,
    who: Callable[[KeptCall], str],
    *,
    has_connections: bool,
    is_own: bool,
) -> list[tuple[str, str]]:
    """Everything that is known of a technician, as (name, text).

    ``who``: whom a call is with. ``is_own``: whether it is the one who looks.
    """
    figures = row.figures
    facts = [
        ("Technician", row.name or "the configuration does not say whose extension this is ([team.technicians])"),
        ("Extension", ", ".join(row.extensions) or "none: the configuration names none ([team.technicians])"),
        *(("On a call", _call(call, row, now, zone, who)) for call in row.on),
        ("Reports now", "yes" if row.reports else _silent(row, now, zone) if row.extensions else ""),
        ("Listened today", "nobody listened" if row.coverage is None else row.coverage.told(zone)),
        ("Two at once", _shared(row)),
    ]
    if is_known(row):
        outcomes = {
            "answered": figures.answered,
            "missed": figures.missed,
            "reached": figures.reached,
            "not reached": figures.not_reached,
            "ended unseen": figures.ended_unseen,
            "going on": figures.calls
            - (figures.answered + figures.missed + figures.reached + figures.not_reached + figures.ended_unseen),
        }
        told = ", ".join(f"{count} {what}" for what, count in outcomes.items() if count)
        facts.append(("Calls today", f"{figures.calls}{f': {told}' if told else ''}"))
        facts.append(("Talked today", duration(row.talk_seconds(now.at.timestamp()) or 0)))
    if has_connections:
        unfinished = f", {figures.unfinished} of them of unknown length" if figures.unfinished else ""
        facts.append(("Connections today", f"{figures.connections}{unfinished}"))
        facts.append(("Connected today", duration(figures.connection_seconds)))
        facts.append(("Unexplained", str(figures.unexplained) if figures.unexplained else ""))
    if is_own:
        facts.append(("Published of you", PUBLISHED))
    return [(name, text) for name, text in facts if text]


def _call(call: KeptCall, row: Technician, now: Moment, zone: tzinfo | None, who: Callable[[KeptCall], str]) -> str:
    """``Harbour Dental +902125550199, since 14:02:31, 03:10``."""
    name = who(call)
    said = [name if not call.number or name == call.number else f"{name} {call.number}"]
    if call.talk_at is None:
        said.append(f"{'calls' if call.direction == 'out' else 'rings'} since {local_time(_at(call.start), zone)}")
    else:
        until = now.at.timestamp() if row.reports else call.known_at
        said.append(f"since {local_time(_at(call.talk_at), zone)}")
        said.append(f"{'≥' if call.at_least else ''}{duration(max(0.0, until - call.talk_at))}")
    if not row.reports:
        said.append(f"as last told {local_time(_at(call.known_at), zone)}")
    return ", ".join(said)


def _silent(row: Technician, now: Moment, zone: tzinfo | None) -> str:
    if row.last_heard is None:
        return "no, and not in the last week"
    return f"no, last heard {short_time(_at(row.last_heard), now.at, zone)}"


def _shared(row: Technician) -> str:
    if not row.hosts:
        return ""
    return f"Helpdecks on {', '.join(row.hosts)} listened at the same time: nobody knows which of the people had a call"
