"""The stores that every test of the port runs on: one for each engine, and each way to keep it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.store.harness import Kept, Place, SetClock
from tui.archive import Store
from tui.config import ArchiveSettings

SHARED = ["sqlite"]
"""Engines whose store many processes may use together."""

ALONE = ["sqlite in memory"]


def _place(engine: str, folder: Path) -> Place:
    alone = engine in ALONE
    return Place(None if alone else ArchiveSettings(path=str(folder / "archive.sqlite")), SetClock())


@pytest.fixture(params=[*SHARED, *ALONE])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return _place(request.param, tmp_path)


@pytest.fixture(params=SHARED)
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return _place(request.param, tmp_path)


@pytest.fixture
async def store(place: Place) -> AsyncIterator[Store]:
    async with place.open() as store:
        yield store


@pytest.fixture
def kept(store: Store, place: Place) -> Kept:
    return Kept(store, place.clock)
