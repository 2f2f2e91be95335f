"""Cuts what a terminal sends into text, sequences and pastes, however the line has split it.

Only what may be a key or an event comes out. Control strings (OSC, DCS, APC, PM, SOS) are answers that nobody here asks
for, and end here. An answer whose introducer was read by the program before cannot be told from keys.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Generator, Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

SEQUENCE_MOST: Final = 1_024
"""Characters of a key's sequence; a longer one is swallowed."""

STRING_MOST: Final = 1_048_576
"""Characters of a control string; what has no end by then was none."""

PASTE_MOST: Final = 4_194_304
"""Characters of a paste; a longer one is refused whole."""

PASTE_BEGIN: Final = "\x1b[200~"
PASTE_END: Final = "\x1b[201~"

ETX: Final = "\x03"
"""The interrupt key. No control string holds it, so it works within one that never ends."""

_ABORTS: Final = "\x18\x1a"

_SEVEN_BITS: Final[dict[int, str | None]] = {
    code: f"\x1b{chr(code - 0x40)}" if chr(code) in "\x8f\x90\x98\x9b\x9c\x9d\x9e\x9f" else None
    for code in range(0x80, 0xA0)
}
"""The controls of eight bits as those of seven that mean the same; those that introduce or end nothing go."""

_TEXT: Final = re.compile(r"[^\x1b]+")
_STRING: Final = re.compile(r"\x1b[\]PX^_]")
_CSI: Final = re.compile(r"\x1b\[(?:\[[A-E]|M[^\x1b]{3}|\d+\$|(?![M\[])[ -?]*[@-~])", re.DOTALL)
"""A whole one; of the Linux console, of mice without numbers, and of rxvt there are some that follow no grammar."""
_SS3: Final = re.compile(r"\x1bO[0-9;]*(?![0-9;])[ -~]")
_UNFINISHED: Final = re.compile(r"\x1b(?:\[(?:\[|M[^\x1b]{0,2}|[ -?]*)|O[0-9;]*)?\Z", re.DOTALL)
_BROKEN: Final = re.compile(r"\x1b(?:\[(?:\[|M[^\x1b]{0,2}|[ -?]*)|O[0-9;]*)[\x18\x1a]?", re.DOTALL)
"""What belongs to a sequence into which something came that cannot be part of one."""
_PARAMETERS: Final = re.compile(r"[ -?]*")
_STRING_END: Final = re.compile(r"[\x03\x07\x18\x1a\x1b]")
_ANY: Final = re.compile(
    r"\x1b(?:[\]PX^_][^\x07\x18\x1a\x1b]*(?:\x07|\x1b\\|[\x18\x1a])|\[[ -?]*[@-~]|O[@-~]|[ -~])", re.DOTALL
)


def without_sequences(text: str) -> str:
    """A text as a person reads it: the sequences within go whole, and not only their first character."""
    return _ANY.sub("", text)


def _of_eight_bits(error: UnicodeError) -> tuple[str, int]:
    """A byte by itself that is a control of eight bits is one; whatever else is no UTF-8 is shown as such."""
    assert isinstance(error, UnicodeDecodeError)
    broken = error.object[error.start : error.end]
    is_control = len(broken) == 1 and 0x80 <= broken[0] < 0xA0
    return (chr(broken[0]) if is_control else "�"), error.end


codecs.register_error("terminal", _of_eight_bits)


class Kind(Enum):
    """What a piece is."""

    TEXT = auto()
    SEQUENCE = auto()
    PASTE = auto()
    TOO_LONG = auto()
    """In the place of a paste that is not kept."""


class Piece(NamedTuple):
    """One piece of what was sent."""

    kind: Kind
    text: str


class _State(Enum):
    GROUND = auto()
    STRING = auto()
    LONG = auto()
    """Within a sequence that is longer than any key."""
    PASTE = auto()


class Sequences:
    """Takes bytes as they come, gives the pieces that are whole, and keeps what is unfinished."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("terminal")
        self._state = _State.GROUND
        self._rest = ""
        self._introducer = ""
        self._swallowed = 0
        self._pasted: list[str] = []
        self._pasted_length = 0

    @property
    def is_open(self) -> bool:
        """Whether something has begun and not ended."""
        return self._state is not _State.GROUND or bool(self._rest)

    @property
    def is_escape(self) -> bool:
        """Whether all that is open is an escape, which is a key where nothing follows."""
        return self._state is _State.GROUND and self._rest == "\x1b"

    @property
    def is_inside(self) -> bool:
        """Whether what comes belongs to a string or a paste."""
        return self._state is not _State.GROUND

    def feed(self, data: bytes) -> Iterator[Piece]:
        """The pieces that are whole now."""
        text = self._rest + self._decoder.decode(data).translate(_SEVEN_BITS)
        self._rest = ""
        while text:
            match self._state:
                case _State.GROUND:
                    text = yield from self._in_ground(text)
                case _State.STRING:
                    text = self._in_string(text)
                case _State.LONG:
                    text = self._in_long(text)
                case _State.PASTE:
                    text = yield from self._in_paste(text)

    def give_up(self) -> Iterator[Piece]:
        """Take what is unfinished for all that comes: a paste is what came of it, an answer is nothing."""
        state, rest = self._state, self._rest
        self._state, self._rest = _State.GROUND, ""
        if state is _State.PASTE:
            self._keep(rest)
            yield self._taken()
        elif state is _State.STRING and not self._swallowed and not rest:
            yield Piece(Kind.SEQUENCE, self._introducer)
        elif state is _State.GROUND and 0 < len(rest) <= len("\x1b["):
            yield Piece(Kind.SEQUENCE, rest)

    # Each takes what it can and gives what is left of the text.

    def _in_ground(self, text: str) -> Generator[Piece, None, str]:
        if found := _TEXT.match(text):
            yield Piece(Kind.TEXT, found[0])
        elif text.startswith(PASTE_BEGIN):
            self._state = _State.PASTE
            return text[len(PASTE_BEGIN) :]
        elif found := _STRING.match(text):
            self._state, self._introducer, self._swallowed = _State.STRING, found[0], 0
        elif found := _CSI.match(text) or _SS3.match(text):
            if found[0] != PASTE_END and len(found[0]) <= SEQUENCE_MOST:
                yield Piece(Kind.SEQUENCE, found[0])
        elif _UNFINISHED.match(text):
            if len(text) <= SEQUENCE_MOST:
                self._rest = text
            else:
                self._state, self._swallowed = _State.LONG, len(text)
            return ""
        elif found := _BROKEN.match(text):
            pass
        else:
            end = 1 if text[1] == "\x1b" else 2  # two escapes are one key and the beginning of another
            if text[:end] != "\x1b\\":  # the end of a string that is over
                yield Piece(Kind.SEQUENCE, text[:end])
            return text[end:]
        return text[found.end() :]

    def _in_string(self, text: str) -> str:
        found = _STRING_END.search(text)
        self._swallowed += len(text) if found is None else found.start()
        if found is None:
            if self._swallowed > STRING_MOST:
                self._state = _State.GROUND
            return ""
        place = found.start()
        if text[place:] == "\x1b":
            self._rest = "\x1b"  # perhaps the first half of the end
            return ""
        self._state = _State.GROUND
        if found[0] == ETX:
            return text[place:]
        if found[0] == "\x1b":
            return text[place + 2 :] if text[place + 1] == "\\" else text[place:]
        return text[place + 1 :]

    def _in_long(self, text: str) -> str:
        found = _PARAMETERS.match(text)
        assert found is not None
        place = found.end()
        self._swallowed += place
        if place == len(text):
            if self._swallowed > STRING_MOST:
                self._state = _State.GROUND
            return ""
        self._state = _State.GROUND
        return text[place + 1 :] if "@" <= text[place] <= "~" or text[place] in _ABORTS else text[place:]

    def _in_paste(self, text: str) -> Generator[Piece, None, str]:
        place = text.find(PASTE_END)
        if place >= 0:
            self._keep(text[:place])
            self._state = _State.GROUND
            yield self._taken()
            return text[place + len(PASTE_END) :]
        parted = next((n for n in range(len(PASTE_END) - 1, 0, -1) if text.endswith(PASTE_END[:n])), 0)
        self._keep(text[: len(text) - parted])
        self._rest = text[len(text) - parted :]
        return ""

    def _keep(self, text: str) -> None:
        self._pasted_length += len(text)
        if self._pasted_length <= PASTE_MOST:
            self._pasted.append(text)
        else:
            self._pasted.clear()

    def _taken(self) -> Piece:
        is_kept, text = self._pasted_length <= PASTE_MOST, "".join(self._pasted)
        self._pasted.clear()
        self._pasted_length = 0
        return Piece(Kind.PASTE, text) if is_kept else Piece(Kind.TOO_LONG, "")
