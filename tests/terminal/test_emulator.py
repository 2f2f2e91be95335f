"""The emulator that the tests look at is pyte's, only faster."""

from __future__ import annotations

import pyte
from hypothesis import given
from hypothesis import strategies as st

from tests.terminal.emulator import Screen

TEXTS = st.text("aZ ┃─é漢\u0301\u200b\x00\x85🙂", max_size=30)
STYLES = ("\x1b[1m", "\x1b[31;44m", "\x1b[0m")
PLACES = ("\x1b[2;5H", "\x1b[3;19H", "\x1b[K", "\r", "\n", "\b")
MODES = ("\x1b[4h", "\x1b[4l", "\x1b(0", "\x1b(B", "\x1b[?7l", "\x1b[?7h", "\x0e", "\x0f")
SEQUENCES = st.sampled_from((*STYLES, *PLACES, *MODES))


@given(st.lists(st.one_of(TEXTS, SEQUENCES), max_size=20))
def test_what_is_written_looks_as_pyte_shows_it(written: list[str]) -> None:
    fast, plain = Screen(20, 4), pyte.Screen(20, 4)
    for screen in (fast, plain):
        stream = pyte.Stream(screen)
        for part in written:
            stream.feed(part)
    assert [dict(fast.buffer[y]) for y in range(4)] == [dict(plain.buffer[y]) for y in range(4)]
    assert (fast.cursor.x, fast.cursor.y) == (plain.cursor.x, plain.cursor.y)
    assert fast.dirty == plain.dirty
