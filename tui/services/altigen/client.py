"""AltiGen's WebProxy: a session that holds a licence, its event channel, and the commands of the Web API guide."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import httpx

from tui.config import AltiGenSettings, Secret
from tui.models.clock import Clock
from tui.services.altigen.answers import basic_credentials, explain, perhaps_by_us, session_of, sessions_guessed
from tui.services.altigen.channel import EventChannel, open_channel
from tui.services.altigen.recording import RecordOperation, RecordPacing
from tui.services.altigen.session_file import SessionFile
from tui.services.answer import Answer
from tui.services.errors import LicenceInUse, NoSession, NotFound, Rejected, ServiceError, Unreachable, Unreadable
from tui.services.failures import Peer
from tui.services.http import HttpClient, Timeouts
from tui.services.trace import Trace

LOG_OFF_LIMIT: Final = 4.0
"""Seconds that leaving may take: the licence should be free again, but nobody waits for a dead server."""


@dataclass(slots=True)
class _Proxy:
    """One WebProxy of the list in ``url``."""

    http: HttpClient
    session: Secret | None = None
    """The id that it gave, as long as nothing tells that it was released: another server knows another one."""
    may_hold_another: bool = False
    """The answer to a log-on was lost, and a session may have been in it."""


class AltiGenReader:
    """One extension's session, to watch its calls; it has no method that changes one.

    Every call may raise Unreachable, Unreadable, ServerFault, Refused and Limited. With several WebProxies in ``url``
    a log-on begins with the first and goes to the next when one does not answer.
    """

    def __init__(
        self,
        settings: AltiGenSettings,
        *,
        clock: Clock | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        timeouts: Timeouts | None = None,
        session_path: Path | None = None,
    ) -> None:
        """``session_path``: where the session's id survives a crash; None keeps it nowhere."""
        self._settings = settings
        self._clock = clock or Clock()
        self._basic = basic_credentials(settings)
        self.trace = Trace(self._clock)
        """The last requests and frames, without secrets."""
        self._proxies = [self._proxy(url, timeouts, transport) for url in settings.url]
        self._proxy_in_use = self._proxies[0]
        self._kept = SessionFile(session_path)
        self._logging_on: asyncio.Task[Answer] | None = None

    def _proxy(self, url: str, timeouts: Timeouts | None, transport: httpx.AsyncBaseTransport | None) -> _Proxy:
        http = HttpClient(
            Peer("AltiGen", "altigen", url, self._settings.ca_file),
            timeouts=timeouts,
            transport=transport,
            may_use_proxy=False,  # the WebSocket goes straight as well, and the WebProxy is in the same house
            secrets=(self._settings.password, self._basic),
            trace=self.trace,
            clock=self._clock,
        )
        return _Proxy(http)

    async def __aenter__(self) -> Self:
        self._kept.open()
        for proxy in self._proxies:
            if kept := self._kept.read(proxy.http.peer.url, self._settings.user):
                self._proxy_in_use, proxy.session = proxy, kept
        return self

    async def __aexit__(self, *_error: object) -> None:
        try:
            await self._log_off_in_time()
        finally:
            if self._logging_on is not None:
                self._logging_on.cancel()
                await asyncio.wait([self._logging_on])
            for proxy in self._proxies:
                await proxy.http.aclose()
            self._kept.close()

    async def log_on(self) -> None:
        """Get a session, the old one if the server still has it (guide, "Logon").

        Never called again by itself after Refused: eight wrong passwords lock an extension. For the same reason a
        refusal is final for all WebProxies of the list; only one that does not answer hands over to the next.

        Raises:
            LicenceInUse: every licence is taken.
            NotFound: there is no WebProxy at this address.
        """
        await self._finish_log_on()
        if self._proxy_in_use is not self._proxies[0]:
            await self._log_off_in_time()  # else the one that stood in would keep a licence beside the first
        failure: ServiceError | None = None
        for proxy in self._proxies:
            self._proxy_in_use = proxy
            try:
                await self._log_on_here()
            except LicenceInUse as error:
                raise perhaps_by_us(error) if proxy.may_hold_another else error from None
            except (Unreachable, NotFound) as error:  # Unreachable: also what is unreadable, and faults of the server
                proxy.may_hold_another |= isinstance(error, Unreachable) and error.may_have_acted
                failure = failure or error
            else:
                proxy.may_hold_another = False
                return
        self._proxy_in_use = self._proxies[0]
        if failure is not None:
            raise failure

    async def log_off(self) -> None:
        """Give the session and its licence back (guide, "Log Off"); any answer counts, a dead session too."""
        proxy = self._proxy_in_use
        if proxy.session is None:
            return
        with contextlib.suppress(Unreadable):  # a redirect is an answer, too
            await proxy.http.send("DELETE", "/sessions/{session}", fill={"session": proxy.session})
        proxy.session = None
        self._kept.clear()

    def channel(self) -> AbstractAsyncContextManager[EventChannel]:
        """The session's event channel, open but not bound yet (guide, "Web API Events").

        Leaving it closes the WebSocket, by which the server releases the session.

        Raises:
            NotFound: no session is held, or there is no channel at altigen.events_path.
        """
        return open_channel(self._settings, self._proxy_in_use.http, self._held())

    async def _log_off_in_time(self) -> None:
        """Log off from a server that answers, and leave one that does not."""
        with contextlib.suppress(ServiceError, TimeoutError):
            async with asyncio.timeout(LOG_OFF_LIMIT):
                await self._finish_log_on()
                await self.log_off()

    async def _log_on_here(self) -> None:
        # A task of its own: when the person leaves while the answer is under way, it is kept and waited for, because
        # the answer holds the id that frees the licence.
        asking = asyncio.get_running_loop().create_task(self._ask_for_session())
        try:
            answer = await asyncio.shield(asking)
        except asyncio.CancelledError:
            self._logging_on = asking
            raise
        if not answer.is_success:
            raise answer.obeyed(explain(answer, "log on"))
        try:
            self._take_session(answer)
        except Unreadable as error:
            if answer.is_page:
                raise
            raise await self._without_session(answer, error) from None

    def _take_session(self, answer: Answer) -> None:
        proxy = self._proxy_in_use
        proxy.session = session_of(answer)
        # A name may stand for several servers, and only this one knows the session.
        proxy.http.address = answer.address
        self._kept.write(proxy.http.peer.url, self._settings.user, proxy.session)

    async def _without_session(self, answer: Answer, error: Unreadable) -> NoSession:
        """Log off what a log-on gave that cannot be used, as far as its id can be guessed, and say what is left."""
        http = self._proxy_in_use.http
        for guess in sessions_guessed(answer):
            with contextlib.suppress(ServiceError):
                gone = await http.send("DELETE", "/sessions/{session}", fill={"session": guess})
                if gone.is_success:
                    sentence = f"{error.sentence} The session that it gave was logged off again."
                    return NoSession(sentence, setting=error.setting, may_have_acted=False)
        held = "A session that it gave may hold a licence until AltiGen ends it; for how long is not documented."
        return NoSession(f"{error.sentence} {held}", setting=error.setting)

    async def _ask_for_session(self) -> Answer:
        proxy = self._proxy_in_use
        body = {} if proxy.session is None else {"sessionId": proxy.session}
        headers = {"Authorization": Secret(f"Basic {self._basic.reveal()}")}
        proxy.http.address = ""  # whichever server of that name is there now
        return await proxy.http.send("POST", "/sessions", headers=headers, body=body, brings_secret=True)

    async def _finish_log_on(self) -> None:
        """Learn what became of a log-on whose caller went away."""
        if self._logging_on is None:
            return
        with contextlib.suppress(ServiceError):
            answer = await asyncio.shield(self._logging_on)
            if answer.is_success:
                self._take_session(answer)
        self._logging_on = None

    def _held(self) -> Secret:
        if (session := self._proxy_in_use.session) is None:
            raise NotFound("There is no AltiGen session: log on first.")
        return session


class AltiGenService(AltiGenReader):
    """The same session with the commands that change something; not built where nothing is to be changed."""

    @functools.cached_property
    def _recordings(self) -> RecordPacing:
        return RecordPacing(self._clock)

    async def place_call(self, target: str) -> None:
        """Call a number, on MaxACD a SIP URI too (guide, "Make Call"); the call itself comes as an event.

        Raises:
            NotFound: the session is gone.
            Rejected: the target is not accepted.
        """
        body = {"target": target}
        if code := self._settings.trunk_code:
            body["trunkAccessCode"] = code
        await self._command("POST", "/sessions/{session}/calls", "place the call", body=body)

    async def drop_call(self, handle: int) -> None:
        """Hang up (guide, "Drop Call"); it does nothing in a conference.

        Raises:
            NotFound: the session or the call is gone.
            Rejected: MaxACD cannot drop calls, and is not asked.
        """
        if reason := self._settings.why_no_drop:
            raise Rejected(f"{reason}: hang up at the phone.")
        await self._command("DELETE", "/sessions/{session}/calls/{call}", "hang up", call=handle)

    async def record(
        self,
        handle: int,
        operation: RecordOperation,
        around: Callable[[], AbstractAsyncContextManager[object]] = nullcontext,
    ) -> None:
        """Start, mute, unmute or stop recording a call (guide, "Record Call").

        It is sent when it may, and once (:class:`RecordPacing`). ``around`` is entered just before, if it is sent.

        Raises:
            NotFound: the session or the call is gone.
        """
        word = operation.word(self._settings.mute)
        body = {"Operation": word, "filename": ""}  # blank: the server makes the name

        async def send() -> None:
            doing = f"{word.lower()} the recording"
            async with around():
                await self._command(
                    "POST", self._settings.record_path, doing, "altigen.record_path", call=handle, body=body
                )

        await self._recordings.once(handle, operation, send)

    async def _command(
        self, method: str, path: str, doing: str, setting: str = "", *, call: int = 0, body: object = None
    ) -> None:
        """Send it; ``setting`` is the key of the config that the path comes from, if any."""
        fill = {"session": self._held(), "call": Secret(str(call))}
        answer = await self._proxy_in_use.http.send(method, path, fill=fill, body=body)
        if not answer.is_success:
            raise answer.obeyed(explain(answer, doing, setting))
        if answer.is_page:
            raise answer.unreadable("with a web page instead of data")
