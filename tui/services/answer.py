"""What a system answered to one request, whatever the status: its body read, and its words safe to show."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Final

from tui.config import Secret, masked
from tui.models.text import clean
from tui.services.errors import Limited, Unreadable
from tui.services.failures import Peer

RETRY_AFTER: Final = 60.0
"""Seconds to wait after "too many requests" without a time."""

_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status."""

    peer: Peer
    status: int
    body: bytes = field(repr=False)
    retry_after: str = ""
    secrets: tuple[Secret, ...] = ()
    """What the request and the settings hold: an error page that repeats it is not shown with it."""
    holds_secret: bool = False
    """A success brings a secret, so nothing of it is ever shown."""
    address: str = ""
    """The IP address that it came from, where it came straight."""

    @property
    def traced(self) -> str:
        """What came, for the trace; of an answer that brings a secret only its shape."""
        if not (self.holds_secret and self.is_success):
            return f"HTTP {self.status} {self.words}".strip()
        try:
            return f"HTTP {self.status} {json.dumps(_shape(self.json()))}"
        except Unreadable:
            return f"HTTP {self.status} ***"

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300

    @property
    def is_page(self) -> bool:
        """Whether the body is a web page instead of an answer."""
        return self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"

    @property
    def words(self) -> str:
        """What the server says: JSON as it came, the title of a page, else the first line; safe to show."""
        if self.holds_secret and self.is_success:
            return ""
        body = self.body[:65_536].decode("utf-8", "replace").strip("\ufeff \t\r\n")
        if self.is_page:
            title = _TITLE.search(body)
            body = title[1].strip() if title else "a web page"
        if body.startswith(("{", "[")):
            return self.shown(" ".join(body.split()))
        return self.shown(body.partition("\n")[0].strip())

    def shown(self, text: str) -> str:
        """A text of the answer, cleaned and without the request's secrets."""
        return clean(masked(text, self.secrets))

    def json(self) -> object:
        """The body as JSON.

        Raises:
            Unreadable: it is empty, a web page, or not whole.
        """
        if not self.body.strip():
            raise self.unreadable("with nothing")
        if self.is_page:
            raise self.unreadable("with a web page instead of data")
        try:
            return json.loads(self.body.decode("utf-8-sig"), strict=False)
        except (ValueError, RecursionError):
            pass  # raised below: the error would hold the body
        raise self.unreadable("with something that is no whole JSON")

    def unreadable(self, how: str) -> Unreadable:
        """The answer is not the protocol's."""
        url = self.peer.setting("url")
        sentence = f"{self.peer.system} answered {how} (HTTP {self.status}). Is {url} the address of its API?"
        return Unreadable(sentence, detail=self.words, setting=url)

    def limited(self) -> Limited:
        """HTTP 429, or 503 with a time: too many requests."""
        seconds = float(self.retry_after) if self.retry_after.isascii() and self.retry_after.isdigit() else RETRY_AFTER
        seconds = min(seconds, 3600.0)
        sentence = f"{self.peer.system} says that it was asked too often: the next request goes in {seconds:.0f} s."
        return Limited(sentence, seconds=seconds, detail=self.words)


def _shape(value: object) -> object:
    """A JSON value with its keys and without what they hold."""
    if isinstance(value, dict):
        return {clean(str(key)): _shape(item) for key, item in value.items()}
    return [_shape(item) for item in value] if isinstance(value, list) else "***"
