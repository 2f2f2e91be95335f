"""Of several things the first counts, and nothing is left of the others."""

from __future__ import annotations

import asyncio

import pytest

from tui.models.waiting import first_of


async def test_the_first_that_ends_ends_the_wait_and_the_others_are_given_up() -> None:
    given_up = asyncio.Event()

    async def for_ever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            given_up.set()

    await first_of(for_ever(), asyncio.sleep(0))
    assert given_up.is_set()


async def test_what_one_raises_is_raised_as_it_is() -> None:
    async def fails() -> None:
        raise OSError("away")

    with pytest.raises(OSError, match="away"):
        await first_of(asyncio.Event().wait(), fails())


async def test_who_waits_can_be_cancelled() -> None:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0):
            await first_of(asyncio.Event().wait(), asyncio.Event().wait())
