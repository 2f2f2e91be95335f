"""The status line: a word for each system, and what must not be missed."""

from __future__ import annotations

from typing import Final

from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.models.clock import Moment
from tui.models.links import Phase
from tui.models.zones import zone_to_say
from tui.widgets.drawn import Line, Spans
from tui.widgets.times import age, duration

_STYLES: Final = {
    Phase.OFF: "dim",
    Phase.CONNECTING: "busy",
    Phase.LIVE: "good",
    Phase.DEGRADED: "warn",
    Phase.WAITING: "warn",
    Phase.REFUSED: "bad",
}

TRUSTED_SECONDS: Final = 10.0
"""How long what rang before a link was lost is still taken to ring."""

_SHORTEST: Final = 18
"""Cells that a reason must have to be worth showing."""


class StatusLine(Line):
    """``AltiGen live │ Alpemix waiting 8 s: … │ RemotePC refused: …``, and ringing calls on every screen."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._calls = desk.counter(AltiGenCounter)

    def spans(self, now: Moment) -> Spans:
        """A word per system; reasons as far as the width allows."""
        alarm = self._alarm(now)
        mode = " read-only" if self._desk.settings.ui.readonly else ""
        if self._desk.audit.problem:
            mode += " NO AUDIT"
        links = [(counter.title, counter.link, counter.link.word(now)) for counter in self._desk.counters.values()]
        fixed = sum(len(title) + len(word) + 4 for title, _, word in links) + len(alarm) + len(mode)
        reasons = ["" if link.reason == word else link.reason for _, link, word in links]
        shown = [reason for reason in reasons if reason]
        zone = self._zone(now, self.size.width - fixed, is_alone=not shown)
        room = (self.size.width - fixed - len(zone)) // len(shown) - 2 if shown else 0
        spans: list[tuple[str, str]] = []
        for (title, link, word), reason in zip(links, reasons, strict=True):
            spans.append((" │ " if spans else " ", "dim"))
            spans.append((f"{title} ", "plain"))
            spans.append((word + self._reason(reason, room), _STYLES[link.phase]))
        if alarm:
            spans += [("  ", "plain"), (alarm, "key")]
        if mode:
            spans.append((mode, "warn"))
        if zone:
            spans.append((zone, "dim"))
        return spans

    def _zone(self, now: Moment, room: int, *, is_alone: bool) -> str:
        """In which zone all times on the screen are, where that has to be said; shorter beside what went wrong."""
        ui = self._desk.settings.ui
        others = [counter.zone for counter in self._desk.counters.values() if counter.zone is not None]
        name = zone_to_say(now.at, ui.zone, ui.timezone, others)
        if not name:
            return ""
        forms = [f"  times in {name}"] if is_alone else []
        forms.append(f"  UTC{now.at.astimezone(ui.zone):%z}")
        return next((form for form in forms if len(form) <= room), "")

    def _alarm(self, now: Moment) -> str:
        """What must not be missed: of the calls that go on, or of those that were missed."""
        return self._alarm_of_calls(now) or self._alarm_of_callbacks(now)

    def _alarm_of_callbacks(self, now: Moment) -> str:
        """Somebody has waited too long to be called back."""
        overdue = self._calls.callbacks.overdue()
        if not overdue:
            return ""
        who = overdue[0].name or overdue[0].number if len(overdue) == 1 else str(len(overdue))
        return f" CALL BACK: {who}, {age(now.at.timestamp() - overdue[0].first)} "

    def _alarm_of_calls(self, now: Moment) -> str:
        """A call that rings, or a recording whose mute was forgotten."""
        link = self._calls.link
        if link.is_trouble and (link.fresh is None or now.seconds_since(link.fresh) > TRUSTED_SECONDS):
            return ""  # what is known is over, perhaps
        if ringing := self._calls.board.ringing():
            return f" {len(ringing)} RINGING: {self._calls.callers.shown(ringing[-1]) or ringing[-1].name_or_number} "
        settings = self._calls.section
        for call in self._calls.board.live():
            muted_since = call.recording.muted_since if call.recording else None
            if settings is None or muted_since is None:
                continue
            seconds = now.seconds_since(muted_since)
            if seconds >= settings.mute_warning_seconds:
                return f" NOT RECORDED for {duration(seconds)}: {call.name_or_number} "
        return ""

    @staticmethod
    def _reason(reason: str, room: int) -> str:
        if not reason or room < min(_SHORTEST, len(reason)):
            return ""
        return f": {reason if len(reason) <= room else reason[: room - 1] + '…'}"
