"""What the inspector keeps of AltiGen holds neither the session id, nor the password, nor the Basic header."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator

import pytest

from tests.services.channels import bound_channel, one_by_one, settings_for
from tests.waiting import until
from tui.config import Secret
from tui.demo import Altigen, Simulation
from tui.models.calls import Unreadable
from tui.services.altigen import AltiGenService
from tui.services.errors import ServiceError

PASSWORD = 'pass "word" çok/8152'


@pytest.fixture
async def altigen() -> AsyncIterator[Altigen]:
    async with Simulation(scripted=False, altigen={"password": PASSWORD, "licences": 9}) as simulation:
        yield simulation.altigen


@pytest.fixture
async def service(altigen: Altigen) -> AsyncIterator[AltiGenService]:
    async with AltiGenService(settings_for(altigen, password=Secret(PASSWORD))) as service:
        await service.log_on()
        yield service


def secrets_of(altigen: Altigen) -> list[str]:
    """Every spelling that a server could repeat."""
    (session,) = altigen.sessions
    basic = base64.b64encode(f"{altigen.user}:{PASSWORD}".encode()).decode()
    return [
        session,
        session.upper(),
        PASSWORD,
        json.dumps(PASSWORD)[1:-1],
        basic,
        f"Basic {basic}",
        f"{altigen.user}:{PASSWORD}",
    ]


def shown_by(service: AltiGenService) -> str:
    return "\n".join(exchange.text for exchange in service.trace)


async def test_no_answer_that_repeats_a_secret_is_kept_with_it(altigen: Altigen, service: AltiGenService) -> None:
    secrets = secrets_of(altigen)
    for secret in secrets:
        for body in (secret, {"code": 1, "message": f"who is {secret}?"}, f"<title>{secret}</title>"):
            for path, asking in (
                ("/sessions", service.log_on),
                ("/sessions/*/calls", lambda: service.place_call("312-555-0123")),
            ):
                altigen.fault("status", path=path, body=body)
                with pytest.raises(ServiceError) as caught:
                    await asking()
                known = shown_by(service) + caught.value.detail + caught.value.sentence
                assert not [each for each in secrets if each in known], known


@pytest.mark.parametrize("padding", [0, 180, 195, 790, 980, 3_980])
async def test_no_frame_that_repeats_a_secret_is_kept_with_it(
    altigen: Altigen, service: AltiGenService, padding: int
) -> None:
    """Wherever it stands, also where what is kept ends in the middle of it."""
    secrets = secrets_of(altigen)
    async with bound_channel(service) as channel:
        await until(lambda: any(session.channels for session in altigen.sessions.values()))
        events = one_by_one(channel)
        for secret in secrets:
            frames = (
                "x" * padding + secret,
                json.dumps({"x": "x" * padding, "said": secret}),
                json.dumps({"eventType": "x" * padding + secret}),
                json.dumps({"x": "x" * padding, "said": secret}, ensure_ascii=False).encode(),
            )
            for frame in frames:
                await altigen.send(frame)
                event = await anext(events)
                assert isinstance(event, Unreadable)
                known = shown_by(service) + event.excerpt + event.reason
                assert not [each for each in secrets if each in known or _begins(known, each)], known


def _begins(text: str, secret: str) -> bool:
    """Whether a line of the text ends in the middle of the secret."""
    return any(line.rstrip("…").endswith(secret[:8]) for line in text.splitlines())


async def test_a_reason_that_repeats_a_secret_is_said_without_it(altigen: Altigen, service: AltiGenService) -> None:
    secrets = secrets_of(altigen)
    async with bound_channel(service) as channel:
        await until(lambda: any(session.channels for session in altigen.sessions.values()))
        (session,) = altigen.sessions.values()
        (server_side,) = session.channels
        await server_side._websocket.close(1008, f"unknown session {session.id}")
        with pytest.raises(ServiceError) as caught:
            await anext(one_by_one(channel))
    assert caught.value.detail == "1008 unknown session ***"
    assert not [each for each in secrets if each in shown_by(service)]


async def test_a_whole_session_is_kept_without_its_secrets(altigen: Altigen, service: AltiGenService) -> None:
    secrets = secrets_of(altigen)
    async with bound_channel(service) as channel:
        await altigen.ring()
        await anext(one_by_one(channel))
        await service.place_call("312-555-0123")
    await service.log_off()
    assert "POST /sessions" in shown_by(service)
    assert not [each for each in secrets if each in shown_by(service)]
