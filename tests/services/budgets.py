"""Alpemix alone with its budgets, and what is known of a budget now."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tui.archive import open_store
from tui.config import AlpemixSettings
from tui.models.clock import Clock
from tui.services.alpemix import AlpemixService
from tui.services.request_budget import RequestBudget


@asynccontextmanager
async def alpemix_alone(
    settings: AlpemixSettings, *, clock: Clock | None = None, **more: Any
) -> AsyncIterator[AlpemixService]:
    """The service of a process that shares its budgets with no other."""
    async with (
        open_store(None, clock) as archive,
        AlpemixService(settings, archive=archive, clock=clock, **more) as service,
    ):
        yield service


def left(budget: RequestBudget) -> int:
    """How many requests may be sent right now."""
    return budget.known.left(budget._clock.uptime().seconds)


def seconds_to_next(budget: RequestBudget) -> float:
    """Seconds until one may be sent, 0 if now."""
    return budget.known.seconds_to_next(budget._clock.uptime().seconds)
