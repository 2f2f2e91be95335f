"""An event channel as the feed uses it: open, bound and read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tui.services.altigen import AltiGenService
from tui.services.altigen_channel import EventChannel


@asynccontextmanager
async def bound_channel(service: AltiGenService) -> AsyncIterator[EventChannel]:
    """The bound event channel of the service's session."""
    async with service.channel() as channel:
        await channel.bind()
        yield channel
