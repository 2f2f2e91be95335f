"""The form to place a call."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from tui.desk import Desk
from tui.modals.form import Field, Form, Refusal

_DIALLED: Final = re.compile(r"[+*#\d][\d*#\-./() ]*")
_SIP: Final = re.compile(r"sips?:[^\s@]+@[^\s@]+")


class PlaceCall(Form[str]):
    """Dismissed with the target as it will be sent."""

    SEND = "Call"

    def __init__(self, desk: Desk, target: str, refusal: Refusal | None = None) -> None:
        self._target = target
        self._accepts_sip = desk.settings.altigen is not None and desk.settings.altigen.system == "maxacd"
        super().__init__(desk, "Place a call", refusal)

    def fields(self) -> Sequence[Field]:
        """The number."""
        return [Field("target", "Number", self._target, self._check, hint="an extension or a number, as 555 0123")]

    def draft(self, values: Mapping[str, str]) -> str:
        """The number without the signs that people write between its digits."""
        text = values["target"].strip()
        return text if _SIP.fullmatch(text) else re.sub(r"[\-./() ]", "", text)

    def preview(self, values: Mapping[str, str]) -> str:
        """What goes to the system."""
        settings = self.desk.settings.altigen
        code = settings.trunk_access_code if settings is not None and settings.system == "maxcs" else ""
        through = f" through trunk {code}" if code else ""
        return f"will call {self.draft(values)}{through}"

    def _check(self, text: str) -> str:
        text = text.strip()
        if not text:
            return "a number is needed"
        if _SIP.fullmatch(text):
            return "" if self._accepts_sip else "only MaxACD takes SIP addresses"
        return "" if _DIALLED.fullmatch(text) else "this is not a number that can be dialled"
