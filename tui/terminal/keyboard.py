"""What comes from the terminal: keys and events for the program, and answers that are none of its business."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from textual import events
from textual.constants import ESCAPE_DELAY
from textual.message import Message

from tui.terminal.kitty import keys_of
from tui.terminal.pace import ANSWER
from tui.terminal.sequences import ETX, Kind, Piece, Sequences, without_sequences
from tui.terminal.toolkit import ANSI_SEQUENCES_KEYS, SequenceParser, key_of

PARTED_SECONDS: Final = 1.0
"""How long to wait for the rest of a divided answer or paste, so that it is not taken for keys."""

DRIBBLE_SECONDS: Final = 3.0
"""The same where it comes a key's worth at a time: it may be somebody who presses keys because none works."""

KEY_BYTES: Final = 16
"""One key takes no more."""


_ANSWER: Final = ANSWER.encode()


class PasteTooLong(Message):
    """A paste was longer than what is kept, so that nothing of it was taken."""


class Keyboard:
    """Makes events of bytes. The answers to the question behind each frame are counted, and taken out."""

    def __init__(self) -> None:
        self._sequences = Sequences()
        self._parser = SequenceParser()
        self._at = 0.0
        self._until = 0.0
        self._answers = 0

    def feed(self, data: bytes, at: float) -> tuple[list[Message], int]:
        """The events, and how many answers came; ``at`` is when the bytes came, in seconds."""
        found: list[Message] = []
        patience = self.patience
        is_too_late = patience is not None and at - self._at >= patience
        if is_too_late or (self._sequences.is_inside and self._is_interrupt(data)):
            found += self.give_up()
        # The terminal answers while a line brings something else in parts, and that neither ends nor goes on by it.
        rest = data.replace(_ANSWER, b"")
        answers = (len(data) - len(rest)) // len(_ANSWER)
        if not rest:
            return found, answers
        data = rest
        if not self._sequences.is_open or len(data) > KEY_BYTES:
            self._until = at + DRIBBLE_SECONDS
        self._at = at
        found += self._events(self._sequences.feed(data))
        answers += self._answers
        self._answers = 0
        return found, answers

    @staticmethod
    def _is_interrupt(data: bytes) -> bool:
        """Whether this is ctrl+c and nothing else, which is a key whatever it stands in."""
        if len(data) > KEY_BYTES:
            return False
        text = data.decode(errors="replace")
        try:
            return text == ETX or [key.key for key in keys_of(text) or ()] == ["ctrl+c"]
        except (ValueError, OverflowError):
            return False

    @property
    def patience(self) -> float | None:
        """How many seconds to wait for the rest of a sequence; None where none was begun."""
        if not self._sequences.is_open:
            return None
        return ESCAPE_DELAY if self._sequences.is_escape else max(0.0, min(PARTED_SECONDS, self._until - self._at))

    def give_up(self) -> list[Message]:
        """Treat a half-received sequence as complete; the caller decides when."""
        return self._events(self._sequences.give_up())

    def _events(self, pieces: Iterable[Piece]) -> list[Message]:
        found: list[Message] = []
        for piece in pieces:
            with suppress(ValueError, OverflowError):  # a number in it is no number, or no character
                found += self._read(piece)
        for message in found:
            message.time = self._at  # when it came, however long the loop was busy
        return found

    def _read(self, piece: Piece) -> list[Message]:
        text = piece.text
        match piece.kind:
            case Kind.TEXT:
                return self._parser.read(text)
            case Kind.TOO_LONG:
                return [PasteTooLong()]
            case Kind.PASTE:
                self._answers += text.count(ANSWER)
                return [events.Paste(without_sequences(text).replace("\x00", ""))]
        if text == ANSWER:
            self._answers += 1
            return []
        if text == "\x1b":
            return [events.Key("escape", text)]
        if len(text) == 2 and text not in ANSI_SEQUENCES_KEYS:
            return self._with_alt(text[1])
        keys = keys_of(text)
        return self._parser.read(text) if keys is None else list(keys)

    def _with_alt(self, character: str) -> list[Message]:
        if not character.isprintable():
            return self._parser.read(character)
        shift = "shift+" if character.isupper() else ""
        return [events.Key(f"alt+{shift}{key_of(character.lower())}", None)]
