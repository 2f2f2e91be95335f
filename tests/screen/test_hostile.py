"""Strangers choose the texts: nothing but printable characters reaches the terminal, and nothing ends the program."""

from __future__ import annotations

import re
import unicodedata

import pytest
from rich.cells import cell_len

from tests.screen.app_driver import SIZES, AppDriver, app_driver
from tui.demo import Simulation
from tui.demo.hostile import TEXTS, frames

OURS = re.compile(
    r"\x1b\[[0-9;]*[mHJKX]|\x1b\[\?[0-9;]*[hl]|\x1b\[[0-9]* q|\x1b\[[<>=][0-9;]*u"
    r"|\x1b\]22;default\x07|\x1b\[\?[0-9;]*\$p"
)
"""The sequences that the program itself sends: colours, places, modes, the shape of the mouse's pointer."""


def hostile_everywhere(simulation: Simulation) -> None:
    for text in TEXTS:
        simulation.alpemix.add_connection(tuname=text, exp=text, supnum=text, uname=text)
        simulation.remotepc.extra_rows.append({"username": text, "created_date": text, text[:20]: text})


async def open_everything(on: AppDriver) -> None:
    for pane in "123":
        await on.press(pane)
        for _ in range(4):
            await on.press("enter", "pagedown", "escape", "y", "escape", "pagedown", ">")
    await on.press("1", "g", "x", "escape", "c", "escape")


def nothing_else_was_sent(on: AppDriver) -> None:
    written = OURS.sub("", "".join(on.terminal.written)).replace("\x07", "")
    bad = {
        character for character in written if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    }
    assert bad <= {"\n"}, [hex(ord(each)) for each in bad]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("size", SIZES)
async def test_hostile_texts_are_shown_harmless_in_every_pane_card_and_copy(size: tuple[int, int]) -> None:
    async with app_driver(size, scenario="hostile", prepare=hostile_everywhere) as on:
        for place, text in enumerate(TEXTS):
            await on.simulation.altigen.ring(f"31255501{place:02}", text, workgroupName=text, userData=text)
        for frame in frames():
            await on.simulation.altigen.send(frame)
        await on.until("unreadable")
        await open_everything(on)
        nothing_else_was_sent(on)
        assert on.is_open
        assert all(cell_len(line) <= size[0] for line in on.lines)


async def test_a_frame_of_5_megabytes_is_counted_and_the_stream_goes_on() -> None:
    async with app_driver() as on:
        await on.simulation.altigen.send("[" * 1_000_000)
        await on.until("1 unreadable")
        await on.simulation.altigen.ring()
        await on.until("Harbour Dental")


async def test_the_systems_own_words_are_no_markup() -> None:
    async with app_driver() as on:
        on.simulation.altigen.fault(
            "status",
            1,
            "/sessions/*/calls",
            body={"code": 3002, "message": "[/foo] [red]busy[/red] \x1b]0;owned\x07 [/"},
        )
        await on.call("201")
        await on.until("[/foo] [red]busy[/red]")
        nothing_else_was_sent(on)


async def test_what_the_person_pastes_is_no_markup_and_no_command() -> None:
    async with app_driver() as on:
        await on.press("slash")
        await on.paste("[/foo] \x1b]0;owned\x07[red]")
        await on.press("enter")
        await on.press("3", "a")
        await on.paste("[/foo] [@click=app.quit]x[/]")
        await on.press("enter", "escape", "i")
        await on.paste("[/foo]\x1b[2J\n[red]x[/red]\n")
        await on.until("2 lines; the next page")
        nothing_else_was_sent(on)
        assert on.is_open
