"""`helpdeck archive`: what the archive holds, who uses it, a copy of it, and the way to another engine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tui.archive import upkeep_of
from tui.archive.errors import StoreError
from tui.archive.upkeep import Client, Counts, Status
from tui.commands.conversation import Say
from tui.config import ArchiveSettings
from tui.exit_codes import FAILED, FINE, TRY_AGAIN

_ENGINES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB")


def status(settings: ArchiveSettings, say: Say, complain: Say, *, as_json: bool) -> int:
    """Say how the archive stands; returns the exit code."""
    found = upkeep_of(settings).status()
    if as_json:
        say(json.dumps(_object(found), ensure_ascii=False))
    else:
        for name, said in _lines(found):
            say(f"{name:<8} {said}")
    if found.trouble is not None:
        complain(f"helpdeck: {found.trouble.sentence}")
        return exit_code(found.trouble)
    return FINE


def exit_code(error: StoreError) -> int:
    """What the shell is told of an archive that cannot be used."""
    return TRY_AGAIN if error.may_pass else FAILED


def client_line(client: Client) -> str:
    """A program that uses the archive, in a few words."""
    words = [
        client.application or "a program",
        client.user and f"of {client.user}",
        client.host and f"on {client.host}",
    ]
    if client.process is not None:
        words.append(f"(process {client.process})")
    if client.since is not None:
        words.append(f"since {_local(client.since):%Y-%m-%d %H:%M}")
    return " ".join(filter(None, words))


def _lines(found: Status) -> Iterator[tuple[str, str]]:
    yield "engine", _ENGINES[found.engine]
    yield "where", found.place
    if found.version is not None:
        yield "schema", str(found.version)
    if found.counts is not None:
        yield from _counted(found.counts)
    if found.size is not None:
        yield "size", _size(found.size)
    if found.clients is None:
        if found.trouble is None:
            yield "used by", "nobody can tell on this system"
    elif found.clients:
        yield from (("used by", client_line(client)) for client in found.clients)
    else:
        yield "used by", "nobody now"


def _counted(counts: Counts) -> Iterator[tuple[str, str]]:
    yield "accounts", str(counts.accounts)
    yield "rows", f"{counts.rows:,}, with {counts.earlier:,} earlier {'value' if counts.earlier == 1 else 'values'}"
    span = f" ({counts.first_day} to {counts.last_day})" if counts.days else ""
    yield "days", f"{counts.days:,}{span}, {counts.days_with_gap:,} with a gap"


def _object(found: Status) -> dict[str, object]:
    counts = found.counts
    return {
        "engine": found.engine,
        "place": found.place,
        "schema": found.version,
        "accounts": counts and counts.accounts,
        "rows": counts and counts.rows,
        "earlier_values": counts and counts.earlier,
        "days": counts and counts.days,
        "days_with_gap": counts and counts.days_with_gap,
        "first_day": counts and counts.first_day,
        "last_day": counts and counts.last_day,
        "bytes": found.size,
        "connected": None if found.clients is None else [_client(client) for client in found.clients],
        "problem": found.trouble and found.trouble.sentence,
    }


def _client(client: Client) -> dict[str, object]:
    since = client.since and _local(client.since).isoformat(timespec="seconds")
    return {**client._asdict(), "since": since}


def _local(at: datetime) -> datetime:
    return at.astimezone()


def _size(size: float) -> str:
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == _UNITS[0] else f"{size:,.1f} {unit}"
