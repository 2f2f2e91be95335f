"""The clock of the server, by which all machines count: it never runs back, whatever is done to it."""

from __future__ import annotations

import pytest

from tests.store.harness import LIMIT, NOON, TODAY, Kept, ServerClock
from tui.archive import open_store
from tui.archive.records import RequestedReport
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Report, ReportKind


async def test_a_clock_of_the_server_that_is_set_back_goes_on_from_where_it_was(postgres_url: str) -> None:
    clock = ServerClock(postgres_url)
    async with open_store(ArchiveSettings(url=postgres_url), clock) as store:
        kept = Kept(store, clock)
        await kept.complete(await kept.taken(100), 100)
        clock.set_server_back(3600)
        assert await kept.left(100) == 2
        await store.claim(LIMIT, lambda _: None)  # whoever writes first notes that it was set back
        assert await kept.left(159) == 2
        assert await kept.left(160) == 3


async def test_two_machines_whose_own_clocks_differ_count_together(postgres_url: str) -> None:
    settings = ArchiveSettings(url=postgres_url)
    one, other = ServerClock(postgres_url), ServerClock(postgres_url)
    async with open_store(settings, one) as ours, open_store(settings, other) as theirs:
        await Kept(ours, one).complete(await Kept(ours, one).taken(100), 100)
        other.begin_at(50_000, when=one)
        assert await Kept(theirs, other).left(50_059) == 2
        assert await Kept(theirs, other).left(50_060) == 3


class LateClock(ServerClock):
    """A clock that is read later each time, as where the line to the server is slow at times."""

    late = 0.0

    def uptime(self) -> Uptime:
        """The uptime when it is read."""
        self.late += 0.01
        return super().uptime()._replace(seconds=super().uptime().seconds + self.late)


@pytest.mark.parametrize("kind", [ReportKind.LAST, ReportKind.YESTERDAY])
async def test_what_was_stored_or_failed_is_no_more_under_way_however_late_the_clock_was_read(
    postgres_url: str, kind: ReportKind
) -> None:
    clock = LateClock(postgres_url)
    async with open_store(ArchiveSettings(url=postgres_url), clock) as store:
        for _ in range(2):
            clock.set_uptime(clock.uptime().seconds + 100)
            slot = (await store.claim(LIMIT, lambda _: kind)).slot
            assert slot is not None
            await store.complete(LIMIT, slot)
            requested = RequestedReport(kind, 0, 5, slot.reserved, TODAY, slot.id)
            state = await store.store_report(LIMIT, requested, Report(rows=()), NOON.timestamp())
            assert state.under_way == frozenset()
            slot = (await store.claim(LIMIT, lambda _: kind)).slot
            assert slot is not None
            await store.complete(LIMIT, slot)
            await store.fail(LIMIT, kind, slot)
            assert (await store.fetch_state(LIMIT)).under_way == frozenset()
