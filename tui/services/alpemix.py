"""Alpemix: the reports of the team's remote-support connections, within the limits of its page."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from types import TracebackType
from typing import Final, Self

import httpx

from tui.config import AlpemixSettings, Secret
from tui.models.clock import Clock
from tui.services.alpemix_errors import OUTDATED_TOKEN, REPORT_LIMIT, TOKEN_LIMIT, explain
from tui.services.alpemix_report import Reading, Report, read_answer, report_of, token_of, zone_of
from tui.services.errors import NotFound, Refused, Rejected, ServerFault, ServiceError
from tui.services.failures import Peer
from tui.services.fields import whole
from tui.services.http import Answer, HttpClient, Timeouts
from tui.services.pacing import RequestBudget
from tui.services.trace import Trace

WINDOW: Final = 60.0
"""Seconds of the page's "1 minute"."""

REPORTS: Final = 3
TOKENS: Final = 5

BLOCK_SECONDS: Final = 15 * 60.0
"""How long no token is asked for after the server blocked our address; it does not say how long it does."""

TOKEN_SECONDS: Final = 23 * 60 * 60.0
"""How long a token is used: it lives a day, and is let go before it dies."""

SILENCE_HINT: Final = (
    "Firewalls often block its port 5900, because VNC uses it: ask for an exception for outgoing connections."
)


class AlpemixService:
    """One team's reports. Every call may raise Unreachable, Unreadable, ServerFault, Refused, Limited and Misuse."""

    def __init__(
        self,
        settings: AlpemixSettings,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._settings = settings
        self._clock = clock or Clock()
        peer = Peer("Alpemix", "alpemix", settings.url, settings.ca_file, silence_hint=SILENCE_HINT)
        self.trace = Trace(self._clock)
        """The last requests and answers, without secrets."""
        self._http = HttpClient(
            peer, timeouts=timeouts, transport=transport, secrets=(settings.secret_key,), trace=self.trace
        )
        self._token: Secret | None = None
        self._token_dies = 0.0
        self._fetching = asyncio.Lock()
        self.reports = RequestBudget(REPORTS, WINDOW, self._clock, of="reports")
        self.tokens = RequestBudget(TOKENS, WINDOW, self._clock, of="access tokens")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def last(self, count: int) -> Report:
        """The last ``count`` connections of today; 0 asks for all of them (page, "last 10 connections")."""
        return await self._report({"requestnumber": 1, "lastxconnection": count})

    async def today(self) -> Report:
        """All connections of today, by the server's clock."""
        return await self._report({"requestnumber": 1, "lastxconnection": 0})

    async def yesterday(self) -> Report:
        """All connections of yesterday; nothing older can be asked for."""
        return await self._report({"requestnumber": 2})

    async def _report(self, asked: dict[str, object]) -> Report:
        """One report; with an outdated token one new token and one more try, each out of its budget."""
        zone = zone_of(self._settings.timezone)
        token = await self._current_token()
        answer, reading, number = await self._ask_for_report(asked, token)
        if number in OUTDATED_TOKEN:
            self._drop(token)
            answer, reading, number = await self._ask_for_report(asked, await self._current_token())
        if number:
            raise self._failed(number, answer)
        report = None if reading is None else report_of(reading, zone)
        if report is None:
            raise answer.unreadable("without a report")
        return report

    async def _ask_for_report(self, asked: dict[str, object], token: Secret) -> tuple[Answer, Reading | None, int]:
        async with self.reports.slot():
            return await self._ask({"stepnumber": 2, "accesstoken": token, **asked})

    async def _current_token(self) -> Secret:
        """The token that is held, or a new one; two who need it fetch it once."""
        async with self._fetching:
            if self._token is None or self._clock.tick() >= self._token_dies:
                async with self.tokens.slot():
                    asked = {
                        "stepnumber": 1,
                        "secretkey": self._settings.secret_key,
                        "mainusername": self._settings.user,
                    }
                    answer, reading, number = await self._ask(asked, brings_secret=True)
                if number:
                    raise self._failed(number, answer)
                token = token_of(reading) if reading else Secret("")
                if not token:
                    raise ServerFault("Alpemix gave no access token, and no reason.")
                self._token = token
                self._token_dies = self._clock.tick() + TOKEN_SECONDS
            return self._token

    def _drop(self, token: Secret) -> None:
        if self._token == token:  # another request may have replaced it meanwhile
            self._token = None

    async def _ask(self, body: dict[str, object], *, brings_secret: bool = False) -> tuple[Answer, Reading | None, int]:
        """Send one request; the answer, what it says, and its error number (0: none).

        Raises:
            Unreadable, ServerFault, Refused, NotFound, Limited: there is no answer of Alpemix in it.
        """
        answer = await self._http.send("POST", body=body, brings_secret=brings_secret)
        reading = None if answer.is_page else read_answer(answer.body)
        if reading is not None:
            number = whole(reading.fields.get("errornumber"))
            if number is not None:
                if number and not token_of(reading):
                    answer = replace(answer, holds_secret=False)  # an error brings none: show it as it came
                return answer, reading, number
            if answer.is_success and not reading.fields.get("errornumber"):
                return answer, reading, 0
        raise _not_alpemix(answer)

    def _failed(self, number: int, answer: Answer) -> ServiceError:
        seconds = 0.0
        if number == TOKEN_LIMIT:
            seconds = BLOCK_SECONDS
            self.tokens.block(seconds)
        elif number == REPORT_LIMIT:
            seconds = WINDOW
            self.reports.block(seconds)
        return explain(number, answer.words, seconds)


def _not_alpemix(answer: Answer) -> ServiceError:
    """A status and a body that the page does not know: something else answered, or the server is ill."""
    status = answer.status
    if answer.is_success:
        answer.json()  # says what is wrong with it, where it is not JSON
        return answer.unreadable("with something that is no answer")
    if status == 429:
        return answer.limited()
    if status >= 500:
        return ServerFault(f"Alpemix failed (HTTP {status}).", detail=answer.words)
    if status in (404, 405):
        return NotFound(
            f"Alpemix has nothing at alpemix.url (HTTP {status}).", detail=answer.words, setting="alpemix.url"
        )
    if status in (401, 403, 407):
        return Refused(f"Alpemix does not let us in (HTTP {status}).", detail=answer.words, setting="alpemix.url")
    return Rejected(f"Alpemix does not accept the request (HTTP {status}).", detail=answer.words)
