"""The keys that terminals send, held against Textual; and what is said of a key in the config that none sends."""

from __future__ import annotations

import string

import pytest
from textual.keys import Keys

from tui.terminal.keymap import KeyMap, problems
from tui.terminal.keys import NAMED
from tui.terminal.toolkit import ANSI_SEQUENCES_KEYS, key_of

NO_KEYS = {Keys.Ignore.value, Keys.ScrollUp.value, Keys.ScrollDown.value}


def test_the_named_keys_are_those_that_the_toolkit_reads() -> None:
    read = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    assert read - NO_KEYS - NAMED == set()
    assert NAMED - read <= {"space", "enter", "tab", "escape", "backspace"}


@pytest.mark.parametrize("key", [*string.ascii_letters, *string.digits, *sorted(set(string.punctuation) - {","})])
def test_what_prints_is_a_key_as_itself_and_by_its_name(key: str) -> None:
    assert [wrong for _, wrong in problems({"calls.hang_up": key}) if "no key" in wrong] == []
    assert [wrong for _, wrong in problems({"calls.hang_up": key_of(key)}) if "no key" in wrong] == []


@pytest.mark.parametrize("key", ["f8", "f24", "ctrl+x", "ctrl+left", "alt+x", "alt+slash", "ü", "§", "esc"])
def test_a_key_that_is_sent_is_no_problem(key: str) -> None:
    assert [wrong for _, wrong in problems({"calls.hang_up": key}) if "no key" in wrong] == []


@pytest.mark.parametrize("key", ["ü", "§", "é", "µ"])
def test_a_letter_beyond_ascii_is_bound_as_the_toolkit_names_it(key: str) -> None:
    assert KeyMap({"calls.hang_up": key}).overrides == {"calls.hang_up": key_of(key)}


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("ctrl+zz", "ctrl+z"),
        ("Ctrl+Z", "ctrl+z"),
        ("ctrl-x", "ctrl+x"),
        ("control+x", "ctrl+x"),
        ("^x", "ctrl+x"),
        ("ctrl+i", "tab"),
        ("ctrl+m", "enter"),
        ("ctrl+[", "esc"),
        ("return", "enter"),
        ("Enter", "enter"),
        ("Return", "enter"),
        ("shift+x", "X"),
        ("pagedwn", "pgdn"),
        ("slahs", "/"),
        ("questionmark", "?"),
    ],
)
def test_a_key_that_no_terminal_sends_is_named_with_the_nearest(key: str, meant: str) -> None:
    found = [wrong for _, wrong in problems({"calls.hang_up": key}) if "terminals send" in wrong]
    assert found == [f"this is no key that terminals send; did you mean {meant}?"]


@pytest.mark.parametrize("key", ["", "hunter2-correct-horse", "ctrl+", "+", "alt+", "g g", "\u200b", "xx" * 5000])
def test_what_is_no_key_is_never_quoted(key: str) -> None:
    found = problems({"calls.hang_up": f"f8, {key}"})
    if key == "+":
        assert found == []
    else:
        assert [id for id, _ in found] == ["calls.hang_up"]
        assert len(key) < 10 or key[:10] not in found[0][1]
