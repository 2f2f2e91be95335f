"""A store behind its port, and the little that its tests need to say what they mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.clock import FakeClock
from tui.archive import Store, open_store
from tui.archive.budget import Limit, Slot
from tui.archive.records import FetchState, RequestedReport
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Connection, Earlier, Report, ReportKind
from tui.models.days import Day

ZONE: Final = ZoneInfo("Europe/Istanbul")
ACCOUNT: Final = "desk at example.com"
LIMIT: Final = Limit(ACCOUNT, "reports", 3, 60.0)
NOON: Final = datetime(2024, 8, 22, 12, 0, tzinfo=ZONE)
TODAY: Final = "2024-08-22"
YESTERDAY: Final = "2024-08-21"
BOOT: Final = "first"
EPOCH: Final = 4096.0
"""The server's clock when this machine started."""


class SetClock(FakeClock):
    """A clock whose uptime is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self._uptime = Uptime(BOOT, 1000.0)

    def uptime(self) -> Uptime:
        return self._uptime

    def advance(self, seconds: float) -> None:
        """Let time pass, and wake those whose sleep is over."""
        self._uptime = self._uptime._replace(seconds=self._uptime.seconds + seconds)
        super().advance(seconds)

    def set_uptime(self, seconds: float, boot: str = BOOT) -> None:
        """Let it be ``seconds`` after this start of the machine."""
        self._uptime = Uptime(boot, seconds)


class ServerClock(SetClock):
    """A clock that sets the server's, too: a database's machine goes on when one of its clients starts anew."""

    def __init__(self, url: str) -> None:
        super().__init__()
        import psycopg

        from tui.archive.postgres.schema import upgrade

        self._url = url
        self._now = EPOCH
        self._server_shift = 0.0
        self._began = {BOOT: EPOCH}
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET search_path = helpdeck")
            upgrade(connection)
        self.set_uptime(1000.0)

    def set_uptime(self, seconds: float, boot: str = BOOT) -> None:
        """Let it be ``seconds`` after this start of the machine, which began when the one before was last seen."""
        if boot not in self._began:
            self._began[boot] = self._now
        super().set_uptime(seconds, boot)
        self._now = self._began[boot] + seconds
        self._tell()

    def set_server_back(self, seconds: float) -> None:
        """Let somebody set the server's clock."""
        self._server_shift -= seconds
        self._tell()

    def begin_at(self, seconds: float, *, when: ServerClock) -> None:
        """Be a machine that has run for this long at the moment of another one's clock."""
        self._began[BOOT] = when._now - seconds
        self.set_uptime(seconds)

    def _tell(self) -> None:
        import psycopg

        told = f"SELECT {self._now + self._server_shift}::double precision"
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(
                "CREATE OR REPLACE FUNCTION helpdeck.server_clock() RETURNS DOUBLE PRECISION LANGUAGE sql VOLATILE AS"
                f" '{told}'".encode()
            )


@dataclass(frozen=True)
class Place:
    """Where one engine keeps a store. Each that is opened there is as one of a process of its own."""

    settings: ArchiveSettings | None
    clock: SetClock

    def open(self) -> Store:
        return open_store(self.settings, self.clock)


def row(uid: str, started: datetime | None = NOON, **fields: object) -> Connection:
    text = "" if started is None else f"{started:%H:%M:%S %d.%m.%Y}"
    made = Connection(
        uid=uid, started=started, started_text=text, seconds=60, customer_device="T-1", technician="desk1"
    )
    return replace(made, **fields)


@dataclass(frozen=True)
class Kept:
    """A store with what is asked of it again and again: about one account, at a time that is set."""

    store: Store
    clock: SetClock

    async def keep(
        self, rows: Sequence[Connection], *, kind: ReportKind = ReportKind.TODAY, most: int = 0, at: datetime = NOON
    ) -> FetchState:
        """Store a report that came at this time."""
        requested = RequestedReport(kind, most, most or 5, Uptime(BOOT, at.timestamp()), at.date().isoformat())
        report = Report(rows=tuple(rows), unreadable=sum(1 for row in rows if row.problem))
        self.clock.set_uptime(at.timestamp() + 1)
        return await self.store.store_report(LIMIT, requested, report, at.timestamp())

    async def day(self, name: str = TODAY) -> Day:
        return next(day for day in await self.store.days(ACCOUNT) if day.day == name)

    async def rows(self, name: str = TODAY, zone: ZoneInfo = ZONE) -> list[Connection]:
        return await self.store.connections_of(ACCOUNT, name, zone)

    async def earlier(self, of: Connection) -> list[Earlier]:
        return await self.store.earlier_of(ACCOUNT, TODAY, of, ZONE)

    async def same_device(self, of: Connection) -> list[Connection]:
        return await self.store.same_device(ACCOUNT, of, ZONE)

    async def state(self, seconds: float, boot: str = BOOT) -> FetchState:
        """What is known at this uptime."""
        self.clock.set_uptime(seconds, boot)
        return await self.store.fetch_state(LIMIT)

    async def claimed(self, kind: ReportKind, seconds: float) -> Slot:
        """Take a slot for a report at this uptime."""
        self.clock.set_uptime(seconds)
        slot = (await self.store.claim(LIMIT, lambda _: kind)).slot
        assert slot is not None
        return slot

    async def taken(self, seconds: float, boot: str = BOOT) -> Slot:
        """Take a slot at this uptime."""
        self.clock.set_uptime(seconds, boot)
        slot, _ = await self.store.reserve(LIMIT)
        assert slot is not None
        return slot

    async def complete(self, slot: Slot, seconds: float, boot: str = BOOT) -> None:
        """The answer comes at this uptime."""
        self.clock.set_uptime(seconds, boot)
        await self.store.complete(LIMIT, slot)

    async def left(self, seconds: float, boot: str = BOOT, *, of: Limit = LIMIT) -> int:
        """How many may be sent at this uptime."""
        self.clock.set_uptime(seconds, boot)
        return (await self.store.budget(of)).left(seconds)
