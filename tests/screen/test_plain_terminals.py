"""Terminals that can do less: no colours, no letters beyond ASCII."""

from __future__ import annotations

import re

import pytest

from tests.screen.stage import SIZES, stage


@pytest.mark.parametrize("size", SIZES)
async def test_ascii_mode_draws_no_byte_above_0x7f(size: tuple[int, int]) -> None:
    async with stage(size, opening=True, ui={"ascii": True}) as on:
        await on.simulation.altigen.connect(1)
        on.simulation.alpemix.fault("html", None)
        await on.press("2", ">", "r", "p", "p", "enter")
        await on.until("details")
        await on.press("escape", "3", ">", "=", "?", "pagedown", "escape", "a", "x", "tab", "escape", "i", "escape")
        await on.press(
            "1", "m", "o", "enter", "escape", "x", "escape", "c", "escape", "y", "escape", "slash", "z", "escape"
        )
        await on.resize(39, 9)
        above = sorted({character for character in "".join(on.terminal.written) if ord(character) > 0x7F})
        assert above == []


async def test_the_palette_draws_ascii_too() -> None:
    async with stage(ui={"ascii": True}) as on:
        await on.press("colon")
        await on.type("zoom")
        await on.until("Zoom the focused pane")
        above = sorted({character for character in "".join(on.terminal.written) if ord(character) > 0x7F})
        assert above == []


async def test_a_password_field_draws_ascii_too() -> None:
    async with stage(ui={"ascii": True}) as on:
        await on.press("3", "a", "tab", "tab", "tab")
        await on.type("secret")
        await on.settle()
        assert "secret" not in on.text
        above = sorted({character for character in "".join(on.terminal.written) if ord(character) > 0x7F})
        assert above == []


async def test_no_color_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with stage(opening=True) as on:
        await on.press("2", "3", "1", "enter", "escape")
        codes = {
            code for codes in re.findall(r"\x1b\[([0-9;]+)m", "".join(on.terminal.written)) for code in codes.split(";")
        }
        hues = {str(code) for base in (30, 40, 90, 100) for code in range(base + 1, base + 7)}
        assert codes & hues == set()


async def test_every_state_is_a_word() -> None:
    async with stage() as on:
        altigen = on.simulation.altigen
        missed = await altigen.ring("3125550101", "Oak Street Books")
        await on.until("ringing")
        await altigen.disconnect(missed)
        talking = await altigen.ring("3125550102", "Ankara Merkez")
        await altigen.connect(talking)
        ended = await altigen.ringback("3125550103", "Westgate Pharmacy")
        await on.until("calling")
        await altigen.disconnect(ended)
        await altigen.ring("3125550104", "Harbour Dental")
        await on.until("Harbour Dental", "ended", "missed ", "talking", "ringing")
        for name, word in (
            ("Oak Street Books", "missed"), ("Ankara Merkez", "talking"), ("Westgate Pharmacy", "ended"),
            ("Harbour Dental", "ringing"),
        ):  # fmt: skip
            assert word in on.line(name, " 31255501")
