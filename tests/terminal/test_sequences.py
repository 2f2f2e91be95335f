"""What terminals answer is swallowed whole, however it comes; keys around it stay keys."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from textual import events
from textual.message import Message

from tui.terminal import sequences
from tui.terminal.keyboard import DRIBBLE_SECONDS, PARTED_SECONDS, Keyboard, PasteTooLong
from tui.terminal.pace import ANSWER

STRINGS = [
    introducer + text + end
    for introducer, text in (
        (b"\x1b]", b"11;rgb:ffff/ffff/ffff"),
        (b"\x1b]", b"52;c;eGNxeW8="),
        (b"\x1bP", b">|tmux 3.3a"),
        (b"\x1bP", b"1+r544e=787465726d"),
        (b"\x1b_", b"Gi=31;OK"),
        (b"\x1b^", b"private"),
        (b"\x1bX", b"start of string"),
        (b"\x9d", b"10;rgb:0000/0000/0000"),
        (b"\x90", b">|xterm(390)"),
        (b"\x9f", b"Gi=1;OK"),
        (b"\x9e", b"xoq"),
        (b"\x98", b"xoq"),
        ("\x9d".encode(), "4;1;title é ě".encode()),
    )
    for end in (b"\x07", b"\x1b\\", b"\x9c", b"\x18", b"\x1a")
]
CONTROLS = [
    b"\x1b[?62;22c", b"\x1b[>0;276;0c", b"\x1b[=0c", b"\x1b[3n", b"\x1b[?1;0$y", b"\x1b[4;2$y", b"\x1b[8;24;80t",
    b"\x1b[4;600;800t", b"\x1b[?31u", b"\x1b[120~", b"\x1b[99;5;5;5x", b"\x1b[1;2;3 q", b"\x9b?62c", b"\x9b0n",
    b"\x1b[?997;1n", b"\x1b[99999999999u", b"\x1b[65;1;9999999999u", b"\x1b[1:2;3:4u",
    b"\x1bO~", b"\x1bO0 ", b"\x1bO1;;5~",
    b"\x1b[=5;1u", b"\x1b[" + b"1;" * 600 + b"u", b"\x1b\\", b"\x9c", b"\x84", b"\x1b[57441;2u", b"\x1b[201~",
]  # fmt: skip
KEYS = [
    (b"q", ["q"]), (b"x", ["x"]), (b"\r", ["enter"]), (b"\x03", ["ctrl+c"]), (b"\x1b[A", ["up"]), (b"\x1bOB", ["down"]),
    (b"\x1b[5~", ["pageup"]), (b"\x1b[1;5C", ["ctrl+right"]), (b"\x1b[Z", ["shift+tab"]), (b"\x1b[[A", ["f1"]),
    (b"\x1b[7$", ["shift+home"]), (b"\x1b[113;;113u", ["q"]), (b"\x1b[1081::113;;1081u", ["й"]), ("ě".encode(), ["ě"]),
    ("€".encode(), ["euro_sign"]), ("𐍈".encode(), ["𐍈"]), ("ƛ".encode(), ["ƛ"]), (b"\x1bx", ["alt+x"]),
    (b"\x1b[97;5u", ["ctrl+a"]), (b"\x1bOM", ["enter"]), (b"\x9bA", ["up"]), (b"\x8fA", ["up"]),
]  # fmt: skip


def keys(messages: list[Message]) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]


def pastes(messages: list[Message]) -> list[str]:
    return [message.text for message in messages if isinstance(message, events.Paste)]


def split(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
    return [data[start:end] for start, end in pairwise(ends)]


def fed(*pieces: bytes) -> list[Message]:
    keyboard = Keyboard()
    return [message for piece in pieces for message in keyboard.feed(piece, 0.0)[0]]


@pytest.mark.parametrize("answer", STRINGS + CONTROLS)
def test_an_answer_is_swallowed_whole_wherever_it_is_split(answer: bytes) -> None:
    stream = b"j" + answer + b"k"
    assert keys(fed(stream)) == ["j", "k"]
    assert keys(fed(*(bytes([each]) for each in stream))) == ["j", "k"]
    for place in range(1, len(stream)):
        assert keys(fed(stream[:place], stream[place:])) == ["j", "k"]


@given(
    st.lists(st.sampled_from(KEYS) | st.sampled_from([(answer, []) for answer in STRINGS + CONTROLS]), max_size=12),
    st.lists(st.integers(0, 10_000), max_size=30),
)
def test_a_stream_means_the_same_however_it_is_split(stream: list[tuple[bytes, list[str]]], places: list[int]) -> None:
    data = b"".join(piece for piece, _ in stream)
    meant = [key for _, each in stream for key in each]
    assert keys(fed(data)) == meant
    assert keys(fed(*split(data, places))) == meant


@example(b"\x8f0 \x00", [2])
@given(st.binary(max_size=60), st.lists(st.integers(0, 100), max_size=20))
def test_any_bytes_mean_the_same_however_they_are_split(data: bytes, places: list[int]) -> None:
    whole, parted = fed(data), fed(*split(data, places))
    assert keys(whole) == keys(parted)
    assert pastes(whole) == pastes(parted)


@pytest.mark.parametrize("letter", ["ě", "Л", "ƛ", "한", "\U0001f41d"])
def test_a_byte_within_a_letter_introduces_nothing(letter: str) -> None:
    """Each of them holds one of the bytes that are controls by themselves."""
    assert set(letter.encode()) & {*range(0x80, 0xA0)}
    found = fed(*(bytes([each]) for each in letter.encode() + b"q"))
    assert [message.character for message in found if isinstance(message, events.Key)] == [letter, "q"]


def test_a_letter_that_is_cut_off_swallows_nothing() -> None:
    assert keys(fed(b"\xe2\x9b" + b"q"))[-1] == "q"
    assert keys(fed(b"\xe2", b"\x9b", b"q"))[-1] == "q"


@pytest.mark.parametrize(
    "begun", [b"\x1b]11;rgb:ffff", b"\x1bP>|tmux", b"\x1b_Gi", b"\x1b[?62;2", b"\x9d11;x", b"\x1bO"]
)
def test_an_answer_whose_end_never_comes_is_given_up_and_types_nothing(begun: bytes) -> None:
    keyboard = Keyboard()
    found = keyboard.feed(begun, 0.0)[0]
    assert keyboard.patience == PARTED_SECONDS
    found += keyboard.give_up()
    assert not any(isinstance(message, events.Key) and message.is_printable for message in found)
    assert keys(keyboard.feed(b"q", 0.0)[0]) == ["q"]


@pytest.mark.parametrize("begun", [b"\x1b]11;rgb:ffff", b"\x1bP>|tmux", b"\x1b[?62;2", b"\x1b[200~half"])
def test_a_key_after_the_pause_is_a_key_though_the_loop_was_busy(begun: bytes) -> None:
    keyboard = Keyboard()
    keyboard.feed(begun, 0.0)
    assert keys(keyboard.feed(b"q", PARTED_SECONDS)[0]) == ["q"]


@pytest.mark.parametrize("begun", [b"\x1b]11;rgb:ffff", b"\x1bP>|tmux", b"\x1b[200~half"])
def test_keys_that_are_pressed_again_and_again_work_at_last(begun: bytes) -> None:
    keyboard = Keyboard()
    keyboard.feed(begun, 0.0)
    found: list[str] = []
    at = 0.0
    while not found:
        at += PARTED_SECONDS / 4
        assert at <= DRIBBLE_SECONDS + PARTED_SECONDS
        found = keys(keyboard.feed(b"q", at)[0])
    assert found == ["q"]


@pytest.mark.parametrize("interrupt", [b"\x03", b"\x1b[99;5u", b"\x1b[1089::99;69u"])
@pytest.mark.parametrize("begun", [b"\x1b]11;rgb:ffff", b"\x1bP>|tmux", b"\x1b[200~half", b"\x1b[1;2"])
def test_ctrl_c_works_at_once_whatever_has_not_ended(begun: bytes, interrupt: bytes) -> None:
    keyboard = Keyboard()
    keyboard.feed(begun, 0.0)
    assert keys(keyboard.feed(interrupt, 0.0)[0]) == ["ctrl+c"]


def test_a_paste_whose_end_never_comes_is_taken_as_it_is() -> None:
    keyboard = Keyboard()
    assert keyboard.feed(b"\x1b[200~half", 0.0)[0] == []
    assert keyboard.patience == PARTED_SECONDS
    assert pastes(keyboard.give_up()) == ["half"]
    assert keys(keyboard.feed(b"q\x1b[201~\x03", 9.0)[0]) == ["q", "ctrl+c"]


def test_a_paste_that_pauses_for_less_goes_on() -> None:
    keyboard = Keyboard()
    at = 0.0
    found: list[Message] = []
    for piece in (b"\x1b[200~first line of it\r", *[b"and one line more of it\r"] * 20, b"and the last\x1b[201~"):
        found += keyboard.feed(piece, at)[0]
        at += PARTED_SECONDS * 0.9
    (text,) = pastes(found)
    assert text.startswith("first")
    assert text.endswith("last")
    assert text.count("\r") == 21


@given(st.lists(st.integers(0, 200), max_size=20))
def test_a_paste_is_one_however_it_is_split(places: list[int]) -> None:
    data = "\x1b[200~ünï [201~ \x1b[31mred\x1b[0m \x1b]0;x\x07 q\x1b[201~".encode() + b"q"
    found = fed(*split(data, places))
    assert pastes(found) == ["ünï [201~ red  q"]
    assert keys(found) == ["q"]


def test_a_paste_that_is_too_long_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "PASTE_MOST", 100)
    found = fed(b"\x1b[200~" + b"a" * 60, b"a" * 60, b"a" * 6 + b"\x1b[201~q", b"\x1b[200~b\x1b[201~")
    assert [type(message) for message in found] == [PasteTooLong, events.Key, events.Paste]
    assert pastes(found) == ["b"]


@pytest.mark.parametrize("begun", [b"\x1b]", b"\x1bP", b"\x1b["])
def test_what_has_no_end_is_swallowed_to_a_bound(begun: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequences, "STRING_MOST", 5_000)
    keyboard = Keyboard()
    keyboard.feed(begun, 0.0)
    fed_bytes = 0
    while keyboard.patience is not None:
        keyboard.feed(b"1" * 100, 0.0)
        fed_bytes += 100
        assert fed_bytes < 7_000
    assert keys(keyboard.feed(b"q", 0.0)[0]) == ["q"]


@pytest.mark.parametrize("malformed", [answer for answer in CONTROLS if b"999" in answer or b":" in answer])
def test_a_malformed_sequence_takes_no_other_key_of_its_read_along(malformed: bytes) -> None:
    found = fed(b"ab" + malformed + b"cd\x1b[200~e\x1b[201~\x1b[A" + malformed + ANSWER.encode() + b"f")
    assert keys(found) == ["a", "b", "c", "d", "up", "f"]
    assert pastes(found) == ["e"]


@pytest.mark.parametrize("inside", [b"\r", b"\x7f", b"\x1b[A", "é".encode()])
def test_a_sequence_that_is_broken_off_takes_no_key_along(inside: bytes) -> None:
    assert len(keys(fed(b"\x1b[12;3" + inside + b"q"))) == 2


def test_keys_are_stamped_with_the_time_at_which_they_came() -> None:
    assert [message.time for message in Keyboard().feed(b"q\x1b[A\x1b[200~x\x1b[201~", 12.5)[0]] == [12.5] * 3


def test_an_alt_key_types_nothing() -> None:
    for key in (b"\x1bo", b"\x1bO", b"\x1b[", b"\x1b]", b"\x1bP", b"\x1b!"):
        keyboard = Keyboard()
        found = keyboard.feed(key, 0.0)[0] + keyboard.give_up()
        assert [message.key.startswith("alt+") for message in found if isinstance(message, events.Key)] == [True]
        assert not any(isinstance(message, events.Key) and message.is_printable for message in found)


@pytest.mark.parametrize("answer", STRINGS + CONTROLS[:4] + [b"\x1b[200~half\x1b[201~"])
def test_an_answer_to_a_frame_between_the_parts_of_something_neither_ends_it_nor_keeps_it_open(answer: bytes) -> None:
    frame = ANSWER.encode()
    for place in range(3, len(answer)):
        assert keys(fed(answer[:place], frame, answer[place:] + b"k")) == ["k"]
    keyboard = Keyboard()
    keyboard.feed(b"\x1b[200~half", 0.0)
    found = [message for tenth in range(1, 12) for message in keyboard.feed(frame, tenth / 10 * PARTED_SECONDS)[0]]
    assert pastes(found) == ["half"]
