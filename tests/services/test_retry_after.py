"""When a server says how long to wait, that is how long is waited: within a bound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from tests.services.budgets import alpemix_alone
from tests.services.servers import saying, serving
from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings, Secret
from tui.models.connections import ReportKind
from tui.services.altigen import AltiGenService
from tui.services.answer import RETRY_AFTER_MOST, retry_after
from tui.services.errors import LICENCE_WAIT, Limited, ServiceError
from tui.services.remotepc import RemotePCReader

NOW = datetime(2024, 8, 22, 9, 0, tzinfo=UTC)
DATE = "Thu, 22 Aug 2024 09:00:00 GMT"


@pytest.mark.parametrize(
    ("values", "date", "seconds"),
    [
        (["7"], "", 7.0),
        ([" 7 "], "", 7.0),
        (["1.5"], "", 1.5),
        (["0"], "", 0.0),
        (["7", "9"], "", 9.0),
        (["9" * 5_000], "", RETRY_AFTER_MOST),
        (["999999"], "", RETRY_AFTER_MOST),
        (["-7"], "", None),
        (["1e9"], "", None),
        (["٣"], "", None),
        (["soon"], "", None),
        ([""], "", None),
        ([], "", None),
        (["x" * 100_000], "", None),
        (["Thu, 22 Aug 2024 09:02:00 GMT"], DATE, 120.0),
        (["Thu, 22 Aug 2024 09:02:00 GMT"], "", 120.0),
        (["Thu, 22 Aug 2024 09:02:00 GMT"], "nonsense", 120.0),
        (["Thu, 22 Aug 2024 12:02:00 GMT"], "Thu, 22 Aug 2024 12:00:00 GMT", 120.0),  # its clock, not ours
        (["Thursday, 22-Aug-24 09:02:00 GMT"], DATE, 120.0),
        (["Thu Aug 22 09:02:00 2024"], DATE, 120.0),
        (["Thu, 22 Aug 2024 08:00:00 GMT"], DATE, 0.0),
        (["Fri, 31 Dec 9999 23:59:59 GMT"], DATE, RETRY_AFTER_MOST),
        (["Fri, 31 Dec 9999 23:59:59 -9999"], DATE, None),
        (["Mon, 32 Foo 2024 99:99:99 GMT"], DATE, None),
    ],
)
def test_a_time_is_read_in_seconds_or_as_a_date(values: list[str], date: str, seconds: float | None) -> None:
    assert retry_after(values, date, NOW) == seconds


async def _alpemix(transport: httpx.AsyncBaseTransport) -> None:
    settings = AlpemixSettings(url="https://alpemix.example.com/api", user="desk", secret_key=Secret("k3y"))
    async with alpemix_alone(settings, transport=transport) as service:
        await service.report(ReportKind.TODAY)


async def _remotepc(transport: httpx.AsyncBaseTransport) -> None:
    settings = RemotePCSettings(url="https://remotepc.example.com", api_key=Secret("k3y"))
    async with RemotePCReader(settings, transport=transport) as service:
        await service.list_users()


async def _altigen(transport: httpx.AsyncBaseTransport) -> None:
    settings = AltiGenSettings(url=("http://pbx.example.com",), user="201", password=Secret("passw0rd"))
    async with AltiGenService(settings, transport=transport) as service:
        await service.log_on()


async def failure_of(ask: Callable[[Any], Any], status: int, headers: dict[str, str]) -> ServiceError:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, headers=headers))
    with pytest.raises(ServiceError) as caught:
        await ask(transport)
    return caught.value


@pytest.mark.parametrize("ask", [_alpemix, _remotepc, _altigen])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 404])
async def test_every_failure_that_may_pass_waits_as_long_as_it_says(ask: Callable[[Any], Any], status: int) -> None:
    for value, date in (("120", DATE), ("Thu, 22 Aug 2024 09:02:00 GMT", DATE)):
        error = await failure_of(ask, status, {"Retry-After": value, "Date": date})
        assert error.least_wait == 120.0
        assert "120 s" in error.sentence


@pytest.mark.parametrize("ask", [_alpemix, _remotepc, _altigen])
async def test_too_many_requests_waits_until_the_date(ask: Callable[[Any], Any]) -> None:
    headers = {"Retry-After": "Thu, 22 Aug 2024 09:02:00 GMT", "Date": DATE}
    error = await failure_of(ask, 429, headers)
    assert isinstance(error, Limited)
    assert error.least_wait == 120.0


@pytest.mark.parametrize("ask", [_alpemix, _remotepc, _altigen])
async def test_a_refusal_is_not_tried_again_for_a_time_that_it_names(ask: Callable[[Any], Any]) -> None:
    assert (await failure_of(ask, 401, {"Retry-After": "1"})).least_wait is None


async def test_a_licence_is_asked_for_no_sooner_than_usual() -> None:
    assert (await failure_of(_altigen, 402, {"Retry-After": "1"})).least_wait == LICENCE_WAIT
    assert (await failure_of(_altigen, 402, {"Retry-After": "300"})).least_wait == 300.0


@pytest.mark.parametrize("status", [503, 500, 429])
async def test_a_refused_channel_waits_as_long_as_it_says(status: int) -> None:
    session = b'HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\n{"sessionId":"s1"}'
    refusal = f"HTTP/1.1 {status} No\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n".encode()
    async with serving(_one_by_one(session, refusal)) as port:
        settings = AltiGenSettings(url=(f"http://127.0.0.1:{port}",), user="201", password=Secret("passw0rd"))
        async with AltiGenService(settings) as service:
            await service.log_on()
            with pytest.raises(ServiceError) as caught:
                async with service.channel():
                    pass
    assert caught.value.least_wait == 120.0


def _one_by_one(*answers: bytes) -> Any:
    waiting = list(answers)

    async def converse(reader: Any, writer: Any) -> None:
        await saying(waiting.pop(0) if waiting else b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")(reader, writer)

    return converse
