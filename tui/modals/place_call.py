"""The form to place a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from textual.content import Content
from textual.widgets import Static

from tui.config.regions import NAMES
from tui.desk import Desk
from tui.desk.altigen import AltiGenCounter
from tui.modals.form import Field, Form
from tui.models.clock import Moment
from tui.models.dialling import Undialable, country_of
from tui.services.errors import Rejected, ServiceError


class PlaceCall(Form[str]):
    """Dismissed with the text that was typed, which can be called; :meth:`target` says how it goes out."""

    HEADING = "Place a call"
    SEND = "Call"

    def __init__(self, desk: Desk, typed: str, refusal: ServiceError | None = None, remark: str = "") -> None:
        self._counter = desk.counter(AltiGenCounter)
        self._doubt = self._counter.phone.doubt_of_placing
        notice = self._doubt or remark
        super().__init__(desk, typed, refusal or (Rejected(notice) if notice else None))

    def frame(self, now: Moment) -> None:
        """Say what has become known of the last call, whose answer was lost."""
        super().frame(now)
        doubt = self._counter.phone.doubt_of_placing
        if doubt and doubt != self._doubt:
            self._doubt = doubt
            self.query_one("#refusal", Static).update(Content(doubt))

    def _new_fields(self) -> Sequence[Field]:
        settings = self._counter.section
        country = NAMES.get(settings.region, "") if settings is not None else ""
        without = f"; without +: {country}" if country else ", with + and its country code"
        return [Field("target", "Number", self._draft, self._check, hint=f"an extension or a number{without}")]

    def _draft_of(self, values: Mapping[str, str]) -> str:
        return values["target"].strip()

    def _preview(self, values: Mapping[str, str]) -> str:
        settings = self._counter.section
        code = "" if settings is None else settings.trunk_code
        target = self._counter.phone.target(values["target"])
        named = ", ".join(part for part in (target.shown, country_of(target)) if part)
        return f"will call {named}, sent as {target.sent}" + (f" with trunk access code {code}" if code else "")

    def _check(self, text: str) -> str:
        try:
            self._counter.phone.target(text)
        except Undialable as problem:
            return str(problem)
        return ""
