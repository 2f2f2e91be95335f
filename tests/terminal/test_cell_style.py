"""From any style to any other, in as few bytes as can be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal.emulator import Emulator
from tui.terminal.cell_style import PLAIN, CellStyle, cell_style, change

COLOURS = ["", "31", "97", "38;5;200", "38;2;1;2;3"]
BACKGROUNDS = ["", "44", "103", "48;5;20", "48;2;9;8;7"]

STYLES = st.builds(
    lambda attributes, foreground, background: cell_style(
        ";".join(filter(None, [*attributes, foreground, background]))
    ),
    st.lists(st.sampled_from(["1", "2", "3", "4", "7", "9"]), unique=True),
    st.sampled_from(COLOURS),
    st.sampled_from(BACKGROUNDS),
)


def attributes_after(*sequences: str) -> object:
    emulator = Emulator(4, 1)
    for sequence in sequences:
        emulator.feed(sequence)
    return emulator.cursor.attrs


@given(STYLES, STYLES)
def test_a_change_makes_the_style_that_is_made_from_nothing(before: CellStyle, after: CellStyle) -> None:
    assert attributes_after(change(None, before), change(before, after)) == attributes_after(change(None, after))
    assert len(change(before, after)) <= len(change(None, after))
    assert change(after, after) == ""


def test_there_is_one_object_for_each_look() -> None:
    assert cell_style("1;31") is cell_style("31;1")
    assert cell_style("39;49") is cell_style("") is PLAIN


@pytest.mark.parametrize(
    ("before", "after", "bytes_sent"),
    [
        ("", "31", "\x1b[31m"),
        ("31", "32", "\x1b[32m"),
        ("1;31", "31", "\x1b[22m"),
        ("1;2", "1", "\x1b[;1m"),
        ("1;31;44", "", "\x1b[m"),
        ("7;38;5;200;48;5;20", "38;5;200;48;5;20", "\x1b[27m"),
    ],
)
def test_one_change_at_a_time(before: str, after: str, bytes_sent: str) -> None:
    assert change(cell_style(before), cell_style(after)) == bytes_sent


def test_of_a_blank_only_what_shows_is_looked_at() -> None:
    assert cell_style("1;31").blank is PLAIN
    assert cell_style("31;44").blank is cell_style("44")
    assert cell_style("4;31").blank is cell_style("4;31")
    assert cell_style("7").blank is not PLAIN
