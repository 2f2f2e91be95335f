"""Times of another start of the machine: SQLite counts by the uptime, which begins anew with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.store.harness import LIMIT, Kept, Place, SetClock
from tui.config import ArchiveSettings
from tui.models.connections import ReportKind

TOKENS = LIMIT._replace(kind="tokens")


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    place = Place(ArchiveSettings(path=str(tmp_path / "archive.sqlite")), SetClock())
    async with place.open() as store:
        yield Kept(store, place.clock)


async def test_what_was_asked_in_an_earlier_boot_was_asked_before_this_one_began(kept: Kept) -> None:
    for seconds in (9000, 9001):
        await kept.complete(await kept.taken(seconds), seconds)
    await kept.taken(9002)
    assert await kept.left(20, "second") == 0
    assert await kept.left(59, "second") == 0
    assert await kept.left(60, "second") == 3


async def test_where_boots_cannot_be_told_apart_a_time_that_lies_ahead_counts_from_now(kept: Kept) -> None:
    await kept.complete(await kept.taken(9000), 9000)
    await kept.store.block(TOKENS, 900, "blocked")
    assert await kept.left(20) == 2
    assert await kept.left(79) == 2
    assert await kept.left(80) == 3
    kept.clock.set_uptime(20)
    assert (await kept.store.budget(TOKENS)).seconds_to_next(20) == 900


async def test_a_failure_of_an_earlier_boot_holds_nothing_up(kept: Kept) -> None:
    slot = await kept.claimed(ReportKind.YESTERDAY, 1000.0)
    await kept.store.fail(LIMIT, ReportKind.YESTERDAY, slot)
    assert (await kept.state(5.0, "second")).failed == {}
