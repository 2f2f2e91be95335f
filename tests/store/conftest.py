"""The stores that every test of the port runs on: one for each engine, and each way to keep it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.store.harness import Kept, Place, ServerClock, SetClock
from tui.archive import Store
from tui.config import ArchiveSettings

SHARED = ["sqlite", "postgres"]
"""Engines whose store many processes may use together."""

ALONE = ["sqlite in memory"]


def _place(request: pytest.FixtureRequest) -> Place:
    match request.param:
        case "postgres":
            url = request.getfixturevalue("postgres_url")
            return Place(ArchiveSettings(url=url), ServerClock(url))
        case "sqlite":
            return Place(ArchiveSettings(path=str(request.getfixturevalue("tmp_path") / "archive.sqlite")), SetClock())
        case _:
            return Place(None, SetClock())


@pytest.fixture(params=[*SHARED, *ALONE])
def place(request: pytest.FixtureRequest) -> Place:
    return _place(request)


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest) -> Place:
    return _place(request)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    async with place.open() as store:
        yield store


@pytest.fixture
def kept(store: Store, place: Place) -> Kept:
    return Kept(store, place.clock)
