"""`helpdeck export connections`: what the archive holds of some days, and whether those can be billed from.

It asks no system: Alpemix could only tell of today and yesterday, and its requests belong to the dashboards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Final, NamedTuple, TextIO

from tui.archive import Store, open_store
from tui.archive.errors import Cause, StoreError
from tui.commands.conversation import Conversation, InputEnded
from tui.config import AlpemixSettings, ArchiveSettings, Settings
from tui.config.zones import zone_of
from tui.exit_codes import FAILED, FINE, TRY_AGAIN, WRONG_USAGE
from tui.export import export_path, replaced_by, write_csv, write_export, write_json_lines
from tui.models.cell import Cell
from tui.models.connections import Connection
from tui.models.days import Day, DayState

CONNECTION: Final[Mapping[str, Callable[[Connection], Cell]]] = {
    "start": lambda row: row.started,
    "seconds": lambda row: row.seconds,
    "mode": lambda row: str(row.mode),
    "technician": lambda row: row.technician,
    "customer": lambda row: row.customer,
    "device": lambda row: row.customer_device,
    "explanation": lambda row: row.explanation,
    "number": lambda row: row.support_number,
    "uid": lambda row: row.uid,
    "customer_ip": lambda row: row.customer_ip,
    "customer_local_ip": lambda row: row.customer_local_ip,
    "customer_id": lambda row: row.customer_alpemix_id,
    "technician_ip": lambda row: row.ip,
    "technician_local_ip": lambda row: row.local_ip,
    "technician_device": lambda row: row.device,
    "technician_id": lambda row: row.alpemix_id,
    "problem": lambda row: row.problem,
    "other": lambda row: "; ".join(f"{name}: {text}" for name, text in row.extra),
    "as_sent": lambda row: row.as_sent,
}
"""What is told of a connection, beyond its day."""

COLUMNS: Final = ("day", *CONNECTION)

STANDARD_OUTPUT: Final = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


class Wanted(NamedTuple):
    """What was asked for on the command line."""

    since: str | None
    until: str | None
    format: str
    output: str
    force: bool = False
    """A file of this name may go, and nobody is asked."""

    @property
    def is_standard_output(self) -> bool:
        """Whether it goes to standard output and not into a file."""
        return self.output in STANDARD_OUTPUT


def export(settings: Settings, wanted: Wanted, talk: Conversation, out: TextIO, is_watched: bool) -> int:
    """Write the file, or to ``out``, and say what it rests on; gives the exit code.

    ``is_watched``: somebody sees how far it is.
    """
    if settings.alpemix is None:
        talk.say("helpdeck: there is no section [alpemix], so there are no connections")
        return WRONG_USAGE
    try:
        with _snapshot(settings.archive) as (runner, store):
            return _export(runner, store, settings.alpemix, wanted, talk, out, is_watched)
    except StoreError as error:
        if error.cause is Cause.MISSING:
            talk.say(f"helpdeck: there is no archive yet ({error.place}): the dashboard makes it")
        else:
            talk.say(f"helpdeck: {error.sentence}")
        return TRY_AGAIN if error.may_pass else FAILED
    except BrokenPipeError:
        raise  # whoever reads the output has had enough of it
    except OSError as error:
        talk.say(f"helpdeck: the file cannot be written: {error.strerror or error}")
    return FAILED


@contextmanager
def _snapshot(settings: ArchiveSettings) -> Iterator[tuple[asyncio.Runner, Store]]:
    """The archive as it is at this moment, whatever a dashboard stores meanwhile, and what runs its coroutines."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        try:
            store = runner.run(stack.enter_async_context(open_store(settings, to_read=True)))
            runner.run(stack.enter_async_context(store.snapshot()))
            yield runner, store
        finally:
            runner.run(stack.aclose())


def _export(
    runner: asyncio.Runner,
    store: Store,
    settings: AlpemixSettings,
    wanted: Wanted,
    talk: Conversation,
    out: TextIO,
    is_watched: bool,
) -> int:
    account, zone = settings.account, zone_of(settings.timezone)
    known = runner.run(store.days(account))
    today = datetime.now(UTC).astimezone(zone).date()
    since, until = wanted.since or today.replace(day=1).isoformat(), wanted.until or today.isoformat()
    if since > until:
        talk.say(f"helpdeck: --since {since} lies after --until {until}")
        return WRONG_USAGE
    if since > today.isoformat():
        talk.say(f"helpdeck: --since {since} is still to come")
        return WRONG_USAGE
    days = {day.day: day for day in known if since <= day.day <= until}
    count = 0

    def rows() -> Iterator[list[Cell]]:
        nonlocal count
        for day in reversed(days):
            for row in runner.run(store.connections_of(account, day, zone)):
                count += 1
                yield [day, *(value(row) for value in CONNECTION.values())]

    write = write_json_lines if wanted.format == "json" else write_csv
    if wanted.is_standard_output:
        write(out, COLUMNS, rows())
        out.flush()
        talk.say(f"{count} connections from {since} to {until}")
    else:
        name = wanted.output or f"helpdeck-connections-{since}-{until}.{wanted.format}"
        old = replaced_by(name)
        if old and not wanted.force and not _may_replace(name, old, talk):
            talk.say("It was left as it is.")
            return FAILED

        def progress(written: int) -> None:
            talk.say(f"\r{written} rows …", end="")

        watch = progress if is_watched else None
        path = write_export(name, COLUMNS, rows(), write=write, replaces=old is not None, progress=watch)
        begin = "\r" if is_watched else ""
        talk.say(f"{begin}{count} connections from {since} to {until} written to {path}")
    for line in _states(days, since, min(until, today.isoformat()), today.isoformat(), zone):
        talk.say(line)
    return FAILED if _lacks(days, wanted, since, min(until, (today - timedelta(days=1)).isoformat())) else FINE


def _lacks(known: dict[str, Day], wanted: Wanted, since: str, until: str) -> bool:
    """Whether a day that was asked for, and is over, is not in the archive.

    Without ``--since`` what it has of the month was asked for.
    """
    first = wanted.since or min(known, default=until)
    return any(day not in known for day in _calendar(max(first, since), until))


def _may_replace(name: str, old: Path, talk: Conversation) -> bool:
    is_link = export_path(name).is_symlink()
    question = f"{name} is a link to {old}. Replace that file?" if is_link else f"{name} exists. Replace it?"
    try:
        return talk.confirm(question, default=False)
    except InputEnded:
        talk.say("\nThere is nobody to answer: --force replaces it.")
        return False


def _states(known: dict[str, Day], since: str, until: str, today: str, zone: tzinfo) -> Iterator[str]:
    """Which of the days are closed, open, have gaps, or are not there at all."""
    closed = [day for day in known.values() if day.state is DayState.CLOSED]
    if closed:
        yield f"closed: {_count(len(closed))}"
    for day in known.values():
        if day.state is not DayState.CLOSED:
            yield f"{day.state}: {day.long_name}: {day.proof(zone, is_today=day.day == today)}"
    missing = [day for day in _calendar(since, until) if day not in known]
    if missing:
        spans = ", ".join(f"{first} to {last}" if first != last else first for first, last in _spans(missing))
        yield f"not in the archive: {_count(len(missing))} ({spans})"


def _count(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"


def _calendar(since: str, until: str) -> Iterator[str]:
    day, last = date.fromisoformat(since), date.fromisoformat(until)
    while day <= last:
        yield day.isoformat()
        day += timedelta(days=1)


def _spans(days: list[str]) -> Iterator[tuple[str, str]]:
    """Days that follow each other as (first, last)."""
    first = last = days[0]
    for day in days[1:]:
        if date.fromisoformat(day) - date.fromisoformat(last) > timedelta(days=1):
            yield first, last
            first = day
        last = day
    yield first, last
