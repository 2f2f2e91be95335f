"""What the terminal shows is what the toolkit meant, whatever was there before and whichever frames were left out."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from tests.terminal.emulator import Emulator
from tui.terminal.canvas import Canvas, Priority
from tui.terminal.toolkit import ChopsUpdate, LayoutUpdate

WIDTH, HEIGHT = 24, 8

STYLES = [
    None,
    Style(),
    Style(color="red"),
    Style(color="red", bold=True),
    Style(color="color(200)", dim=True),
    Style(bold=True, dim=True),
    Style(bgcolor="blue"),
    Style(bgcolor="#102030", color="#ffffff", underline=True),
    Style(reverse=True),
    Style(reverse=True, color="green"),
    Style(italic=True, strike=True),
]

TEXTS = st.text(st.sampled_from("aab  …│ışξ界한ﾊ"), min_size=1, max_size=12) | st.just(" " * 9)

CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="256", legacy_windows=False)


def line_of(pieces: list[tuple[str, Style | None]]) -> Strip:
    return Strip([Segment(text, style) for text, style in pieces]).adjust_cell_length(WIDTH)


LINES = st.lists(st.tuples(TEXTS, st.sampled_from(STYLES)), min_size=1, max_size=6).map(line_of)
SCREENS = st.lists(LINES, min_size=HEIGHT, max_size=HEIGHT)


class Pair:
    """A terminal that gets the differences, and one that gets all that Textual would have written."""

    def __init__(self, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.canvas = Canvas(width, height)
        self.terminal = Emulator(width, height)
        self.meant = Emulator(width, height)

    def paint(self, update: LayoutUpdate | ChopsUpdate, *, is_urgent: bool = True) -> None:
        self.canvas.paint(update, ColorSystem.EIGHT_BIT, is_urgent=is_urgent)
        self.meant.feed(update.render_segments(CONSOLE))

    def send(self, priority: Priority = Priority.ALL, *, most: float = float("inf")) -> str:
        frame = self.canvas.frame(most, priority)
        self.terminal.feed(frame)
        return frame

    def check(self) -> None:
        assert self.terminal.picture() == self.meant.picture()


def whole(screen: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[line] for line in screen], Region(0, 0, WIDTH, len(screen)))


def lines(changed: dict[int, Strip], at: int = 0) -> ChopsUpdate:
    """Lines of a screen from a column on."""
    chops = [{0: None, at: changed[y].crop(at)} if y in changed and at else {0: changed.get(y)} for y in range(HEIGHT)]
    ends = [[at, WIDTH] if at and y in changed else [WIDTH] for y in range(HEIGHT)]
    return ChopsUpdate(chops, [(y, at, WIDTH) for y in sorted(changed)], ends)


CHANGES = st.one_of(
    SCREENS.map(whole),
    st.dictionaries(st.integers(0, HEIGHT - 1), LINES, min_size=1).flatmap(
        lambda changed: st.sampled_from([0, 0, 5, 12]).map(lambda at: lines(changed, at))
    ),
)


@settings(max_examples=150)
@given(st.lists(st.tuples(CHANGES, st.booleans()), min_size=1, max_size=8))
def test_the_terminal_shows_what_was_meant(changes: list[tuple[LayoutUpdate | ChopsUpdate, bool]]) -> None:
    pair = Pair()
    for change, is_sent in changes:
        pair.paint(change)
        if is_sent:
            pair.send()
            pair.check()
    pair.send()
    pair.check()
    assert pair.send() == ""


@settings(max_examples=150)
@given(
    st.lists(
        st.tuples(CHANGES, st.booleans(), st.sampled_from(Priority), st.sampled_from([1, 40, float("inf")])),
        min_size=1,
        max_size=8,
    )
)
def test_what_is_left_to_a_later_frame_is_shown_in_the_end(
    changes: list[tuple[LayoutUpdate | ChopsUpdate, bool, Priority, float]],
) -> None:
    pair = Pair()
    for change, is_urgent, priority, most in changes:
        pair.paint(change, is_urgent=is_urgent)
        pair.send(priority, most=most)
        if is_urgent and priority is Priority.ALL:
            pair.canvas.prioritise()
    pair.send()
    pair.check()


@settings(max_examples=60)
@given(SCREENS, st.integers(0, HEIGHT - 1), st.integers(1, HEIGHT), st.integers(-HEIGHT + 1, HEIGHT - 1), LINES)
def test_lines_that_move_are_right_where_they_arrive(
    screen: list[Strip], top: int, length: int, up: int, new: Strip
) -> None:
    pair = Pair()
    pair.paint(whole(screen))
    pair.send()
    part = screen[top : top + length]
    moved = [part[at + up] if 0 <= at + up < len(part) else new for at in range(len(part))]
    pair.paint(whole(screen[:top] + moved + screen[top + length :]))
    pair.send()
    pair.check()


@settings(max_examples=30)
@given(SCREENS, SCREENS)
def test_what_the_terminal_shows_may_be_forgotten(one: list[Strip], other: list[Strip]) -> None:
    pair = Pair()
    pair.paint(whole(one))
    pair.send()
    pair.terminal.feed("\x1b[3;4Hsomebody\x1b[7m else\x1b[1;4r\x1b[r")
    pair.paint(whole(other))
    pair.canvas.forget()
    pair.send()
    pair.check()


def text_line(text: str, style: Style | None = None) -> Strip:
    return Strip([Segment(text, style)]).adjust_cell_length(WIDTH)


def page(*texts: str) -> list[Strip]:
    return [text_line(text) for text in (*texts, *[""] * (HEIGHT - len(texts)))]


def test_one_cell_is_a_place_and_a_letter() -> None:
    pair = Pair()
    pair.paint(whole(page("first", "second 00:00:01")))
    pair.send()
    pair.paint(whole(page("first", "second 00:00:02")))
    assert pair.send() == "\x1b[2;15H2"


def test_a_clock_in_every_line_is_a_line_feed_and_a_letter_each() -> None:
    pair = Pair()
    pair.paint(whole(page(*["on hold 1"] * 5)))
    pair.send()
    pair.paint(whole(page(*["on hold 2"] * 5)))
    assert pair.send() == "\x1b[1;9H2" + "\n\b2" * 4


def with_a_clock_and_a_key() -> Pair:
    """The second line has counted on, then a key has changed the first one."""
    pair = Pair()
    pair.paint(whole(page("first", "second 00:00:01")))
    pair.send()
    pair.paint(lines({1: text_line("second 00:00:02")}), is_urgent=False)
    pair.paint(lines({0: text_line("fist")}))
    return pair


def test_a_frame_for_a_key_holds_what_the_key_has_done_and_the_next_all_the_rest() -> None:
    pair = with_a_clock_and_a_key()
    assert pair.send(Priority.KEY) == "\x1b[1;3Hst "
    assert pair.send(Priority.KEY) == ""
    assert pair.send() == "\x1b[2;15H2"


def test_what_has_waited_long_enough_goes_before_what_keys_have_done() -> None:
    pair = with_a_clock_and_a_key()
    assert pair.send(Priority.OTHERS, most=1) == "\x1b[2;15H2"
    assert pair.send() == "\x1b[1;3Hst "


def test_nothing_is_sent_where_nothing_has_changed() -> None:
    pair = Pair()
    pair.paint(whole(page("first")))
    pair.send()
    pair.paint(whole(page("first")))
    assert pair.send() == ""


def test_the_blank_end_of_a_line_is_erased() -> None:
    pair = Pair()
    pair.paint(whole(page("a long line of letters")))
    pair.send()
    pair.paint(whole(page("a long")))
    assert pair.send() == "\x1b[1;8H\x1b[K"


def test_a_background_is_no_blank_end() -> None:
    pair = Pair()
    blue = Style(bgcolor="blue")
    pair.paint(whole([text_line("a long line of letters".ljust(WIDTH), blue), *page()[1:]]))
    pair.send()
    pair.paint(whole([text_line("a long".ljust(WIDTH), blue), *page()[1:]]))
    assert "\x1b[K" not in pair.send()
    pair.check()


def test_a_list_that_moves_by_a_line_is_moved_by_the_terminal() -> None:
    rows = [f"{name} and its number" for name in ("Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple")]
    pair = Pair()
    pair.paint(whole(page("title", *rows[:6], "below")))
    pair.send()
    pair.paint(whole(page("title", *rows[1:7], "below")))
    down = pair.send()
    pair.check()
    pair.paint(whole(page("title", *rows[:6], "below")))
    up = pair.send()
    pair.check()
    assert down == "\x1b[2;7r\x1b[7H\n\x1b[r\x1b[7HLarch and its number"
    assert up == "\x1b[2;7r\x1b[2H\x1bM\x1b[r\x1b[2HAsh and its number"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("界界", "a界 "),
        ("界界", " 界a"),
        ("a界b", "界ab"),
        ("ab界", "a界b"),
        ("界", "ab"),
        ("ab", "界"),
        ("x界", "界x"),
    ],
)
def test_half_a_wide_character_never_stays(before: str, after: str) -> None:
    pair = Pair()
    pair.paint(whole(page(before)))
    pair.send()
    pair.paint(whole(page(after)))
    pair.send()
    pair.check()


def test_behind_a_wide_character_the_cursor_is_where_it_is() -> None:
    pair = Pair()
    pair.paint(whole(page("界 a界b")))
    pair.send()
    pair.paint(whole(page("世 b界c")))
    pair.send()
    pair.check()


def test_a_wide_character_of_which_the_toolkit_paints_over_one_half_is_gone() -> None:
    pair = Pair()
    pair.paint(whole(page("1234界")))
    pair.paint(lines({0: text_line("     x")}, 5))
    assert "界" not in pair.send()
    pair.paint(whole(page("1234界x")))
    pair.paint(
        ChopsUpdate(
            [{0: text_line("y").crop(0, 5), 5: None}] + [{0: None}] * 7, [(0, 0, 5)], [[5, WIDTH]] + [[WIDTH]] * 7
        )
    )
    assert pair.send()
    assert pair.terminal.display[0].rstrip() == "y     x"


def test_after_a_sign_of_doubtful_width_the_place_is_said() -> None:
    pair = Pair()
    pair.paint(whole(page("a\N{BLACK TELEPHONE}b \N{TELEPHONE RECEIVER}c")))
    frame = pair.send()
    assert "\N{BLACK TELEPHONE}\x1b[" in frame
    assert "\N{TELEPHONE RECEIVER}\x1b[" in frame


def test_another_size_sends_everything() -> None:
    pair = Pair()
    pair.paint(whole(page("first", "界" * 12)))
    pair.send()
    for width, height in ((11, 4), (40, 12)):
        pair.canvas.resize(width, height)
        pair.terminal.resize(height, width)
        pair.send()
        assert pair.terminal.display[0].rstrip() == "first"
        assert pair.terminal.display[1].rstrip() == "界" * 5
