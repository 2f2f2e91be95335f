"""The status line: a word for each system, and what must not be missed."""

from __future__ import annotations

from typing import Final

from tui.desk import Desk
from tui.desk.desk import NAMES
from tui.models.calls import CallState
from tui.models.clock import Moment
from tui.models.links import Link, Phase
from tui.widgets.line import Line, Spans

_STYLES: Final = {
    Phase.OFF: "dim",
    Phase.CONNECTING: "busy",
    Phase.LIVE: "good",
    Phase.DEGRADED: "warn",
    Phase.WAITING: "warn",
    Phase.REFUSED: "bad",
}

_SHORTEST: Final = 18
"""Cells that a reason must have to be worth showing."""


class StatusLine(Line):
    """``AltiGen live │ Alpemix waiting 8 s: … │ RemotePC refused: …``, and ringing calls on every screen."""

    def __init__(self, desk: Desk, *, ascii_only: bool = False) -> None:
        super().__init__(ascii_only=ascii_only)
        self._desk = desk

    def spans(self, now: Moment) -> Spans:
        """A word per system; reasons as far as the width allows."""
        links = self._desk.links
        ringing = [call for call in self._desk.calls.live() if call.state is CallState.RINGING]
        alarm = ""
        if ringing:
            newest = ringing[-1]
            alarm = f" {len(ringing)} RINGING: {newest.other_name or newest.other_number or 'unknown caller'} "
        mode = " read-only" if self._desk.settings.ui.readonly else ""
        words = {system: link.word(now) for system, link in links.items()}
        fixed = sum(len(NAMES[system]) + len(word) + 4 for system, word in words.items()) + len(alarm) + len(mode)
        told = [link for link in links.values() if link.reason]
        room = (self.size.width - fixed) // len(told) - 2 if told else 0
        spans: list[tuple[str, str]] = []
        for system, link in links.items():
            spans.append((" │ " if spans else " ", "dim"))
            spans.append((f"{NAMES[system]} ", "plain"))
            spans.append((words[system] + self._reason(link, room), _STYLES[link.phase]))
        if alarm:
            spans += [("  ", "plain"), (alarm, "key")]
        if mode:
            spans.append((mode, "warn"))
        return spans

    @staticmethod
    def _reason(link: Link, room: int) -> str:
        if not link.reason or room < min(_SHORTEST, len(link.reason)):
            return ""
        return f": {link.reason if len(link.reason) <= room else link.reason[: room - 1] + '…'}"
