"""Archives with something in them, in either engine, and another process that uses one."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from tests.store.harness import LIMIT, NOON, ZONE, row
from tui.archive import open_store
from tui.archive.records import RequestedReport
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.days import Day

Remembered = tuple[Day, list[Connection], list[list[Earlier]]]
"""A day, its rows, and what was said of each before."""

ANOTHER_PROCESS = """
import asyncio, sys
from tui.archive import open_store
from tui.config import ArchiveSettings

async def main() -> None:
    async with open_store(ArchiveSettings(path=sys.argv[1], url=sys.argv[2])) as store:
        await store.days("desk")
        print("open", flush=True)
        sys.stdin.read()

asyncio.run(main())
"""


def keep(archive: ArchiveSettings, *rows: Connection, at: datetime = NOON, most: int = 0) -> None:
    """Store a report as a dashboard does."""
    kind = ReportKind.TODAY if most == 0 else ReportKind.LAST
    requested = RequestedReport(kind, most, most or 5, Uptime("first", 1.0), at.date().isoformat())

    async def keep() -> None:
        async with open_store(archive) as store:
            await store.store_report(LIMIT, requested, Report(rows=rows), at.timestamp())

    asyncio.run(keep())
    wait_until_closed()


def wait_until_closed() -> None:
    """Wait for the archives of this process that were closed: until then a file is written, and nobody waits for it."""
    for thread in threading.enumerate():
        if thread.name.startswith("archive"):
            thread.join()


def some_days(archive: ArchiveSettings) -> None:
    """Two days, a row that was changed, and a gap."""
    day = timedelta(days=1)
    keep(archive, row("1", NOON - day), at=NOON - day)
    keep(archive, row("2"), row("3"))
    keep(archive, row("2", explanation="printer"), row("3"), at=NOON + timedelta(minutes=1))
    later = NOON + timedelta(hours=1)
    keep(archive, row("9", later), at=later, most=1)


def remembered(archive: ArchiveSettings, account: str = LIMIT.account) -> list[Remembered]:
    """Every day of an account with its rows and what was said of them before."""

    async def read() -> list[Remembered]:
        async with open_store(archive, to_read=True) as store:
            found: list[Remembered] = []
            for day in await store.days(account):
                rows = await store.connections_of(account, day.day, ZONE)
                found.append((day, rows, [await store.earlier_of(account, day.day, each, ZONE) for each in rows]))
            return found

    return asyncio.run(read())


@contextmanager
def used_by_another_process(archive: ArchiveSettings) -> Iterator[int]:
    """Another process has the archive open; gives its number."""
    command = [sys.executable, "-c", ANOTHER_PROCESS, archive.path, archive.url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"open\n"
        yield other.pid
        other.stdin.close()
