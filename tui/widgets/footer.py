"""The footer: the keys of what has the focus, and for a while the last notice in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from rich.cells import cell_len

from tui.models.clock import Clock, Moment
from tui.widgets.drawn import Line, Spans

NOTICE_SECONDS: Final = 6.0
ERROR_SECONDS: Final = 10.0


class Hint(NamedTuple):
    """A key and what it does now."""

    key: str
    label: str
    why_not: str = ""
    """Why it is not possible now; empty when it is."""


class Footer(Line):
    """One line, shortened by width."""

    def __init__(self, hints: Callable[[], list[Hint]], clock: Clock) -> None:
        super().__init__()
        self._hints = hints
        self._clock = clock
        self._notice: tuple[str, str, float] | None = None

    def say(self, text: str, *, bad: bool = False) -> None:
        """Show a notice for some seconds."""
        until = self._clock.tick() + (ERROR_SECONDS if bad else NOTICE_SECONDS)
        self._notice = (" " + text, "bad" if bad else "good", until)
        self.frame(self._clock.now())

    def spans(self, now: Moment) -> Spans:
        """The notice, and the keys as far as there is room."""
        spans: list[tuple[str, str]] = []
        if self._notice is not None:
            text, style, until = self._notice
            if now.tick < until:
                spans.append((f"{text}  ", style))
            else:
                self._notice = None
        hints = self._hints()
        room = self.size.width - sum(cell_len(text) for text, _ in spans)
        for hint in fitting(hints, room):
            spans.append((f" {hint.key} ", "dim" if hint.why_not else "key"))
            spans.append((f"{hint.label} ", "dim" if hint.why_not else "plain"))
        return spans


def fitting(hints: list[Hint], room: int) -> list[Hint]:
    """The hints that fit into ``room`` cells, whole; the last one (the help) is the last to go."""

    def width(hint: Hint) -> int:
        return cell_len(hint.key) + cell_len(hint.label) + 3

    shown = hints[-1:]
    used = sum(map(width, shown))
    for place, hint in enumerate(hints[:-1]):
        used += width(hint)
        if used > room:
            break
        shown.insert(place, hint)
    return shown
