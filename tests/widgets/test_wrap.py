"""Long texts in lines: nothing of them is lost, and no line is wider than its place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.models.text import clean
from tui.widgets.drawn import wrap

TEXTS = st.text(st.sampled_from([*"ab é界ü한 \u0301\u0327👍"]) | st.characters(), max_size=60).map(clean)


@given(TEXTS, st.integers(min_value=2, max_value=40))
def test_no_line_is_wider_than_the_width(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in wrap(text, width))


@given(TEXTS)
def test_in_one_cell_only_a_wide_character_is_wider_than_the_width(text: str) -> None:
    assert all(cell_len(line) <= 1 or sum(map(cell_len, line)) == cell_len(line[0]) for line in wrap(text, 1))


@given(TEXTS, st.integers(min_value=1, max_value=40))
def test_nothing_is_lost_but_blanks_at_the_breaks(text: str, width: int) -> None:
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


@given(TEXTS, st.integers(min_value=1, max_value=40))
def test_no_line_begins_with_a_mark_that_has_nothing_to_stand_on(text: str, width: int) -> None:
    assert all(cell_len(line[0]) > 0 for line in wrap(text, width) if line)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("short", 10, ["short"]),
        ("exactly 10", 10, ["exactly 10"]),
        ("the printer does not print", 12, ["the printer", "does not", "print"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("a verylongword b", 5, ["a", "veryl", "ongwo", "rd b"]),
        ("界界界 界", 4, ["界界", "界", "界"]),
        ("界界", 1, ["界", "界"]),
        ("two  blanks", 20, ["two  blanks"]),
        ("e\u0301e\u0301", 1, ["e\u0301", "e\u0301"]),
    ],
)
def test_lines_break_between_words_where_there_are_any(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines
