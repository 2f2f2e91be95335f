"""`helpdeck team`: what each technician does now, and what has come of today, as the archive has it; asks no system."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple, TextIO

from tui.archive import open_store
from tui.archive.errors import StoreError
from tui.archive.records import SILENT_SECONDS
from tui.commands.archive import refusal
from tui.commands.conversation import Say
from tui.config import Settings
from tui.desk.team import why_no_board
from tui.exit_codes import FINE, WRONG_USAGE
from tui.export import write_json_lines
from tui.models.cell import Cell
from tui.models.clock import Clock, Moment
from tui.models.connections import Connection
from tui.models.days import Day
from tui.models.listening import bounds_of
from tui.models.team import Team, Technician, team_of
from tui.panes.team_facts import connections_known, is_known, reports, sums, whom
from tui.widgets.times import duration

COLUMNS: Final = (
    *("technician", "extension", "reports", "last_heard"),
    *("call", "since", "call_seconds", "number", "e164", "name"),
    *("calls", "missed", "talk_seconds"),
    *("connections", "connection_seconds", "unfinished", "connections_until"),
    *("listened_from", "listened_until", "gaps", "gap_seconds", "reporting", "of"),
)
"""What scripts rely on: more may come, and none is renamed."""


class _Found(NamedTuple):
    """What is told of."""

    team: Team
    connections: Day | None
    """Today by the clock of Alpemix; None where its connections are not known here."""


def team(settings: Settings, out: TextIO, complain: Say, *, as_json: bool) -> int:
    """Write a line for each technician, by name; returns the exit code."""
    if reason := why_no_board(settings.archive, settings.team):
        complain(f"helpdeck: {reason}")
        return WRONG_USAGE
    now = Clock().now()
    try:
        found = asyncio.run(_read(settings, now))
    except StoreError as error:
        return refusal(error, complain)
    if as_json:
        write_json_lines(out, COLUMNS, (_row(each, found, now, settings) for each in found.team.technicians))
    else:
        out.writelines(f"{_line(each, found, now, settings)}\n" for each in found.team.technicians)
    out.flush()
    for line in _remarks(found, settings.ui.zone):
        complain(line)
    return FINE


async def _read(settings: Settings, now: Moment) -> _Found:
    zone, account = settings.ui.zone, settings.account_of_connections
    day = now.at.astimezone(zone).date().isoformat()
    bounds = bounds_of(day, zone)
    server = settings.zone_of_connections
    servers_day = now.at.astimezone(server).date().isoformat()
    connections: list[Connection] = []
    proof: Day | None = None
    async with open_store(settings.archive, to_read=True) as store, store.snapshot():
        held = await store.team_day(day, bounds[0])
        if account:
            connections = await store.connections_of(account, servers_day, server)
            proof = next((each for each in await store.days(account) if each.day == servers_day), None)
    heard_since = now.at.timestamp() - SILENT_SECONDS
    made = team_of(day, held, connections, settings.team.technicians, bounds, heard_since)
    return _Found(made, proof)


def _row(each: Technician, found: _Found, now: Moment, settings: Settings) -> list[Cell]:
    at = _in_zone(settings)
    call, coverage, figures = each.call, each.coverage, each.figures
    cells: list[Cell] = [each.name or None, ", ".join(each.extensions) or None]
    cells += [each.reports if each.extensions else None, at(each.last_heard)]
    if call is None:
        cells += [None] * 6
    else:
        begun = call.start if call.talk_at is None else call.talk_at
        cells += [_doing(each), at(begun), each.call_seconds(now.at.timestamp()), call.number or None]
        cells += [call.e164 or None, call.name if call.name and settings.team.names else None]
    calls: list[Cell] = [figures.calls, figures.missed, each.talk_seconds(now.at.timestamp())]
    cells += calls if is_known(each) else [None] * 3
    if found.connections is not None and each.name:
        until = at(found.connections.until)
        cells += [figures.connections, figures.connection_seconds, figures.unfinished, until]
    else:
        cells += [None] * 4
    if coverage is None:
        cells += [None] * 4
    else:
        cells += [at(coverage.listened_from), at(coverage.listened_until), coverage.gaps, coverage.gap_seconds]
    return [*cells, found.team.reporting, found.team.of]


def _line(each: Technician, found: _Found, now: Moment, settings: Settings) -> str:
    call, seconds = each.call, each.call_seconds(now.at.timestamp())
    doing = ""
    if call is not None:
        lasted = "" if seconds is None else f" {duration(seconds)}{'' if each.reports else '?'}"
        doing = f"{_doing(each)} {whom(call, has_names=settings.team.names)}{lasted}"
    has_connections = found.connections is not None and bool(each.name)
    known = sums(each.figures, each.talk_seconds(now.at.timestamp()), has_connections=has_connections)
    heard = reports(each, now, settings.ui.zone)
    return f"{each.label:<20}  {heard:<12}  {known or 'nobody listened':<48}  {doing}".rstrip()


def _doing(each: Technician) -> str:
    assert each.call is not None
    if each.call.talk_at is not None:
        return "talking"
    return "calling" if each.call.direction == "out" else "ringing"


def _remarks(found: _Found, zone: tzinfo | None) -> list[str]:
    said = [f"{Day(day=found.team.day).long_name}: {found.team.told(zone)}"]
    if calls := found.team.nobodys.calls:
        said.append(f"{calls} of the calls rang at several extensions, were not taken, and count for nobody")
    return [*said, connections_known(found.connections, found.team.day, zone)]


def _in_zone(settings: Settings) -> Callable[[float | None], datetime | None]:
    zone = settings.ui.zone
    return lambda at: None if at is None else datetime.fromtimestamp(at, UTC).astimezone(zone)
