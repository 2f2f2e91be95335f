"""Alpemix: the reports of the team's remote-support connections, within the limits of its page."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import tzinfo
from hashlib import blake2b
from pathlib import Path
from typing import Final, TypeVar

import httpx

from tui.archive import Store
from tui.archive.budget import UNDER_WAY_SECONDS, Limit, Slot
from tui.config import AlpemixSettings, Secret
from tui.config.hosts import canonical_address
from tui.config.problems import InvalidValue
from tui.config.zones import zone_of
from tui.models.clock import Clock
from tui.models.connections import Report, ReportKind
from tui.services.alpemix.errors import BLOCKED, OUTDATED_TOKEN, REPORT_LIMIT, TOKEN_LIMIT, USED_UP, explain
from tui.services.alpemix.report import Reading, read_answer, report_of, token_of
from tui.services.alpemix.token_file import TokenFile
from tui.services.answer import Answer
from tui.services.departure import Departure
from tui.services.errors import Elsewhere, NotFound, Refused, Rejected, ServerFault, ServiceError
from tui.services.failures import Peer
from tui.services.fields import whole
from tui.services.http import HttpClient, Timeouts
from tui.services.request_budget import RequestBudget

WINDOW: Final = 61.0
"""The page's "1 minute" and a second: no two clocks run quite alike."""

FETCHING_LOOK_SECONDS: Final = 0.25
"""How often to look whether another process has got the token that it fetches."""

FETCHING_SECONDS: Final = UNDER_WAY_SECONDS + 5.0
"""How long another process may take to fetch it: longer than any answer is waited for. One that stands still, put aside
by ctrl+z in that moment, holds its lock for ever."""

AT_ONCE_BYTES: Final = 32_768
"""An answer of this size is read in a millisecond or two."""

REPORTS: Final = 3
TOKENS: Final = 5

LASTING_WAIT: Final = 30.0
"""Least seconds between two tries where the address is wrong: it seldom mends by itself, and each try costs one of the
few requests."""

BLOCK_SECONDS: Final = 15 * 60.0
"""How long no token is asked for after the server blocked our address; it does not say how long it does."""

TOKEN_SECONDS: Final = 23 * 60 * 60.0
"""How long a token is used: it lives a day, and is let go before it dies."""

SILENCE_HINT: Final = (
    "Firewalls often block its port 5900, because VNC uses it: ask for an exception for outgoing connections."
)

Result = TypeVar("Result")


class AlpemixService(AbstractAsyncContextManager["AlpemixService"]):
    """One team's reports. Every call may raise any ServiceError but LicenceInUse and Rejected."""

    def __init__(
        self,
        settings: AlpemixSettings,
        *,
        archive: Store,
        clock: Clock | None = None,
        token_folder: Path | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        """``token_folder``: where the access token is kept for all processes; None keeps it in memory."""
        self._settings = settings
        self._clock = clock or Clock()
        self.account = settings.account
        peer = Peer("Alpemix", "alpemix", settings.url, settings.ca_file, silence_hint=SILENCE_HINT)
        secrets = (settings.secret_key,)
        self._http = HttpClient(peer, timeouts=timeouts, transport=transport, secrets=secrets, clock=self._clock)
        self.trace = self._http.trace
        # A token is good only for the address on the internet that it was given to.
        holder = f"{self.account} from {settings.egress}" if settings.egress else self.account
        self._token = TokenFile(_token_path(token_folder, holder), _got_with(holder, settings))
        self._fetching = asyncio.Lock()

        # Too many token requests block the address that they come from, whichever account they are for.
        address = canonical_address(settings.url)
        egress = f"{address} from {settings.egress}" if settings.egress else address
        tokens = Limit(egress, "tokens", TOKENS, WINDOW, BLOCK_SECONDS)
        # A blocked address is not let in with a token either.
        reports = Limit(self.account, "reports", REPORTS, WINDOW, under=(tokens.account, tokens.kind))
        self.reports = RequestBudget(archive, reports, self._clock, of="reports")
        self.tokens = RequestBudget(archive, tokens, self._clock, of="access tokens")

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def report(self, kind: ReportKind, count: int = 0, slot: Slot | None = None) -> tuple[Report, Slot]:
        """One report; with an outdated token one new token and one more try, each out of its budget.

        ``count``: how many of the newest connections of today; 0 asks for all of them (page, "last 10 connections").
        ``slot``: the one that was taken for it already. It is given back where nothing was sent. The report comes with
        the slot of its own request, which is a later one where the token was long in coming.
        """
        asked = {"requestnumber": 2} if kind is ReportKind.YESTERDAY else {"requestnumber": 1, "lastxconnection": count}
        try:
            zone = self._zone()
            token = await self._current_token()
        except BaseException:
            if slot is not None:
                await self.reports.give_back(slot)
            raise
        answer, reading, number, used = await self._ask_for_report(kind, asked, token, slot)
        if number in OUTDATED_TOKEN:
            token = await self._current_token(instead_of=token)
            answer, reading, number, used = await self._ask_for_report(kind, asked, token)
        if number:
            raise await self._failed(number, answer)
        report = None if reading is None else await _read(answer, report_of, reading, zone)
        if report is None:
            raise answer.unreadable("without a report")
        if report.repaired:
            self.trace.failed(
                "This answer was no valid JSON: it was read after the least repair that makes it readable."
            )
        if report.unreadable:
            self.trace.failed(f"{report.unreadable} of its {len(report.rows)} rows could not be read in full.")
        return report, used

    def _zone(self) -> tzinfo:
        try:
            return zone_of(self._settings.timezone)
        except InvalidValue as invalid:
            # The settings were not read from a file, or the machine has lost its zones.
            raise Refused(f"alpemix.timezone {invalid.message}.", setting="alpemix.timezone") from None

    async def _ask_for_report(
        self, kind: ReportKind, asked: Mapping[str, object], token: Secret, slot: Slot | None = None
    ) -> tuple[Answer, Reading | None, int, Slot]:
        async with self.reports.slot(slot, kind) as (used, departure):
            return *await self._ask({"stepnumber": 2, "accesstoken": token, **asked}, departure), used

    async def _current_token(self, *, instead_of: Secret | None = None) -> Secret:
        """The token that is kept, or a new one; of all who need it at the same time, one fetches it."""
        async with self._fetching:
            begun = self._clock.tick()
            while True:
                if (kept := self._kept(instead_of)) is not None:
                    return kept
                with self._token.fetching() as is_for_us:
                    if is_for_us or self._clock.tick() - begun >= FETCHING_SECONDS:
                        # Looked at once more: another process may have fetched it just before.
                        return self._kept(instead_of) or await self._new_token()
                await self._clock.sleep(FETCHING_LOOK_SECONDS)

    def _kept(self, instead_of: Secret | None) -> Secret | None:
        kept = self._token.read()
        # One that seems to come from the future was got before the clock was set back: the server knows its age.
        if kept is None or kept.token == instead_of or self._clock.now().at.timestamp() - kept.got_at >= TOKEN_SECONDS:
            return None
        return kept.token

    async def _new_token(self) -> Secret:
        asked = {"stepnumber": 1, "secretkey": self._settings.secret_key, "mainusername": self._settings.user}
        got_at = self._clock.now().at.timestamp()
        async with self.tokens.slot() as (_, departure):
            answer, reading, number = await self._ask(asked, departure, brings_secret=True)
        if number:
            raise await self._failed(number, answer)
        token = token_of(reading) if reading else Secret("")
        if not token:
            raise ServerFault("Alpemix gave no access token, or none that can be sent, and no reason.")
        self._token.write(token, got_at)
        return token

    async def _ask(
        self, body: dict[str, object], departure: Departure, *, brings_secret: bool = False
    ) -> tuple[Answer, Reading | None, int]:
        """Send one request; the answer, what it says, and its error number (0: none).

        Raises:
            Unreadable, ServerFault, Refused, NotFound, Limited: there is no answer of Alpemix in it.
        """
        try:
            answer = await self._http.send("POST", body=body, brings_secret=brings_secret, departure=departure)
            reading = None if answer.is_page else await _read(answer, read_answer, answer.body)
            if reading is not None:
                reading = replace(reading, repaired=reading.repaired or bool(answer.read_as))
                number = whole(reading.fields.get("errornumber"))
                if number is not None:
                    if number and not token_of(reading):
                        answer = replace(answer, holds_secret=False)  # an error brings none: show it as it came
                    return answer, reading, number
                if answer.is_success and not reading.fields.get("errornumber"):
                    return answer, reading, 0
            raise answer.obeyed(_not_alpemix(answer))
        except (NotFound, Elsewhere) as error:
            error.at_least = max(error.at_least, LASTING_WAIT)
            raise

    async def _failed(self, number: int, answer: Answer) -> ServiceError:
        seconds = {TOKEN_LIMIT: BLOCK_SECONDS, REPORT_LIMIT: WINDOW}.get(number, 0.0)
        if number == TOKEN_LIMIT:
            await self.tokens.block(seconds, BLOCKED)
            await self.reports.look()  # it holds for them, too
        elif number == REPORT_LIMIT:
            await self.reports.block(seconds, USED_UP)
        return answer.obeyed(explain(number, answer.server_message, seconds))


def _got_with(account: str, settings: AlpemixSettings) -> str:
    """What a kept token must have been got with: one of another key would hide for a day that this key is wrong."""
    key = blake2b(settings.secret_key.reveal().encode("utf-8", "replace"), digest_size=8, key=account.encode()[:64])
    return f"{account} with {key.hexdigest()}"


def _token_path(folder: Path | None, account: str) -> Path | None:
    return None if folder is None else folder / f"alpemix-{blake2b(account.encode(), digest_size=8).hexdigest()}.token"


async def _read(answer: Answer, read: Callable[..., Result], *what: object) -> Result:
    """A short answer is read at once; a long one in a thread, so that the screen does not wait for it."""
    return read(*what) if len(answer.body) < AT_ONCE_BYTES else await asyncio.to_thread(read, *what)


def _not_alpemix(answer: Answer) -> ServiceError:
    """A status and a body that the page does not know: something else answered, or the server is ill."""
    status, detail = answer.status, answer.server_message
    if answer.is_success:
        answer.json()  # says what is wrong with it, where it is not JSON
        return answer.unreadable("with something that is no answer")
    if status == 429:
        return answer.limited()
    if status >= 500:
        return ServerFault(f"Alpemix failed (HTTP {status}).", detail=detail)
    if status in (404, 405):
        return NotFound(f"Alpemix has nothing at alpemix.url (HTTP {status}).", detail=detail, setting="alpemix.url")
    if status in (401, 403, 407):
        return Refused(f"Alpemix does not let us in (HTTP {status}).", detail=detail, setting="alpemix.url")
    return Rejected(f"Alpemix does not accept the request (HTTP {status}).", detail=detail)
