"""HTTP with one system: the one client builder, and the one place where a request is sent.

Nothing of a request is ever logged or kept in an error: addresses hold session ids, headers and bodies passwords.
"""

from __future__ import annotations

import asyncio
import logging
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from tui.config import Secret
from tui.models.budget import LONGEST_REQUEST_SECONDS
from tui.models.clock import Clock
from tui.models.text import clean
from tui.services.answer import Answer, retry_after
from tui.services.decoding import decoded
from tui.services.departure import Departure
from tui.services.errors import Elsewhere, Refused, ServiceError, Unreadable
from tui.services.failures import Peer, no_answer, no_answer_in_time, no_connection, no_connection_in_time
from tui.services.packing import packing_of
from tui.services.proxy import Proxy, proxy_for
from tui.services.tls import tls_context
from tui.services.trace import Trace

BODY_LIMIT: Final = 16 * 1024 * 1024
"""Bytes read of one answer: thirty thousand connections, far more than a day has."""

for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks"):
    # httpx logs every address at INFO, and with it the AltiGen session id; a filter holds whatever level is set.
    logging.getLogger(_name).addFilter(lambda _record: False)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds after which an exchange is given up."""

    connect: float = 10.0
    read: float = 20.0
    """Between two pieces of the answer."""
    whole: float = LONGEST_REQUEST_SECONDS
    """For all of it: a server that sends a byte now and then must not hold a feed for ever."""


class HttpClient:
    """Requests to one system below one address; opened at the first of them, so that building it costs nothing."""

    def __init__(
        self,
        peer: Peer,
        *,
        timeouts: Timeouts | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        may_use_proxy: bool = True,
        secrets: tuple[Secret, ...] = (),
        trace: Trace | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.peer = peer
        self.clock = clock or Clock()
        self.trace = trace or Trace(self.clock)
        """The last requests and answers, without secrets."""
        self.secrets = secrets
        """Of the settings: no answer is shown with them, whichever request they went with."""
        self.timeouts = timeouts or Timeouts()
        self._transport = transport
        # A proxy of the environment may be the only way to a cloud; it is never the way to this machine.
        self._may_use_proxy = may_use_proxy and not peer.is_loopback and transport is None
        self._proxy: Proxy | None = None
        self._client: httpx.AsyncClient | None = None
        self.address = ""
        """The IP address that every request goes to; empty: any of those that the name of the host has."""

    async def aclose(self) -> None:
        """Close every connection."""
        if self._client is not None:
            client, self._client = self._client, None
            await client.aclose()

    async def send(
        self,
        method: str,
        path: str = "",
        *,
        fill: Mapping[str, Secret] | None = None,
        headers: Mapping[str, Secret] | None = None,
        body: object = None,
        brings_secret: bool = False,
        departure: Departure | None = None,
    ) -> Answer:
        """Send one request, once, and read its answer whatever the status.

        ``path`` is a template: ``{name}`` stands for ``fill[name]``. ``body`` is sent as JSON, with the secrets in it
        revealed; None sends none. ``brings_secret``: nothing of a success is shown in any error. ``departure`` learns
        whether anything of it has left this machine, however it ends.

        Raises:
            Unreachable: no connection, no answer in time, or a broken one.
            Unreadable: a redirect (none is followed: it would carry the secrets elsewhere) or an endless body.
            Refused: the address, the authority's file or a proxy of the environment cannot be used at all.
        """
        departure = departure or Departure()
        if self._transport is None:
            departure.watch()
        secrets = [*self.secrets, *(fill or {}).values(), *(headers or {}).values()]
        content = None if body is None else Secret(_encoded(body, secrets))
        masked_body = "" if body is None else msgspec.json.encode(body, enc_hook=str).decode()
        self.trace.sent(f"{method} {path or '/'} {masked_body}".strip())
        failure: ServiceError
        try:
            async with asyncio.timeout(self.timeouts.whole) as limit:
                departure.within(limit, self.timeouts.connect)
                outcome = await self._exchange(method, path, fill or {}, headers or {}, content, departure)
            if isinstance(outcome, Answer):
                answer = replace(outcome, secrets=tuple(secrets), holds_secret=brings_secret)
                self.trace.came(answer.traced)
                if answer.read_as:
                    self.trace.failed(f"This answer does not say how it was written: it was read as {answer.read_as}.")
                return answer
            failure = outcome
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            failure = self._explained(error, departure)
        except Refused as error:  # before anything was sent
            failure = error.with_traceback(None)
        except Exception as error:
            if self._proxy is None or not departure.socks_failed:
                raise
            failure = self._proxy.failed(self.peer, error)  # the library of SOCKS raises whatever comes along
        self.trace.failed(failure.sentence)
        # Out here, so that neither the library's error nor its frames, which hold the request, hang on to it.
        raise failure

    async def _exchange(
        self,
        method: str,
        path: str,
        fill: Mapping[str, Secret],
        headers: Mapping[str, Secret],
        content: Secret | None,
        departure: Departure,
    ) -> Answer | ServiceError:
        client = self._opened()
        url = httpx.URL(self.peer.url.rstrip("/") + filled(path, fill))
        given = [(name.encode(), value.reveal().encode()) for name, value in headers.items()]
        if content is not None:
            given.append((b"Content-Type", b"application/json"))
        extensions: dict[str, object] = {"trace": departure.note}
        if self.address and not self.peer.is_address:
            # The name stays in what is asked for and in what the certificate must be for.
            given.append((b"Host", url.netloc))
            extensions["sni_hostname"] = url.host
            url = url.copy_with(host=self.address)
        async with client.stream(
            method,
            url,
            headers=given,
            content=None if content is None else content.reveal().encode(),
            extensions=extensions,
        ) as response:
            if response.is_redirect:
                return self._redirected(response)
            if response.status_code == 407 and self._proxy is not None:
                return self._proxy.wants_credentials(self.peer, response.reason_phrase)
            return await self._read(response)

    async def _read(self, response: httpx.Response) -> Answer | ServiceError:
        body, failure = await self._body(response)
        # A refusal stays one, whatever becomes of its page: a wrong password is not to be tried again.
        if failure is not None and response.is_success:
            return failure
        headers = response.headers
        found = decoded(body, response.charset_encoding or "")
        return Answer(
            self.peer,
            response.status_code,
            body if found.encoding == "utf-8" else found.text.encode(),
            retry_after=retry_after(headers.get_list("retry-after"), headers.get("date", ""), self.clock.now().at),
            read_as="" if found.is_sure else found.encoding,
            address=_address(response),
        )

    async def _body(self, response: httpx.Response) -> tuple[bytes, ServiceError | None]:
        """What came, and why that is not all of it."""
        system = self.peer.system
        body = bytearray()
        packing = packing_of(response.headers.get_list("content-encoding"))
        if packing is None:
            named = clean(response.headers["content-encoding"], 40)
            return b"", Unreadable(f"{system} packed its answer in a way that was not asked for ({named}).")
        assert isinstance(response.stream, httpx.AsyncByteStream)
        came = 0
        try:
            async for piece in response.stream:  # as it came: the library would unpack it without a limit
                came += len(piece)
                body += packing.unpacked(piece, BODY_LIMIT + 1 - len(body))
                if max(came, len(body)) > BODY_LIMIT:
                    return b"", Unreadable(f"{system} sent more than {BODY_LIMIT >> 20} MiB in one answer.")
            packing.finish()
        except zlib.error:
            return b"", Unreadable(f"{system} answered with a body that cannot be unpacked.")
        except httpx.HTTPError as error:
            if response.is_success:
                raise
            return bytes(body), no_answer(self.peer, error)
        return bytes(body), None

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            self._proxy = proxy_for(self.peer, os.environ) if self._may_use_proxy else None
            seconds = self.timeouts
            self._client = httpx.AsyncClient(
                verify=tls_context(self.peer),
                timeout=httpx.Timeout(seconds.read, connect=seconds.connect, pool=seconds.connect),
                follow_redirects=False,
                trust_env=False,  # its reading of the environment ends in errors of its own
                proxy=None if self._proxy is None else self._proxy.opened(),
                transport=self._transport,
                headers={"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "helpdeck"},
            )
        return self._client

    def _redirected(self, response: httpx.Response) -> Elsewhere:
        target = urlsplit(response.headers.get("location", ""))
        # Only the host: the path may repeat the session id.
        to = f" to {clean(target.scheme)}://{clean(target.netloc.rpartition('@')[2])}" if target.netloc else ""
        url = self.peer.setting("url")
        status = response.status_code
        sentence = f"{self.peer.system} sends us elsewhere{to} (HTTP {status}): put the final address into {url}."
        return Elsewhere(sentence, setting=url)

    def _explained(self, error: Exception, departure: Departure) -> ServiceError:
        peer = self.peer
        if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol | httpx.LocalProtocolError | UnicodeError):
            departure.has_left = False
            url = peer.setting("url")
            return Refused(f"{url} or a name or key of [{peer.section}] cannot be sent by HTTP.", setting=url)
        is_over = isinstance(error, TimeoutError)
        if is_over and departure.has_left:
            return no_answer_in_time(peer, self.timeouts.whole)
        if self._proxy is not None and not departure.met_peer:
            return self._proxy.failed(peer, httpx.ConnectTimeout("") if is_over else error)
        if is_over:
            return no_connection_in_time(peer, self.timeouts.whole)
        if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
            return no_connection_in_time(peer, self.timeouts.connect)
        if isinstance(error, httpx.ConnectError):
            return no_connection(peer, error)
        if isinstance(error, httpx.TimeoutException):
            return no_answer_in_time(peer, self.timeouts.read)
        return no_answer(peer, error)


def _address(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = None if stream is None else stream.get_extra_info("server_addr")
    return str(address[0]) if address else ""


def filled(template: str, fill: Mapping[str, Secret]) -> str:
    """A path with every ``{name}`` replaced, quoted so that no value can change which path it is."""
    for name, value in fill.items():
        template = template.replace("{" + name + "}", _segment(value.reveal()))
    return template


def _segment(text: str) -> str:
    """A text as one segment of a path: ``..`` would be the folder above, and quoting leaves dots as they are."""
    quoted = quote(text, safe="")
    return quoted if quoted.strip(".") else quoted.replace(".", "%2E")


def _encoded(body: object, secrets: list[Secret]) -> str:
    def reveal(value: object) -> str:
        if not isinstance(value, Secret):
            raise TypeError(f"{type(value).__name__} is not sent")
        secrets.append(value)
        return value.reveal()

    return msgspec.json.encode(body, enc_hook=reveal).decode()
