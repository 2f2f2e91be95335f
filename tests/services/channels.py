"""An event channel as the feed uses it: open, bound and read; and the settings that fit a simulated WebProxy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from msgspec.structs import replace

from tui.config import AltiGenSettings, Secret
from tui.demo import Altigen
from tui.models.calls import AltiGenEvent
from tui.services.altigen import AltiGenService, EventChannel


@asynccontextmanager
async def bound_channel(service: AltiGenService) -> AsyncIterator[EventChannel]:
    """The bound event channel of the service's session."""
    async with service.channel() as channel:
        await channel.bind()
        yield channel


async def one_by_one(channel: EventChannel) -> AsyncIterator[AltiGenEvent]:
    """The events of a channel, whatever came together."""
    async for events, _came in channel:
        for event in events:
            yield event


def settings_for(altigen: Altigen, **changed: Any) -> AltiGenSettings:
    settings = AltiGenSettings(
        url=(altigen.url,),
        user=altigen.user,
        password=Secret(altigen.password),
        system=altigen.system,
        events_path=altigen.events_path,
        bind=altigen.bind,
        record_path=altigen.record_path,
    )
    return replace(settings, **changed)
