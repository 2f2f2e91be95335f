"""The clock of the server, by which all machines count: it never runs back, whatever is done to it."""

from __future__ import annotations

from tests.store.harness import Kept, ServerClock
from tui.archive import open_store
from tui.config import ArchiveSettings


async def test_a_clock_of_the_server_that_is_set_back_goes_on_from_where_it_was(postgres_url: str) -> None:
    clock = ServerClock(postgres_url)
    async with open_store(ArchiveSettings(url=postgres_url), clock) as store:
        kept = Kept(store, clock)
        await kept.complete(await kept.taken(100), 100)
        clock.set_server_back(3600)
        assert await kept.left(100) == 2
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
