"""Whatever text is to be drawn: no cell holds anything that a terminal would obey, and none is in the wrong place."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from tests.models.test_text import HOSTILE, TEXTS
from tui.models.text import clean
from tui.terminal.cells import MARKS_MOST, REFUSED, cells_of, is_sure

OBEYED = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def check_is_harmless(cells: Sequence[str]) -> None:
    for at, cell in enumerate(cells):
        assert {unicodedata.category(character) for character in cell} & OBEYED == set()
        assert len(cell) <= 1 + MARKS_MOST
        assert not cell or unicodedata.category(cell[0])[0] != "M"
        if not cell:
            assert cell_len(cells[at - 1]) == 2
        cell.encode()


@given(TEXTS | st.sampled_from(HOSTILE))
def test_every_text_is_harmless_and_as_wide_as_the_toolkit_counts(text: str) -> None:
    cells = cells_of(text)
    check_is_harmless(cells)
    assert len(cells) == cell_len(text)


def test_every_character_there_is_is_harmless() -> None:
    """Every one that unicodedata knows, many at a time; of the unassigned, private and surrogate ones, one each."""
    known = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Co", "Cs")]
    for start in range(0, len(known), 64):
        text = "x".join(known[start : start + 64])
        cells = cells_of(text)
        check_is_harmless(cells)
        assert len(cells) == cell_len(text)
    for each in "\U000e0fff\ue000\ud800":
        assert set(cells_of(each)) <= {REFUSED, "", " "}


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("plain", ["p", "l", "a", "i", "n"]),
        ("a\x1bb", [REFUSED, "b"]),
        ("a\x9b31m", [REFUSED, "3", "1", "m"]),
        ("a\u202eb", [REFUSED, "b"]),
        ("a\u200bb", [REFUSED, "b"]),
        ("\x1b", []),
        ("界x", ["界", "", "x"]),
        ("e\u0301x", ["é", "x"]),
        ("x" + "\u0316" * 50, ["x" + "\u0316" * MARKS_MOST]),
        ("\u2764\ufe0fx", ["\u2764", " ", "x"]),
        ("\U0001f469\u200d\U0001f4bbx", ["\U0001f469", "", "x"]),
        ("\u1112\u1161\u11ab", ["한", ""]),
        ("a\u00a0b", ["a", " ", "b"]),
    ],
)
def test_what_is_drawn_instead(text: str, cells: list[str]) -> None:
    assert list(cells_of(text)) == cells


def test_where_all_agree_on_a_width_they_do() -> None:
    sure = [sign for sign in map(chr, range(0x20, 0x110000)) if sign.isprintable() and is_sure(sign)]
    assert [each for each in sure if not wcwidth(each) == cell_len(each) == len(cells_of(each))] == []


@given(TEXTS)
def test_a_text_that_was_made_safe_before_is_drawn_as_it_is(text: str) -> None:
    safe = clean(text)
    if cell_len(safe) == sum(map(cell_len, safe)):
        assert unicodedata.normalize("NFC", "".join(cells_of(safe)).replace(" ", "")) == unicodedata.normalize(
            "NFC", "".join(" " if unicodedata.category(each) == "Zs" else each for each in safe).replace(" ", "")
        )
