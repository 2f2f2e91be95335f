"""An account of a customer, and what is said of it."""

from __future__ import annotations

from tests.screen.app_driver import AppDriver
from tui.demo import Simulation

PASSWORD = "Correct-Horse-7"


def with_user(simulation: Simulation) -> None:
    simulation.remotepc.add_user("office@example.com", alloted=5, utilized=2, password=PASSWORD)


async def until_said(on: AppDriver, *parts: str) -> None:
    """Wait for sentences that may be wrapped."""
    await on.when(lambda: all(part in " ".join(on.text.split()) for part in parts), f"not said: {parts}")
