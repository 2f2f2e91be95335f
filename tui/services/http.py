"""HTTP with one system: the one client builder, and the one place where a request is sent.

Nothing of a request is ever logged or kept in an error: addresses hold session ids, headers and bodies passwords.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlsplit

import httpx
import msgspec

from tui.config import Secret
from tui.models.clock import Clock
from tui.models.text import clean
from tui.services.answer import Answer
from tui.services.errors import Elsewhere, Refused, ServiceError, Unreadable
from tui.services.failures import (
    Peer,
    no_answer,
    no_answer_in_time,
    no_connection,
    no_connection_in_time,
    system_error,
    tls_context,
)
from tui.services.trace import Trace

BODY_LIMIT: Final = 16 * 1024 * 1024
"""Bytes read of one answer: thirty thousand connections, far more than a day has."""

for _name in ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy"):
    # httpx logs every address at INFO, and with it the AltiGen session id; a filter holds whatever level is set.
    logging.getLogger(_name).addFilter(lambda _record: False)


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds after which an exchange is given up."""

    connect: float = 10.0
    read: float = 20.0
    """Between two pieces of the answer."""
    whole: float = 60.0
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
    ) -> None:
        self.peer = peer
        self._trace = trace or Trace(Clock())
        self._secrets = secrets  # of the settings: no answer is shown with them, whichever request they went with
        self._timeouts = timeouts or Timeouts()
        self._transport = transport
        # A proxy of the environment may be the only way to a cloud; it is never the way to this machine.
        self._may_use_proxy = may_use_proxy and not peer.is_loopback
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
    ) -> Answer:
        """Send one request, once, and read its answer whatever the status.

        ``path`` is a template: ``{name}`` stands for ``fill[name]``. ``body`` is sent as JSON, with the secrets in it
        revealed; None sends none. ``brings_secret``: nothing of a success is shown in any error.

        Raises:
            Unreachable: no connection, no answer in time, or a broken one.
            Unreadable: a redirect (none is followed: it would carry the secrets elsewhere) or an endless body.
            Refused: the address or the authority's file cannot be used at all.
        """
        secrets = [*self._secrets, *(fill or {}).values(), *(headers or {}).values()]
        content = None if body is None else Secret(_encoded(body, secrets))
        self._trace.sent(f"{method} {path or '/'} {'' if body is None else _masked_body(body)}".strip())
        failure: ServiceError
        try:
            async with asyncio.timeout(self._timeouts.whole):
                outcome = await self._exchange(method, path, fill or {}, headers or {}, content)
            if isinstance(outcome, Answer):
                answer = replace(outcome, secrets=tuple(secrets), holds_secret=brings_secret)
                self._trace.came(answer.traced)
                return answer
            failure = outcome
        except TimeoutError:
            failure = no_answer_in_time(self.peer, self._timeouts.whole)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            failure = self._explained(error)
        self._trace.failed(failure.sentence)
        # Out here, so that neither the library's error nor its frames, which hold the request, hang on to it.
        raise failure

    async def _exchange(
        self,
        method: str,
        path: str,
        fill: Mapping[str, Secret],
        headers: Mapping[str, Secret],
        content: Secret | None,
    ) -> Answer | ServiceError:
        client = self._opened()
        url = httpx.URL(self.peer.url.rstrip("/") + filled(path, fill))
        given = _revealed(headers, has_body=content is not None)
        extensions = {}
        if self.address and not self.peer.is_address:
            # The name stays in what is asked for and in what the certificate must be for.
            given.append((b"Host", url.netloc))
            extensions = {"sni_hostname": url.host}
            url = url.copy_with(host=self.address)
        async with client.stream(
            method,
            url,
            headers=given,
            content=None if content is None else content.reveal().encode(),
            extensions=extensions,
        ) as response:
            if response.is_redirect or 300 <= response.status_code < 400:
                return self._redirected(response)
            whole = bytearray()
            async for piece in response.aiter_bytes():
                whole += piece
                if len(whole) > BODY_LIMIT:
                    return Unreadable(f"{self.peer.system} sent more than {BODY_LIMIT >> 20} MiB in one answer.")
            after = response.headers.get("retry-after", "")
            return Answer(self.peer, response.status_code, bytes(whole), after, address=_address(response))

    def _opened(self) -> httpx.AsyncClient:
        if self._client is None:
            seconds = self._timeouts
            self._client = httpx.AsyncClient(
                verify=tls_context(self.peer),
                timeout=httpx.Timeout(seconds.read, connect=seconds.connect, pool=seconds.connect),
                follow_redirects=False,
                trust_env=self._may_use_proxy,
                transport=self._transport,
                # Uncompressed, so that a small answer cannot become a huge one.
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

    def _explained(self, error: Exception) -> ServiceError:
        match error:
            case httpx.ConnectTimeout() | httpx.PoolTimeout():
                return no_connection_in_time(self.peer, self._timeouts.connect)
            case httpx.ProxyError():
                url = self.peer.setting("url")
                sentence = (
                    f"The proxy in HTTPS_PROXY does not let us through to {self.peer.place}; NO_PROXY excepts a host."
                )
                return no_connection(self.peer, error) if system_error(error) else Refused(sentence, setting=url)
            case httpx.ConnectError():
                return no_connection(self.peer, error)
            case httpx.TimeoutException():
                return no_answer_in_time(self.peer, self._timeouts.read)
            case httpx.DecodingError():
                return Unreadable(f"{self.peer.system} answered with a body that cannot be unpacked.")
            case httpx.InvalidURL() | httpx.UnsupportedProtocol() | httpx.LocalProtocolError() | UnicodeError():
                url = self.peer.setting("url")
                return Refused(f"{url} or a name or key of [{self.peer.section}] cannot be sent by HTTP.", setting=url)
        return no_answer(self.peer, error)


def _address(response: httpx.Response) -> str:
    stream = response.extensions.get("network_stream")
    address = None if stream is None else stream.get_extra_info("server_addr")
    return str(address[0]) if address else ""


def filled(template: str, fill: Mapping[str, Secret]) -> str:
    """A path with every ``{name}`` replaced, quoted so that no value can change which path it is."""
    for name, value in fill.items():
        template = template.replace("{" + name + "}", quote(value.reveal(), safe=""))
    return template


def _revealed(headers: Mapping[str, Secret], *, has_body: bool) -> list[tuple[bytes, bytes]]:
    given = [(name.encode(), value.reveal().encode()) for name, value in headers.items()]
    return [*given, (b"Content-Type", b"application/json")] if has_body else given


def _masked_body(body: object) -> str:
    return msgspec.json.encode(body, enc_hook=str).decode()


def _encoded(body: object, secrets: list[Secret]) -> str:
    def reveal(value: object) -> str:
        if not isinstance(value, Secret):
            raise TypeError(f"{type(value).__name__} is not sent")
        secrets.append(value)
        return value.reveal()

    return msgspec.json.encode(body, enc_hook=reveal).decode()
