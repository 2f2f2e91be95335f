"""What is switched on is switched off, and what is no part of the picture gets past it only if it is known."""

from __future__ import annotations

import re

import pytest

from tui.terminal.modes import is_passed_on, switch_off, switch_on

MODES = re.compile(r"\x1b\[\?(\d+)([hl])")


@pytest.mark.parametrize("mouse", [False, True])
@pytest.mark.parametrize("in_band_resize", [False, True])
def test_every_mode_is_put_back(mouse: bool, in_band_resize: bool) -> None:
    on = dict(MODES.findall(switch_on(mouse=mouse, in_band_resize=in_band_resize)))
    off = dict(MODES.findall(switch_off(mouse=mouse, in_band_resize=in_band_resize)))
    opposite = {"h": "l", "l": "h"}
    assert {mode: opposite[state] for mode, state in on.items()}.items() <= off.items()


@pytest.mark.parametrize("text", ["\x07", "\x1b]22;default\x07", "\x1b]52;c;aGVsbG8=\x07", "\x1b[?25h"])
def test_what_is_known_is_passed_on(text: str) -> None:
    assert is_passed_on(text)


@pytest.mark.parametrize(
    "text", ["x", "\x1b]0;title\x07", "\x1b]52;c;?\x07", "\x1b[2J", "\x07\x1b[2J", "\x1b]22;x\x1b\\\x07", "\x1b[?25h\n"]
)
def test_anything_else_is_not(text: str) -> None:
    assert not is_passed_on(text)
