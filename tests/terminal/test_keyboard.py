"""Keys are keys however they arrive, and an answer never is one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tui.terminal.keyboard import PARTED_SECONDS, Keyboard
from tui.terminal.pace import ANSWER


def keys(messages: list[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def fed(keyboard: Keyboard, *pieces: bytes) -> tuple[list[Message], int]:
    messages: list[Message] = []
    answers = 0
    for piece in pieces:
        found, more = keyboard.feed(piece, 0.0)
        messages += found
        answers += more
    return messages, answers


@pytest.mark.parametrize("place", range(1, len(ANSWER)))
def test_an_answer_in_two_parts_is_one(place: int) -> None:
    answer = ANSWER.encode()
    messages, answers = fed(Keyboard(), b"a" + answer[:place], answer[place:] + b"b")
    assert keys(messages) == ["a", "b"]
    assert answers == 1


def test_the_rest_of_an_answer_is_waited_for() -> None:
    keyboard = Keyboard()
    keyboard.feed(b"\x1b[", 0.0)
    assert keyboard.patience == PARTED_SECONDS
    assert keys(keyboard.feed(b"A", 0.0)[0]) == ["up"]
    assert (keyboard.patience or 0) < PARTED_SECONDS


def test_an_answer_in_the_middle_of_a_paste_is_none_of_it() -> None:
    messages, answers = fed(Keyboard(), b"\x1b[200~one" + ANSWER.encode() + b"two\x1b[201~", b"x")
    assert [message.text for message in messages if isinstance(message, events.Paste)] == ["onetwo"]
    assert answers == 1


def test_an_escape_alone_is_a_key_after_a_while() -> None:
    keyboard = Keyboard()
    assert keys(keyboard.feed(b"\x1b", 0.0)[0]) == []
    assert keyboard.patience is not None
    assert keys(keyboard.give_up()) == ["escape"]


@pytest.mark.parametrize(
    "nonsense", [b"\x1b[1:2;3:4u", b"\x1b[99999999999u", b"\x1b[65;1;9999999999u", b"\xff\xfe\xc3"]
)
def test_after_nonsense_keys_are_keys_again(nonsense: bytes) -> None:
    keyboard = Keyboard()
    keyboard.feed(nonsense, 0.0)
    assert keys(keyboard.feed(b"q", 0.0)[0])[-1:] == ["q"]


@given(st.lists(st.binary(max_size=12) | st.just(ANSWER.encode()), max_size=12))
def test_no_bytes_break_it(pieces: list[bytes]) -> None:
    keyboard = Keyboard()
    fed(keyboard, *pieces)
    keyboard.give_up()
