"""`helpdeck archive`: what the archive holds, who uses it, a copy of it, and the way to another engine."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import tzinfo
from pathlib import Path
from typing import Final, TextIO

from msgspec.structs import replace

from tui.archive import move, upkeep_of
from tui.archive.errors import Cause, StoreError
from tui.archive.upkeep import Brought, Client, Counts, Progress, Searched, Status
from tui.commands.conversation import Conversation, InputEnded, Say
from tui.config import ArchiveSettings
from tui.exit_codes import FAILED, FINE, TRY_AGAIN, WRONG_USAGE

_ENGINES: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}

_UNITS: Final = ("bytes", "KiB", "MiB", "GiB")


class Tasks:
    """What can be done to the archive of a configuration, and what is told of it."""

    def __init__(
        self, settings: ArchiveSettings, say: Say, complain: Say, *, is_watched: bool, zone: tzinfo | None = None
    ) -> None:
        """``is_watched``: somebody sees how far it is. ``zone``: of the times that people read."""
        self._settings = settings
        self._zone = zone
        self._say = say
        self._complain = complain
        self._is_watched = is_watched

    def status(self, *, as_json: bool) -> int:
        """Say how the archive stands; returns the exit code."""
        found = upkeep_of(self._settings).status()
        if as_json:
            self._say(json.dumps(_object(found), ensure_ascii=False))
        else:
            for name, said in _lines(found, self._zone):
                self._say(f"{name:<8} {said}")
        return FINE if found.trouble is None else self._failed(found.trouble)

    def backup(self, file: str) -> int:
        """Copy all of it into a new file; returns the exit code."""
        try:
            with self._progress() as progress:
                counts = upkeep_of(self._settings).backup(Path(file), progress)
        except StoreError as error:
            return self._failed(error)
        except (OSError, ValueError) as error:
            self._complain(f"helpdeck: {file} cannot be written: {getattr(error, 'strerror', None) or error}")
            return FAILED
        self._say(f"{_count(counts.rows, 'row')} of {_count(counts.days, 'day')} copied to {file}")
        return FINE

    def move(self, url: str, source: str, config: Path) -> int:
        """Bring a file into a database; returns the exit code. ``config``: where the archive is configured."""
        if self._settings.url and not source:
            self._complain("helpdeck: archive.url is set already: --from FILE names the file to bring into a database")
            return WRONG_USAGE
        old, new = ArchiveSettings(path=source or self._settings.path), replace(self._settings, path="", url=url)
        for _, wrong in new.contradictions():
            self._complain(f"helpdeck: {url} {wrong}")
            return WRONG_USAGE
        try:
            with self._progress() as progress:
                brought = move(old, new, progress)
        except StoreError as error:
            return self._failed(error)
        for line in _brought(brought):
            self._say(line)
        for client in upkeep_of(old).status().clients or ():
            self._say(
                f"Still used by {client_line(client, self._zone)}: end it, then run this once more for what it adds."
            )
        if self._settings.url != url:
            self._say(f"\nTo use it, write below [archive] in {config}:")
            self._say(f"url = {json.dumps(url)}")
            if self._settings.path:
                self._say("and take out the line of path; `helpdeck check --origin` says in which file it stands.")
        return FINE

    def upgrade(self, answers: TextIO | None, *, force: bool) -> int:
        """Bring the tables up to date, after a question where others use them; returns the exit code."""
        upkeep = upkeep_of(self._settings)
        found = upkeep.status()
        if found.trouble is not None and not found.is_older:
            return self._failed(found.trouble)
        if not found.is_older and not (found.searched and found.searched.may_be_indexed):
            self._say(f"Its schema is {found.version}, that of this Helpdeck: nothing to do.")
            return FINE
        if found.clients:
            for client in found.clients:
                self._say(f"used by {client_line(client, self._zone)}")
            if not (force or self._may_shut_out(Conversation(self._complain, answers))):
                self._complain("It was left as it was.")
                return FAILED
        try:
            upgraded = upkeep.upgrade()
        except StoreError as error:
            return self._failed(error)
        if found.is_older:
            self._say(f"Its schema is {upgraded.after} now, and was {upgraded.before}.")
        elif (after := upkeep.status().searched) is not None:
            self._say(f"Its schema is {upgraded.after}, that of this Helpdeck. The search: {_searched(after)}.")
        if upgraded.copy is not None:
            self._say(f"As it was before: {upgraded.copy}")
        return FINE

    def _may_shut_out(self, talk: Conversation) -> bool:
        try:
            return talk.confirm("An older Helpdeck among them cannot use it any more then. Go on?", default=False)
        except InputEnded:
            talk.say("\nThere is nobody to answer: --force goes on.")
            return False

    def _failed(self, error: StoreError) -> int:
        self._complain(f"helpdeck: {error.sentence}")
        return exit_code(error)

    @contextmanager
    def _progress(self) -> Iterator[Progress]:
        """Shows how far it is, as a part of hundred."""
        shown = -1

        def show(done: int, total: int) -> None:
            nonlocal shown
            part = 100 * done // total if total else 100
            if self._is_watched and part != shown:
                shown = part
                self._complain(f"\r{part} %", end="")

        try:
            yield show
        finally:
            if shown >= 0:
                self._complain("\r     \r", end="")


def refusal(error: StoreError, complain: Say) -> int:
    """Say why an archive cannot be read; gives the exit code."""
    is_missing = error.cause is Cause.MISSING
    said = f"there is no archive yet ({error.place}): the dashboard makes it" if is_missing else error.sentence
    complain(f"helpdeck: {said}")
    return exit_code(error)


def exit_code(error: StoreError) -> int:
    """What the shell is told of an archive that cannot be used."""
    return TRY_AGAIN if error.may_pass else FAILED


def client_line(client: Client, zone: tzinfo | None) -> str:
    """A program that uses the archive, in a few words."""
    words = [
        client.application or "a program",
        client.user and f"of {client.user}",
        client.host and f"on {client.host}",
    ]
    if client.process is not None:
        words.append(f"(process {client.process})")
    if client.since is not None:
        words.append(f"since {client.since.astimezone(zone):%Y-%m-%d %H:%M}")
    return " ".join(filter(None, words))


def _brought(brought: Brought) -> Iterator[str]:
    more = [
        (brought.lists, "list", " of users"),
        (brought.calls, "call", ""),
        (brought.notes, "note", ""),
        (brought.contacts, "contact", ""),
    ]
    yield f"in the file: {_listed(brought.rows, brought.days, brought.earlier, more)}"
    there = _listed(brought.rows_there, brought.days_there, brought.earlier_there, more)
    yield f"the same in the database, compared one by one: {there}"
    written = [
        (brought.written, "day", ""),
        (brought.lists_written, "list", " of users"),
        (brought.calls_written, "call", ""),
        (brought.notes_written, "note", ""),
        (brought.contacts_written, "contact", ""),
    ]
    said = [f"{_count(number, what)}{of}" for number, what, of in written if number]
    yield f"{' and '.join(said)} written, all at once" if said else "all of it was there already: nothing was changed"


def _listed(rows: int, days: int, earlier: int, more: Iterable[tuple[int, str, str]]) -> str:
    counts = [_count(rows, "row"), _count(days, "day"), _count(earlier, "earlier value")]
    return ", ".join([*counts, *(f"{_count(number, what)}{of}" for number, what, of in more if number)])


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _lines(found: Status, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    yield "engine", _ENGINES[found.engine]
    yield "where", found.place
    if found.version is not None:
        yield "schema", f"{found.version}, older than this Helpdeck's" if found.is_older else str(found.version)
    if found.counts is not None:
        yield from _counted(found.counts)
    if found.searched is not None:
        yield "search", _searched(found.searched)
    if found.size is not None:
        yield "size", _size(found.size)
    if found.clients is None:
        if found.trouble is None:
            yield "used by", "nobody can tell on this system"
    elif found.clients:
        yield from (("used by", client_line(client, zone)) for client in found.clients)
    else:
        yield "used by", "no other program"


def _searched(searched: Searched) -> str:
    slow = f"{searched.why_slow}, so it looks through every text" if searched.why_slow else "by an index"
    return f"{slow}; {_count(searched.days_left, 'day')} to come" if searched.days_left else slow


def _counted(counts: Counts) -> Iterator[tuple[str, str]]:
    yield "accounts", str(counts.accounts)
    yield "rows", f"{counts.rows:,}, with {_count(counts.earlier, 'earlier value')}"
    span = f" ({counts.first_day} to {counts.last_day})" if counts.days else ""
    yield "days", f"{counts.days:,}{span}, {counts.days_with_gap:,} with a gap"
    yield "calls", f"{counts.calls:,}"
    yield "notes", f"{counts.notes:,}"
    yield "contacts", f"{counts.contacts:,}"


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
        "calls": counts and counts.calls,
        "notes": counts and counts.notes,
        "contacts": counts and counts.contacts,
        "search_days_left": found.searched and found.searched.days_left,
        "search_slow": found.searched and (found.searched.why_slow or None),
        "bytes": found.size,
        "connected": None if found.clients is None else [_client(client) for client in found.clients],
        "problem": found.trouble and found.trouble.sentence,
    }


def _client(client: Client) -> dict[str, object]:
    since = client.since and client.since.astimezone().isoformat(timespec="seconds")
    return {**client._asdict(), "since": since}


def _size(size: float) -> str:
    for unit in _UNITS:
        if size < 1024 or unit == _UNITS[-1]:
            break
        size /= 1024
    return f"{size:,.0f} {unit}" if unit == _UNITS[0] else f"{size:,.1f} {unit}"
