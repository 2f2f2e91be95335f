"""A store in a database of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tui.archive import Store, open_store
from tui.config import ArchiveSettings


@pytest.fixture
async def store(postgres_url: str) -> AsyncIterator[Store]:
    async with open_store(ArchiveSettings(url=postgres_url)) as store:
        yield store
