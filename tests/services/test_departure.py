"""A request that has not left this machine costs none of the budget, whatever kept it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.services.budgets import alpemix_alone, left
from tests.services.servers import saying, serving, silent
from tests.waiting import until
from tui.config import AlpemixSettings, Secret
from tui.models.connections import ReportKind
from tui.services.alpemix.client import TOKENS, AlpemixService
from tui.services.errors import ServiceError
from tui.services.http import Timeouts

SHORT = Timeouts(connect=0.2, read=0.2, whole=0.4)


def service_of(
    url: str, *, key: str = "k3y", ca_file: str = "", timeouts: Timeouts = SHORT
) -> AbstractAsyncContextManager[AlpemixService]:
    settings = AlpemixSettings(url=url, user="desk", secret_key=Secret(key), ca_file=ca_file)
    return alpemix_alone(settings, timeouts=timeouts)


NOWHERE = "https://alpemix.example.com:5900/api"


@pytest.mark.parametrize(
    ("url", "environment"),
    [
        (NOWHERE, {"HTTPS_PROXY": "socks4://127.0.0.1:1"}),
        (NOWHERE, {"HTTPS_PROXY": "http://127.0.0.1:none"}),
        (NOWHERE, {"HTTPS_PROXY": "http://127.0.0.1:1"}),
        (NOWHERE, {"SSLKEYLOGFILE": "/no/such/folder/keys"}),
        (NOWHERE, {"SSL_CERT_FILE": "/dev/null"}),
        ("https://exa mple:port/api", {}),
        ("https://[::1/api", {}),
        ("https://a" + "b" * 70 + ".example/api", {}),
        ("https://127.0.0.1:1/api", {}),
        ("ftp://127.0.0.1:1/api", {}),
    ],
)
async def test_nothing_that_was_not_sent_costs_a_slot(
    url: str, environment: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    async with service_of(url) as service:
        for _ in range(TOKENS + 1):
            with pytest.raises(ServiceError) as caught:
                await service.report(ReportKind.TODAY)
            assert "access tokens" not in caught.value.sentence
        assert (await service.tokens.look()).left(0) == TOKENS


@pytest.mark.parametrize("said", [b"HTTP/1.1 403 No\r\n\r\n", b"HTTP/1.1 502 Bad Gateway\r\n\r\n", b"nonsense"])
async def test_what_a_proxy_stopped_costs_nothing(said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(saying(said)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        async with service_of(NOWHERE) as service:
            with pytest.raises(ServiceError, match="HTTPS_PROXY"):
                await service.report(ReportKind.TODAY)
            assert service.tokens.known.left(0) == TOKENS


async def test_an_authority_that_cannot_be_used_costs_nothing(tmp_path: Path) -> None:
    async with service_of(NOWHERE, ca_file=str(tmp_path / "missing.pem")) as service:
        with pytest.raises(ServiceError, match=r"alpemix\.ca_file"):
            await service.report(ReportKind.TODAY)
        assert service.tokens.known.left(0) == TOKENS


@asynccontextmanager
async def given_up(
    scheme: str, read: Callable[[asyncio.StreamReader], Awaitable[bytes]]
) -> AsyncIterator[AlpemixService]:
    """A service whose request was given up once the server had read that part of it."""
    met = asyncio.Event()

    async def reading(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
        await read(reader)
        met.set()
        await reader.read()

    async with serving(reading) as port, service_of(f"{scheme}://127.0.0.1:{port}", timeouts=Timeouts()) as service:
        asking = asyncio.get_running_loop().create_task(service.report(ReportKind.TODAY))
        await met.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        yield service


async def test_who_gives_up_while_nothing_was_sent_pays_nothing() -> None:
    async with given_up("https", lambda reader: reader.readexactly(1)) as service:  # and no word of TLS comes back
        assert service.tokens.known.left(0) == TOKENS


async def test_who_gives_up_once_it_was_sent_has_used_a_slot() -> None:
    async with given_up("http", lambda reader: reader.readuntil(b"\r\n\r\n")) as service:
        await until(lambda: left(service.tokens) == TOKENS - 1)


async def test_an_answer_that_never_comes_has_used_a_slot() -> None:
    async with serving(silent) as port, service_of(f"http://127.0.0.1:{port}") as service:
        with pytest.raises(ServiceError, match="did not answer"):
            await service.report(ReportKind.TODAY)
        assert left(service.tokens) == TOKENS - 1
