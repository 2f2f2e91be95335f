"""What a terminal without UTF-8 is sent: every line of the screen in ASCII, with each text as wide as it was."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_SIGNS: Final = str.maketrans(
    {"…": "~", "•": "*", "│": "|", "─": "-", "▔": "-", "▁": "_", "▄": "_", "▀": "-", "▐": "#", "▎": "|"}
    | {"▂": "_", "▃": "_", "▅": "#", "▆": "#", "▇": "#", "█": "#", "━": "=", "╌": "-", "·": "."}
    | {"▸": ">", "▲": "^", "▼": "v", "●": "*", "‖": "=", "≥": ">", "¶": "+", "—": "-", "’": "'"}
)


class AsciiOnly(LineFilter):
    """The last step before a line is painted, so that nothing can forget it: names, forms, the toolkit's own frames."""

    def apply(self, segments: Sequence[Segment], background: Color) -> list[Segment]:
        """The same pieces in ASCII."""
        return [
            segment if segment.control or segment.text.isascii() else Segment(in_ascii(segment.text), segment.style)
            for segment in segments
        ]


def in_ascii(text: str) -> str:
    """The text in ASCII: a sign that resembles where there is one, else a question mark for each cell."""
    return "".join(
        character if character.isascii() else "?" * cell_len(character) for character in text.translate(_SIGNS)
    )
