"""Keys as kitty's keyboard protocol tells them: what is typed, what counts for shortcuts, and what is no key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.kitty import LaidOutKey, keys_of


def told(sequence: str) -> list[tuple[str, str | None]]:
    keys = keys_of(f"\x1b[{sequence}")
    assert keys is not None
    return [(key.key, key.character) for key in keys]


LOCKS = (0, 64, 128, 192)
"""Bits of caps and num lock."""


@pytest.mark.parametrize("locks", LOCKS)
@pytest.mark.parametrize(
    ("code", "key", "character"), [(13, "enter", "\r"), (127, "backspace", "\x7f"), (27, "escape", "\x1b")]
)
def test_shift_and_the_locks_leave_these_keys_what_they_are(code: int, key: str, character: str, locks: int) -> None:
    assert told(f"{code};{1 + locks}u") == [(key, character)]
    assert told(f"{code};{2 + locks}u") == [(key, character)]


@pytest.mark.parametrize("locks", LOCKS)
def test_shift_and_tab_goes_back_with_the_locks_on_too(locks: int) -> None:
    assert told(f"9;{2 + locks}u") == [("shift+tab", None)]
    assert told(f"9;{1 + locks}u") == [("tab", "\t")]


@pytest.mark.parametrize("locks", LOCKS)
@pytest.mark.parametrize(
    ("codes", "letter"),
    [("99", "c"), ("1089::99", "c"), ("968::99", "c"), ("1079::112", "p"), ("67", "c"), ("106::99", "j")],
    ids=["latin", "cyrillic", "greek", "cyrillic p", "as a capital", "another latin layout"],
)
def test_with_ctrl_the_key_of_the_base_layout_counts_where_the_letter_is_of_another_script(
    codes: str, letter: str, locks: int
) -> None:
    assert told(f"{codes};{5 + locks}u") == [(f"ctrl+{letter}", None)]


@pytest.mark.parametrize(
    ("code", "key"), [(91, "escape"), (104, "backspace"), (105, "tab"), (109, "enter")], ids=["[", "h", "i", "m"]
)
def test_what_ctrl_does_everywhere_else_it_does_here(code: int, key: str) -> None:
    assert [name for name, _ in told(f"{code};5u")] == [key]


@pytest.mark.parametrize(
    ("sequence", "character", "shortcut"),
    [
        ("1081::113;;1081u", "й", "q"),
        ("1081:1049:113;2;1049u", "Й", "Q"),
        ("1078::59;;1078u", "ж", ";"),
        ("1078:1046:59;2;1046u", "Ж", ":"),
        ("963::115;;963u", "σ", "s"),
    ],
)
def test_a_letter_of_another_script_is_typed_as_it_is_and_has_a_shortcut(
    sequence: str, character: str, shortcut: str
) -> None:
    keys = keys_of(f"\x1b[{sequence}")
    assert keys is not None
    (key,) = keys
    assert isinstance(key, LaidOutKey)
    assert (key.character, key.shortcut.character) == (character, shortcut)


def test_a_letter_of_another_latin_layout_is_itself() -> None:
    assert told("97::113;;97u") == [("a", "a")]
    assert told("233::50;;233u") == [("é", "é")]


@pytest.mark.parametrize("code", [*range(57358, 57361), *range(57441, 57455)])
def test_a_modifier_alone_does_nothing(code: int) -> None:
    for modifiers in ("", ";2", ";65", ";129", ";5"):
        assert told(f"{code}{modifiers}u") == []


@pytest.mark.parametrize(
    ("sequence", "key", "character"),
    [
        ("57404;129;53u", "5", "5"),
        ("57404u", "5", "5"),
        ("57404;129u", "5", "5"),
        ("57409;129;44u", "comma", ","),
        ("57409u", "full_stop", "."),
        ("57410;129u", "slash", "/"),
        ("57413;129;43u", "plus", "+"),
        ("57414u", "enter", "\r"),
        ("57414;129u", "enter", "\r"),
        ("57419;129u", "up", None),
        ("57421u", "pageup", None),
    ],
)
def test_the_keypad_is_what_stands_on_it(sequence: str, key: str, character: str | None) -> None:
    assert told(sequence) == [(key, character)]


@pytest.mark.parametrize(
    ("sequence", "typed"),
    [("113;7;64u", "@"), ("101;;8364u", "€"), ("113;3;64u", "@"), ("55;;123u", "{"), ("0;;20320:22909u", "你好")],
    ids=["ctrl and alt", "level 3", "alt", "brace", "input method"],
)
def test_what_comes_with_a_text_is_the_text(sequence: str, typed: str) -> None:
    keys = told(sequence)
    assert "".join(character or "" for _, character in keys) == typed
    assert not any("+" in key for key, _ in keys)


@pytest.mark.parametrize(
    ("sequence", "typed"),
    [("97u", "a"), ("97;2u", "A"), ("97;65u", "A"), ("97;66u", "a"), ("49:33;2u", "!"), ("32u", " "), ("32;2u", " ")],
)
def test_a_terminal_that_sends_no_text_types_too(sequence: str, typed: str) -> None:
    assert [character for _, character in told(sequence)] == [typed]


def test_what_shift_makes_of_a_sign_is_not_guessed() -> None:
    assert told("49;2u") == []


@pytest.mark.parametrize("sequence", ["97;1:3u", "97;1:3;97u", "13;1:3u", "1;1:3A", "3;1:3~", "57441;1:3u", "27;1:3u"])
def test_a_key_that_is_let_go_does_nothing(sequence: str) -> None:
    assert told(sequence) == []


@pytest.mark.parametrize(
    ("sequence", "key"), [("97;1:2u", "a"), ("97;1:1u", "a"), ("1;1:2A", "up"), ("13;1:2u", "enter")]
)
def test_a_key_that_is_held_is_the_key_again(sequence: str, key: str) -> None:
    assert [name for name, _ in told(sequence)] == [key]


@pytest.mark.parametrize(
    ("sequence", "key"),
    [
        ("A", "up"),
        ("1;5C", "ctrl+right"),
        ("3~", "delete"),
        ("3;5~", "ctrl+delete"),
        ("1;2H", "shift+home"),
        ("15~", "f5"),
    ],
)
def test_the_keys_of_other_terminals_are_the_same(sequence: str, key: str) -> None:
    assert [name for name, _ in told(sequence)] == [key]


@pytest.mark.parametrize("sequence", ["120~", "99~", "113~", "2P", "121;1~", "?1u", "?31u", "0n", "c", "8;24;80t"])
def test_what_is_no_key_types_nothing(sequence: str) -> None:
    assert keys_of(f"\x1b[{sequence}") is None


@pytest.mark.parametrize("code", [0, 1, 8, 31, 57344, 57340, 63743])
def test_a_number_that_is_no_character_types_nothing(code: int) -> None:
    assert told(f"{code}u") == []


@given(st.text("0123456789:;u~ABCHPM", max_size=16))
def test_no_sequence_makes_a_key_of_what_nobody_types(sequence: str) -> None:
    try:
        keys = keys_of(f"\x1b[{sequence}") or []
    except (ValueError, OverflowError):
        return
    for key in keys:
        assert key.key
        assert (
            key.character is None or key.character.isprintable() or key.key in ("enter", "tab", "backspace", "escape")
        )
