"""Terminals that can do less: no colours, no letters beyond ASCII."""

from __future__ import annotations

import pytest

from tests.screen.app_driver import SIZES, app_driver
from tests.terminal.emulator import coloured
from tui.state import State


@pytest.mark.parametrize("size", SIZES)
async def test_ascii_mode_draws_no_byte_above_0x7f(size: tuple[int, int]) -> None:
    async with app_driver(size, opening=True, ui={"ascii": True}) as on:
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


async def test_ascii_mode_has_a_sign_that_resembles_each_that_it_cannot_draw() -> None:
    async with app_driver(ui={"ascii": True}) as on:
        assert "| Alpemix live | RemotePC live" in on.text
        call = await on.simulation.altigen.ring("3125550102", "Ankara Merkez")
        await on.simulation.altigen.connect(call)
        await on.until("talking")
        await on.press("o")
        await on.until("* 00:0")
        await on.press("m")
        await on.until("= muted")


async def test_the_palette_draws_ascii_too() -> None:
    async with app_driver(ui={"ascii": True}) as on:
        await on.press("colon")
        await on.type("zoom")
        await on.until("Zoom the focused pane")
        above = sorted({character for character in "".join(on.terminal.written) if ord(character) > 0x7F})
        assert above == []


async def test_a_password_field_draws_ascii_too() -> None:
    async with app_driver(ui={"ascii": True}) as on:
        await on.press("3", "a", "tab", "tab", "tab")
        await on.type("secret")
        await on.settle()
        assert "secret" not in on.text
        above = sorted({character for character in "".join(on.terminal.written) if ord(character) > 0x7F})
        assert above == []


@pytest.mark.parametrize("configured", ["ansi-dark", "textual-dark"])
@pytest.mark.parametrize("chosen", ["", "ansi-light", "dracula"])
async def test_no_color_is_kept_by_the_theme_of_the_config_of_the_last_run_and_of_the_palette(
    monkeypatch: pytest.MonkeyPatch, configured: str, chosen: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    state = State(chosen, configured)
    async with app_driver(opening=True, state=state, ui={"theme": configured}) as on:
        await on.press("2", "3", "1", "enter", "escape", "slash", "a", "escape", "3", "a", "x", "escape")
        on.app.theme = "nord"
        await on.settle()
        await on.press("2", "enter", "escape", "i", "x", "escape", "colon", "t", "escape")
        assert coloured("".join(on.terminal.written)) == []


async def test_every_state_is_a_word() -> None:
    async with app_driver() as on:
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


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light", "textual-dark", "textual-light"])
async def test_without_colours_it_is_still_seen_what_has_the_focus_and_what_is_chosen(
    monkeypatch: pytest.MonkeyPatch, theme: str
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with app_driver(opening=True, ui={"theme": theme}) as on:
        styles = on.terminal.styles
        assert "reverse" in styles(" 1 Calls")
        assert "reverse" in styles("▸")
        await on.press("2")
        assert "reverse" not in styles(" 1 Calls")
        assert "reverse" in styles("2 Connections")
        await on.press("slash")
        assert styles("ords that must") == set()
        assert "reverse" in styles("words")
        await on.press("escape", "3", "a")
        assert styles("First name") == {"bold", "reverse"}
        assert styles("Last name") == set()
        await on.press(*["tab"] * 6)
        assert styles("yes") == {"reverse"}, "a text that the next letter replaces"
        await on.press("tab")
        assert styles("Go on") == {"bold", "reverse"}
        assert styles("Cancel") == {"bold"}
        await on.press("escape", "i")
        await on.type("x@y.qqzz")
        await on.press("shift+left", "shift+left")
        assert "reverse" in styles("zz")
        assert "reverse" not in styles("x@y.qq")
        await on.press("escape", "colon")
        await on.type("theme")
        await on.until("Change the theme")
        assert styles("Change the theme") != styles("Pause the view")
        await on.press("down")
        assert styles("Change the theme") != styles("Pause the view")
        await on.until("Pause the view")
