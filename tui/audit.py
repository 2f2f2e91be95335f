"""Who asked for what, and what came of it: an append-only file beside the state, the person's alone (0600).

Each change is two lines of JSON: one before anything is sent, which is on the disk (fsync) before the request goes out,
and one with the result. Both carry the same id, so a line without its second tells of a program that was cut off in
between. A line is never changed: it goes out by one write at the end of the file (O_APPEND) under a lock, so several
Helpdecks of a person write whole lines, and what a full disk tore is left as it is and the next line begins anew.

A full file is renamed and a new one begun; of such parts PARTS_KEPT stay, some hundred thousand changes.

Where the first line cannot be written, what can be had later is not done: an account costs money, a link opens
somebody's account, and a call can be dialled by hand. What a live call needs now (hanging up, muting what must not be
recorded) does not wait for a disk: it is done, and ``problem`` says what the audit has missed.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from tui.identity import unix_user
from tui.models.clock import Clock
from tui.models.text import clean
from tui.private_file import move_new, open_plain, open_private
from tui.services.errors import Rejected, ServiceError, Unreachable

AUDIT_FILE: Final = "audit.jsonl"

PART_BYTES: Final = 8 * 1024 * 1024
"""At this size the file is set aside, and a new one begun."""

PARTS_KEPT: Final = 24
"""How many files that were set aside are kept; the oldest goes first."""

LOCK_SECONDS: Final = 2.0
"""How long another Helpdeck may hold the file, which takes it less than a millisecond."""

LINE_LIMIT: Final = 16_384
"""Bytes read of one line."""

ASKED: Final = "asked"
DONE: Final = "done"


class Record(Struct, frozen=True):
    """One line, as it was read."""

    at: str
    user: str
    id: str
    what: str
    on: str
    result: str


class Change:
    """A change under way: what becomes of it is written when it is over."""

    def __init__(self) -> None:
        self.result = DONE
        """The result of everything that is not in ``results``."""
        self.results: dict[str, str] = {}


class Audit:
    """Writes the two lines of every change. Without a path it keeps nothing, as in a demo."""

    def __init__(self, path: Path | None, clock: Clock) -> None:
        self.path = path
        self.problem = ""
        """Why the last line could not be written; empty when it was."""
        self._clock = clock

    @asynccontextmanager
    async def change(self, what: str, *on: str, can_wait: bool = True) -> AsyncIterator[Change]:
        """Write what is asked for, do the block, write what came of it.

        ``on`` are the things it is done on, one line each. Where it cannot be written, what ``can_wait`` is not done.

        Raises:
            Rejected: it could not be written, so it was not done.
        """
        change = Change()
        numbers = {each: os.urandom(4).hex() for each in on}
        try:
            await asyncio.to_thread(self._write, what, numbers, dict.fromkeys(on, ASKED))
        except OSError as error:
            if can_wait:
                sentence = f"Not done, because it could not be written into the audit {self.path}: {self.problem}."
                raise Rejected(sentence) from error
        try:
            yield change
        except ServiceError as error:
            is_open = isinstance(error, Unreachable) and error.may_have_acted
            change.result = f"{'unknown' if is_open else 'refused'}: {error.sentence}"
            raise
        except BaseException:
            change.result = "unknown: given up before it was over"
            self._write_if_possible(what, numbers, change)  # at once: who is cancelled may not wait for a thread
            numbers.clear()
            raise
        finally:
            if numbers:
                await asyncio.to_thread(self._write_if_possible, what, numbers, change)

    def _write_if_possible(self, what: str, numbers: dict[str, str], change: Change) -> None:
        with suppress(OSError):
            self._write(what, numbers, {each: change.results.get(each, change.result) for each in numbers})

    def _write(self, what: str, numbers: dict[str, str], results: dict[str, str]) -> None:
        if self.path is None:
            return
        import json  # the first frame does not wait for it

        now = self._clock.now().at.isoformat(timespec="milliseconds")
        who = {"user": unix_user(), "uid": os.getuid(), "process": os.getpid()}
        # Only ASCII, so that no terminal obeys a name that is looked at without Helpdeck.
        lines = [
            json.dumps(
                {"at": now, **who, "id": number, "what": what, "on": clean(each), "result": clean(results[each])}
            )
            for each, number in numbers.items()
        ]
        try:
            _append(self.path, "".join(f"{line}\n" for line in lines).encode())
        except OSError as error:
            self.problem = error.strerror or str(error)
            raise
        self.problem = ""


def _append(path: Path, lines: bytes) -> None:
    with _locked(path) as descriptor:
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            lines = b"\n" + lines  # what was torn stays a line of its own
        if os.write(descriptor, lines) < len(lines):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if size + len(lines) >= PART_BYTES:
            _put_aside(path)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.fsync(descriptor)  # others may write meanwhile


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, locked; the one that stands at this path now, and not one that was put aside meanwhile."""
    until = time.monotonic() + LOCK_SECONDS
    while True:
        descriptor = open_private(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            if _is_ours_now(descriptor, path):
                yield descriptor
                return
        finally:
            os.close(descriptor)
        if time.monotonic() > until:
            raise OSError(errno.EBUSY, "another program holds it")
        time.sleep(0.005)


def _is_ours_now(descriptor: int, path: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except (BlockingIOError, FileNotFoundError):
        return False


def _put_aside(path: Path) -> None:
    """Begin a new file; where that is not possible, as with one that may only be appended to, this one goes on."""
    with suppress(OSError):
        # Named by time, so that the names sort.
        part = path.with_name(f"{path.stem}-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}{path.suffix}")
        move_new(path, part)
        for old in _parts(path)[:-PARTS_KEPT]:
            old.unlink()


def _parts(path: Path) -> list[Path]:
    """The files that were set aside, the oldest first."""
    return sorted(path.parent.glob(f"{path.stem}-*{path.suffix}"))


def last_changes(path: Path, count: int) -> list[Record]:
    """The last changes, each with its result or :data:`ASKED` where there is none, in the order they were asked for.

    Raises:
        OSError: there is a file that cannot be read.
    """
    kept: deque[bytes] = deque(_lines(path), maxlen=2 * count)
    changes: dict[str, Record] = {}
    for place, line in enumerate(kept):
        record = _read(line)
        if record is None:
            changes[f"line {place}"] = Record("", "", "", "", "", "this line cannot be read")
        else:
            asked = changes.get(record.id)
            changes[record.id] = record if asked is None else replace(asked, result=record.result)
    return list(changes.values())[-count:]


def last_results(path: Path, what: str) -> dict[str, Record]:
    """The last change of a kind to each thing, by the text of it.

    Raises:
        OSError: there is a file that cannot be read.
    """
    mark = f'"what": "{what}"'.encode()  # most lines are of something else, and need not be taken apart
    read = (_read(line) for line in _lines(path) if mark in line)
    return {record.on: record for record in read if record is not None and record.what == what}


def _lines(path: Path) -> Iterator[bytes]:
    """Every line that is kept, the oldest first."""
    for part in [*_parts(path), path]:
        with suppress(FileNotFoundError), os.fdopen(open_plain(part), "rb") as file:
            while line := file.readline(LINE_LIMIT):
                yield line


def _read(line: bytes) -> Record | None:
    """A line as it may be shown; None where it is none of ours."""
    import json

    try:
        held: Any = json.loads(line)
        return Record(*(clean(held[name]) for name in Record.__struct_fields__))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
