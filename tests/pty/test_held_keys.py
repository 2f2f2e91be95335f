"""A key that is held down: a terminal sends it again and again, and does not say when it is let go."""

from __future__ import annotations

import asyncio
import signal

from tests.processes import is_there
from tests.pty.harness import Opened
from tests.pty.terminal import Terminal
from tests.scenes import mute, talk
from tui.demo import Simulation

DELAY_SECONDS = 0.5
"""Before a held key is sent the second time."""

REPEAT_SECONDS = 0.033


async def hold_enter(terminal: Terminal, seconds: float) -> None:
    """Enter goes down, and is let go after a while."""
    terminal.send("\r")
    await asyncio.sleep(DELAY_SECONDS)
    for _ in range(int((seconds - DELAY_SECONDS) / REPEAT_SECONDS)):
        terminal.send("\r")
        await asyncio.sleep(REPEAT_SECONDS)


async def test_a_held_enter_neither_adds_a_user_nor_closes_the_question(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until("RemotePC live")
        await terminal.press("3a", "Add a user")
        await terminal.press(
            "Front\tDesk\ttill@example.com\tlong enough\tlong enough\t\t", "computers allotted afterwards"
        )
        await hold_enter(terminal, 2.5)
        await terminal.until("Add this user?")
        await terminal.caught_up()
        await terminal.until("Add this user?")
        assert "till@example.com" not in systems.remotepc.users
        await terminal.press("y", "till@example.com was created")
        assert systems.remotepc.created["till@example.com"] == 1


async def test_a_held_enter_does_not_close_the_card_of_a_link(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until("RemotePC live")
        await terminal.until("128 users")
        await terminal.press("3l", "Sign-in link")
        terminal.send("demo")
        await hold_enter(terminal, 1.5)
        await terminal.until("Sign-in link of")
        await terminal.caught_up()
        await terminal.until("Sign-in link of")
        assert sum(asked.path == "/signin" for asked in systems.remotepc.requests) == 1


async def test_a_held_enter_hangs_up_no_call(helpdeck: Opened, systems: Simulation) -> None:
    def drops() -> int:
        return sum(asked.method == "DELETE" and asked.path.count("/") > 2 for asked in systems.altigen.requests)

    async with helpdeck() as terminal:
        await terminal.until("AltiGen live")
        await terminal.until(" live, ")
        await terminal.caught_up()
        await terminal.press("x", "End the call with")
        await hold_enter(terminal, 2.0)
        await terminal.caught_up()
        await terminal.until("End the call with")
        assert drops() == 0


async def test_a_held_q_does_not_quit_through_the_question(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until("AltiGen live")
        await mute(systems.altigen, await talk(systems.altigen))
        await terminal.until("muted")
        terminal.send("q")
        await asyncio.sleep(DELAY_SECONDS)
        for _ in range(40):
            terminal.send("q")
            await asyncio.sleep(REPEAT_SECONDS)
        await terminal.caught_up()
        assert is_there(terminal.pid)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 128 + signal.SIGTERM


async def test_a_signal_does_not_ask(helpdeck: Opened, systems: Simulation) -> None:
    async with helpdeck() as terminal:
        await terminal.until("AltiGen live")
        await mute(systems.altigen, await talk(systems.altigen))
        await terminal.until("muted")
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 128 + signal.SIGTERM
