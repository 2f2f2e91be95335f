"""What a note keeps of what was written, and what names the thing that it is about."""

from __future__ import annotations

import pytest

from tests.models.test_kept_calls import KEPT
from tui.models.kept_calls import call_of, id_of
from tui.models.notes import NOTE_MOST, about_call, about_user, note_text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("calls back at five", "calls back at five"),
        ("\n\n  first \r\nsecond\rthird\n \n", "  first\nsecond\nthird"),
        ("a\n\nb", "a\n\nb"),
        ("a\tb", "a   b"),
        (" \n\t\n", ""),
        ("\x1b[31mred\x00 [bold]", "␛[31mred␀ [bold]"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}cba", "\N{REPLACEMENT CHARACTER}cba"),
        ("one\N{LINE SEPARATOR}two", "one\ntwo"),
    ],
)
def test_a_note_keeps_lines_of_clean_text(written: str, kept: str) -> None:
    assert note_text(written) == kept
    assert note_text(kept) == kept


def test_of_a_megabyte_as_much_is_read_as_tells_that_it_is_too_long() -> None:
    assert NOTE_MOST < len(note_text("x" * 1_000_000)) <= 2 * NOTE_MOST
    assert len(note_text("\n" * 1_000_000)) == 0


def test_a_call_from_the_archive_is_named_by_its_id() -> None:
    call = call_of(KEPT)
    about = about_call("201", call, id_of(call))
    assert (about.account, about.key) == ("201", KEPT.id)


def test_a_user_is_the_same_however_the_address_is_spelled() -> None:
    assert about_user("reseller", " Anna@Example.COM ") == about_user("reseller", "anna@example.com")
