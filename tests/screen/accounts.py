"""Accounts of customers, how many are invited, and what is said of them."""

from __future__ import annotations

from tests.screen.app_driver import AppDriver
from tui.demo import Simulation

PASSWORD = "Correct-Horse-7"


def with_user(simulation: Simulation) -> None:
    simulation.remotepc.add_user("office@example.com", alloted=5, utilized=2, password=PASSWORD)


async def until_said(on: AppDriver, *parts: str) -> None:
    """Wait for sentences that may be wrapped."""
    await on.when(lambda: all(part in " ".join(on.text.split()) for part in parts), f"not said: {parts}")


def branches(count: int) -> list[str]:
    return [f"branch{number}@example.com" for number in range(count)]


async def preview(on: AppDriver, text: str) -> None:
    await on.press("3", "i")
    await on.until("Invite users")
    await on.paste(text)
    await on.press("tab", "tab", "enter")
    await on.until("What will be invited")


async def invited(on: AppDriver, text: str) -> None:
    await preview(on, text)
    await on.press("enter")
    await on.until("Allotted in all")
    await on.press("y")
    await on.until("Inviting")


def asked(on: AppDriver) -> int:
    return sum(each.path == "/invite" for each in on.simulation.remotepc.requests)
