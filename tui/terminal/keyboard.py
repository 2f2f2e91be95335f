"""What comes from the terminal: keys and events for the program, and answers that are none of its business."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from textual import events
from textual._xterm_parser import XTermParser
from textual.constants import ESCAPE_DELAY
from textual.keys import Keys
from textual.message import Message

from tui.terminal.pace import ANSWER

BEGINNINGS: Final = (ANSWER[:2], ANSWER[:3])
"""An answer of which a part is still on its way. An escape alone is more likely a key."""

PARTED_SECONDS: Final = 2.0
"""The rest of a parted answer is waited for so long, lest it be taken for keys."""


class _Parser(XTermParser):
    """Textual's parser, which takes what it does not know for keys, with one thing more that it knows."""

    answers = 0

    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterator[events.Key]:
        if sequence == ANSWER:
            self.answers += 1
            yield events.Key(Keys.Ignore, sequence)
        else:
            yield from super()._sequence_to_key_events(sequence, alt)

    def expire(self) -> list[Message]:
        """What was begun is all that comes. The time at which that is so is told by who knows when it came."""
        if self._timeout_time is not None:
            self._timeout_time = 0.0
        return list(self.tick())


class Keyboard:
    """Makes events of bytes. The answers to the question behind each frame are counted, and taken out."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._parser = _Parser()
        self._last = ""
        self._at = 0.0

    def feed(self, data: bytes, at: float) -> tuple[list[Message], int]:
        """The events, and how many answers came; ``at`` is when the bytes came, in seconds."""
        before = self.give_up() if self.patience is not None and at - self._at >= self.patience else []
        self._at = at
        found, answers = self._fed(data)
        return before + found, answers

    def _fed(self, data: bytes) -> tuple[list[Message], int]:
        text = self._decoder.decode(data)
        # Within a paste the parser takes everything for a part of it.
        rest = text.replace(ANSWER, "")
        answers = (len(text) - len(rest)) // len(ANSWER)
        self._last = (self._last + rest)[-len(ANSWER) :]
        if not rest:
            return [], answers
        parser = self._parser
        try:
            found = list(parser.feed(rest))
        except (ValueError, OverflowError):  # a number in it is no number, or no character
            self._parser = _Parser()
            return [], answers
        answers += parser.answers
        parser.answers = 0
        return found, answers

    @property
    def patience(self) -> float | None:
        """Seconds after which what came is a key if nothing else comes; None where nothing is open."""
        if self._last.endswith(BEGINNINGS):
            return PARTED_SECONDS
        return ESCAPE_DELAY if "\x1b" in self._last else None

    def give_up(self) -> list[Message]:
        """What came, taken for keys, since nothing else has come for so long."""
        self._last = ""
        return self._parser.expire()
