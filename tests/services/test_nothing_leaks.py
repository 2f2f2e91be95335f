"""No password, key, token, session id or sign-in link shows in an error, a traceback or a log."""

from __future__ import annotations

import json
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import httpx
import pytest

from tests.services.budgets import alpemix_alone
from tests.services.channels import bound_channel, one_by_one
from tests.services.servers import Conversation, resetting, saying, serving, silent
from tui.config import AlpemixSettings, AltiGenSettings, RemotePCSettings, Secret
from tui.demo import Simulation
from tui.models.calls import Unreadable as UnreadableEvent
from tui.models.connections import ReportKind
from tui.models.users import Invitation, UserDraft
from tui.services.altigen import AltiGenService, RecordOperation
from tui.services.errors import ServiceError
from tui.services.http import Timeouts
from tui.services.remotepc import RemotePCService

SESSION = "session-4711-abcdef"
PASSWORD = "pass-word-8152"
KEY = "key-93bf-0011"
TOKEN = "token-77aa-2288"
HIDDEN = (SESSION, PASSWORD, KEY, TOKEN)
SHORT = Timeouts(connect=0.2, read=0.1, whole=0.3)


def echo(status: int) -> Conversation:
    """A server that repeats everything it knows."""
    body = json.dumps({"message": f"{SESSION} {PASSWORD} {KEY} {TOKEN}", "errors": [{"description": KEY}]})
    return saying(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())


def redirect() -> Conversation:
    return saying(f"HTTP/1.1 302 Found\r\nLocation: http://{SESSION}@127.0.0.1/{SESSION}/{KEY}\r\n\r\n".encode())


CONVERSATIONS: dict[str, Conversation] = {
    "silent": silent,
    "resetting": resetting,
    "redirect": redirect(),
    "cut": saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + SESSION.encode()),
    "half": saying(b'HTTP/1.1 200 OK\r\nContent-Length: 35\r\n\r\n{"sessionId":"' + SESSION.encode() + b'",'),
    **{f"echo {status}": echo(status) for status in (400, 401, 402, 403, 404, 405, 500)},
}


Known = tuple[Callable[[], Awaitable[object]], tuple[str, ...]]
"""A call, and the secrets that the service knows when it makes it, or may get by it."""


async def altigen_calls(url: str) -> AsyncIterator[Known]:
    settings = AltiGenSettings(url=(url,), user="201", password=Secret(PASSWORD), events_path="/{session}/events")
    service = AltiGenService(settings, timeouts=SHORT)
    yield service.log_on, (PASSWORD,)
    service._proxy_in_use.session = Secret(SESSION)
    known = (PASSWORD, SESSION)
    yield lambda: service.place_call("312-555-0100"), known
    yield lambda: service.drop_call(7), known
    yield lambda: service.record(7, RecordOperation.START), known

    async def listen() -> None:
        async with bound_channel(service):
            pass

    yield listen, known
    yield service.log_on, known
    yield service.log_off, known


async def alpemix_calls(url: str) -> AsyncIterator[Known]:
    settings = AlpemixSettings(url=url, user="desk", secret_key=Secret(KEY))
    async with alpemix_alone(settings, timeouts=SHORT) as service:
        yield partial(service.report, ReportKind.TODAY), (KEY,)
        service._token.write(Secret(TOKEN), time.time())
        yield partial(service.report, ReportKind.TODAY), (KEY, TOKEN)


async def remotepc_calls(url: str) -> AsyncIterator[Known]:
    service = RemotePCService(RemotePCSettings(url=url, api_key=Secret(KEY)), timeouts=SHORT)
    yield service.list_users, (KEY,)
    draft = UserDraft(email="front@example.com", password=Secret(PASSWORD))
    yield lambda: service.add_user(draft), (KEY, PASSWORD)
    yield lambda: service.invite([Invitation(email="front@example.com")]), (KEY,)
    yield lambda: service.sign_in_link("front@example.com", Secret(PASSWORD)), (KEY, PASSWORD)


def everything_about(error: ServiceError) -> str:
    """What a log or a crash screen could show of it, the local variables of every frame included."""
    whole = traceback.TracebackException.from_exception(_without_the_frames_of_this_file(error), capture_locals=True)
    return "\n".join([str(error), repr(error), error.detail, repr(vars(error)), *whole.format()])


def _without_the_frames_of_this_file(error: ServiceError) -> ServiceError:
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    return error.with_traceback(frames)


@pytest.mark.parametrize("calls", [altigen_calls, alpemix_calls, remotepc_calls])
@pytest.mark.parametrize("conversation", CONVERSATIONS)
async def test_no_failure_shows_a_secret(
    calls: Callable[[str], AsyncIterator[Known]],
    conversation: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "httpx")
    failures = 0
    async with serving(CONVERSATIONS[conversation]) as port:
        async for call, known in calls(f"http://127.0.0.1:{port}"):
            try:
                await call()
            except ServiceError as error:
                failures += 1
                shown = everything_about(error)
                assert not [secret for secret in known if secret in shown], shown
    assert failures
    assert not [secret for secret in HIDDEN if secret in caplog.text]


@pytest.mark.parametrize(
    ("bring", "secret"),
    [
        ({"wrong": SESSION}, SESSION),
        ({"sessionId": [SESSION]}, SESSION),
        ({"accesstoken": [TOKEN]}, TOKEN),
        ({"status": "OK", "code": 200, "message": {"rpc_redirect_link": "http://x.example.com/" + KEY}}, KEY),
        ({"rpc_redirect_link": "https://x.example.com/" + KEY}, KEY),
    ],
)
async def test_what_should_bring_a_secret_is_not_shown_when_it_is_misread(bring: object, secret: str) -> None:
    transport = httpx.MockTransport(lambda _request: httpx.Response(200, json=bring))
    altigen = AltiGenService(
        AltiGenSettings(url=("http://pbx.example.com",), user="201", password=Secret("1234")), transport=transport
    )
    remotepc = RemotePCService(RemotePCSettings(api_key=Secret("abc")), transport=transport)
    settings = AlpemixSettings(user="desk", secret_key=Secret("abc"))
    async with alpemix_alone(settings, transport=transport) as alpemix:
        calls: list[Callable[[], Awaitable[object]]] = [
            altigen.log_on,
            partial(alpemix.report, ReportKind.TODAY),
            lambda: remotepc.sign_in_link("front@example.com", Secret("abc")),
        ]
        for call in calls:
            with pytest.raises(ServiceError) as caught:
                await call()
            assert secret not in everything_about(caught.value)


@asynccontextmanager
async def every_library_logging() -> AsyncIterator[list[str]]:
    written: list[str] = []

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            written.append(record.getMessage())

    handler = Handler()
    names = ["httpx", "httpcore", "httpcore.http11", "httpcore.connection", "websockets", "websockets.client"]
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    try:
        yield written
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
            logger.removeHandler(handler)


async def test_a_whole_session_leaves_no_secret_in_any_log(simulation: Simulation) -> None:
    altigen = simulation.altigen
    settings = AltiGenSettings(url=(altigen.url,), user=altigen.user, password=Secret(altigen.password))
    async with every_library_logging() as written, AltiGenService(settings) as service:
        await service.log_on()
        (session,) = altigen.sessions
        async with bound_channel(service) as events:
            await altigen.ring()
            await anext(one_by_one(events))
            await service.place_call("312-555-0123")
    assert not [line for line in written if session in line or altigen.password in line or "/sessions" in line]


async def test_a_frame_that_repeats_the_session_id_is_shown_without_it(simulation: Simulation) -> None:
    altigen = simulation.altigen
    settings = AltiGenSettings(url=(altigen.url,), user=altigen.user, password=Secret(altigen.password))
    async with AltiGenService(settings) as service:
        await service.log_on()
        (session,) = altigen.sessions
        async with bound_channel(service) as events:
            await altigen.ring()
            await anext(one_by_one(events))
            await altigen.send({"bound": session})
            event = await anext(one_by_one(events))
    assert isinstance(event, UnreadableEvent)
    assert event.excerpt == '{"bound": "***"}'


async def test_a_service_shows_none_of_its_secrets() -> None:
    settings = AltiGenSettings(url=("http://127.0.0.1:9",), user="201", password=Secret(PASSWORD))
    service = AltiGenService(
        settings, transport=httpx.MockTransport(lambda _request: httpx.Response(200, text=SESSION))
    )
    await service.log_on()
    assert service._proxy_in_use.session is not None
    shown = repr(service) + repr(vars(service)) + repr(list(service.trace))
    shown += repr([vars(proxy.http) for proxy in service._proxies])
    assert not [secret for secret in HIDDEN if secret in shown]
