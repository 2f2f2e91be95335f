"""Texts that no screen can hold, pasted into every field of the real program: the keys and the end after that."""

from __future__ import annotations

import signal
from typing import Final

import pytest

from tests.processes import processor_seconds
from tests.pty.harness import Opened
from tests.pty.terminal import Terminal
from tests.waiting import alongside
from tui.widgets.text_field import TEXT_MOST

FIELDS: Final = {
    "filter": ("/", "words that must"),
    "palette": (":", "Search"),
    "number": ("c", "Number"),
    "export": ("E", "Export"),
    "first name": ("3a", "First name"),
    "last name": ("3a\t", "First name"),
    "e-mail": ("3a\t\t", "First name"),
    "password": ("3a\t\t\t", "First name"),
    "password again": ("3a\t\t\t\t", "First name"),
    "computers": ("3a\t\t\t\t\t", "First name"),
    "addresses": ("3i", "Paste addresses"),
    "file of addresses": ("3i\t", "Paste addresses"),
    "computers each": ("3i\t\t", "Paste addresses"),
}
"""The keys that lead to each field, and what stands on the screen then."""

KEYS_SECONDS: Final = 1.0
"""Of the processor, which a busy machine does not change: three keys take 0.1 of it. One took six after 100 kB."""

IDLE_SHARE: Final = 0.5
"""Of a core: the calls of the simulated desk go on. It was 0.7 to 1 as long as the text stood."""

WATCHED_SECONDS: Final = 1.5


async def paste(terminal: Terminal, length: int, line: int) -> None:
    """Paste a text in lines of this length."""
    text = ("p" * (line - 1) + "\n") * (length // line)
    await terminal.pour(f"\x1b[200~{text}\x1b[201~")


async def keys_are_shown(terminal: Terminal, seen: str) -> None:
    """Type three letters, and take them away again."""
    began = processor_seconds(terminal.pid)
    terminal.send("zqz")
    await terminal.until(seen)
    assert processor_seconds(terminal.pid) - began < KEYS_SECONDS
    terminal.send("\x7f\x7f\x7f")
    await terminal.until(lambda text: seen not in text)


async def is_idle(terminal: Terminal) -> None:
    for _ in range(20):
        before = processor_seconds(terminal.pid)
        await terminal.watch(WATCHED_SECONDS)
        if processor_seconds(terminal.pid) - before < IDLE_SHARE * WATCHED_SECONDS:
            return
    raise AssertionError("the processor does not come to rest")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("line", [40, 10_000_000], ids=["lines", "one line"])
@pytest.mark.parametrize("field", FIELDS)
async def test_after_a_long_paste_into_a_field_keys_are_shown_the_processor_rests_and_a_signal_ends_it_in_order(
    helpdeck: Opened, field: str, line: int
) -> None:
    keys, seen = FIELDS[field]
    async with helpdeck() as terminal:
        await terminal.until("128 users")
        await terminal.until("AltiGen live")
        terminal.send(keys)
        await terminal.until(seen)
        for length in (100_000, 1_000_000):
            await paste(terminal, length, min(line, length))
            if field != "addresses" or length > TEXT_MOST:
                await terminal.until("nothing was taken")
            await keys_are_shown(terminal, "•••" if "password" in field else "zqz")
        await is_idle(terminal)
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 128 + signal.SIGTERM
        assert terminal.left_on == set()


@pytest.mark.timeout(180)
async def test_ten_megabytes_are_refused_whole_and_keys_go_on(helpdeck: Opened) -> None:
    async with helpdeck() as terminal:
        await terminal.until("128 users")
        await terminal.press("/", "words that must")
        async with alongside(paste(terminal, 10_000_000, 10_000_000)):
            await terminal.until("nothing of it was taken", 120)  # what comes is read meanwhile, as by any terminal
        await keys_are_shown(terminal, "zqz")
        terminal.signal(signal.SIGTERM)
        assert await terminal.ended() == 128 + signal.SIGTERM
