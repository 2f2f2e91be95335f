"""What a system answered to one request, whatever the status: its body read, and its words safe to show."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from tui.config import Secret, masked
from tui.models.text import clean
from tui.services.decoding import decoded, read_json
from tui.services.errors import Limited, ServiceError, Unreadable
from tui.services.failures import Peer
from tui.services.trace import without_secrets

RETRY_AFTER: Final = 60.0
"""Seconds to wait after "too many requests" without a time."""

RETRY_AFTER_MOST: Final = 3_600.0
"""Seconds that a server can make us wait at most."""

WORDS_BYTES: Final = 65_536
"""Bytes of an answer in which its words are looked for."""

HEADER_LENGTH: Final = 64
"""Characters of a header that can be a time or a number of seconds."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whatever the status."""

    peer: Peer
    status: int
    body: bytes = field(repr=False)
    """As UTF-8, however it came."""
    retry_after: float | None = None
    """Seconds to wait before the next request, where the server names a time."""
    read_as: str = ""
    """The encoding that had to be guessed, or that not all of it was in; empty where it said so itself."""
    secrets: tuple[Secret, ...] = ()
    """What the request and the settings hold: an error page that repeats it is not shown with it."""
    holds_secret: bool = False
    """A success brings a secret, so nothing of it is ever shown."""
    address: str = ""
    """The IP address that it came from, where it came straight."""

    @property
    def traced(self) -> str:
        """What came, for the trace; of an answer that brings a secret what is none."""
        if not (self.holds_secret and self.is_success):
            return f"HTTP {self.status} {self.server_message}".strip()
        try:
            held = json.dumps(without_secrets(self.json()), ensure_ascii=False)
        except Unreadable:
            return f"HTTP {self.status} ***"
        return f"HTTP {self.status} {masked(held, self.secrets)}"

    @property
    def is_success(self) -> bool:
        """Whether the status is one of 2xx."""
        return 200 <= self.status < 300

    @property
    def is_page(self) -> bool:
        """Whether the body is a web page instead of an answer."""
        return self.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"

    @property
    def server_message(self) -> str:
        """What the server says: JSON as it came, the title of a page, else the first line; safe to show."""
        if self.holds_secret and self.is_success:
            return ""
        begin = self.body[:WORDS_BYTES]
        if self.is_page:
            begin = _title(begin) or b"a web page"
        body = decoded(begin, is_cut=True).text.strip("\ufeff \t\r\n")
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
            return read_json(decoded(self.body).text)
        except (ValueError, RecursionError):
            pass  # raised below: the error would hold the body
        raise self.unreadable("with something that is no whole JSON")

    def unreadable(self, how: str) -> Unreadable:
        """The answer is not the protocol's."""
        url = self.peer.setting("url")
        sentence = f"{self.peer.system} answered {how} (HTTP {self.status}). Is {url} the address of its API?"
        return Unreadable(sentence, detail=self.server_message, setting=url)

    def limited(self) -> Limited:
        """HTTP 429: too many requests."""
        seconds = RETRY_AFTER if self.retry_after is None else self.retry_after
        sentence = f"{self.peer.system} says that it was asked too often."
        return Limited(sentence, seconds=seconds, detail=self.server_message)

    def obeyed(self, error: ServiceError) -> ServiceError:
        """The error that this answer stands for, with the wait that the server asks for."""
        if self.retry_after and not isinstance(error, Limited):
            error.at_least = self.retry_after
            if error.least_wait is not None:
                error.sentence += f" It asks for {self.retry_after:.0f} s until the next request."
        return error


def retry_after(values: Sequence[str], date: str, now: datetime) -> float | None:
    """The seconds that the headers Retry-After ask for, as a number or as a time by the server's own clock (Date)."""
    read = [seconds for value in values if (seconds := _seconds(value.strip(), date, now)) is not None]
    return min(max(read), RETRY_AFTER_MOST) if read else None


def _seconds(value: str, date: str, now: datetime) -> float | None:
    if len(value) > HEADER_LENGTH:
        return RETRY_AFTER_MOST if value.isascii() and value.isdigit() else None
    if value.isascii() and value.replace(".", "", 1).isdigit():
        return float(value)
    until = _time(value)
    return None if until is None else max(0.0, (until - (_time(date[:HEADER_LENGTH]) or now)).total_seconds())


def _time(value: str) -> datetime | None:
    try:
        time = parsedate_to_datetime(value)
        return time if time.tzinfo else time.replace(tzinfo=UTC)
    except (ValueError, TypeError, LookupError, OverflowError):
        return None


def _title(page: bytes) -> bytes:
    """The title of a page; found by looking forward only, since a stranger wrote it."""
    small = page.lower()
    tag = small.find(b"<title")
    begin = small.find(b">", tag) if tag >= 0 else -1
    end = small.find(b"</title", begin) if begin >= 0 else -1
    return page[begin + 1 : end].strip() if end >= 0 else b""
