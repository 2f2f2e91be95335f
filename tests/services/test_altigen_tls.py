"""AltiGen behind a certificate of a private authority, over HTTP and WebSocket alike."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.relay import Relay
from tests.services.channels import bound_channel, one_by_one, settings_for
from tests.services.servers import Certificate, certificate_for
from tui.config import AltiGenSettings, Secret
from tui.demo import Altigen, Simulation
from tui.models.calls import CallEvent
from tui.services.altigen import AltiGenService
from tui.services.errors import Refused, ServiceError, Unreachable


@pytest.fixture
def altigen(simulation: Simulation) -> Altigen:
    return simulation.altigen


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return certificate_for("IP:127.0.0.1", tmp_path)


@pytest.fixture
async def relay(altigen: Altigen, certificate: Certificate) -> AsyncIterator[Relay]:
    """Speaks TLS, as IIS does before a WebProxy."""
    async with Relay(altigen.server.port, tls=certificate.server_side()) as relay:
        yield relay


def through(relay: Relay, altigen: Altigen, ca_file: Path | str, host: str = "127.0.0.1") -> AltiGenSettings:
    return settings_for(altigen, url=(f"https://{host}:{relay.port}{altigen.path}",), ca_file=str(ca_file))


async def test_a_private_authority_is_trusted_by_its_file(
    altigen: Altigen, relay: Relay, certificate: Certificate
) -> None:
    async with AltiGenService(through(relay, altigen, certificate.file)) as service:
        await service.log_on()
        await altigen.ring()
        async with bound_channel(service) as channel:
            assert isinstance(await anext(one_by_one(channel)), CallEvent)
            await service.place_call("312-555-0123")
    assert altigen.placed
    assert not altigen.sessions


@pytest.mark.parametrize("part", ["log-on", "channel"])
async def test_another_authority_is_refused_and_the_setting_named(
    altigen: Altigen, relay: Relay, tmp_path: Path, part: str
) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    other = certificate_for("IP:127.0.0.1", folder)
    for ca_file, advice in (
        (other.file, r"Is altigen\.ca_file the authority that issued it\?"),
        ("", r"put its PEM file into altigen\.ca_file"),
    ):
        async with AltiGenService(through(relay, altigen, ca_file)) as service:
            with pytest.raises(Unreachable, match=advice) as caught:
                await _do(service, part)
            assert caught.value.setting == "altigen.ca_file"
            service._proxy_in_use.session = None
    assert not altigen.requests


async def _do(service: AltiGenService, part: str) -> None:
    if part == "log-on":
        await service.log_on()
    else:
        service._proxy_in_use.session = Secret("abc")
        async with bound_channel(service):
            pass


async def test_a_certificate_for_another_name_is_refused(
    altigen: Altigen, relay: Relay, certificate: Certificate
) -> None:
    async with AltiGenService(through(relay, altigen, certificate.file, host="localhost")) as service:
        with pytest.raises(Unreachable, match="Use the name that it was issued for"):
            await service.log_on()
    assert not altigen.requests


@pytest.mark.parametrize("content", [None, "no certificate"])
@pytest.mark.parametrize("part", ["log-on", "channel"])
async def test_a_file_that_holds_no_authority_is_named(
    altigen: Altigen, relay: Relay, tmp_path: Path, content: str | None, part: str
) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    async with AltiGenService(through(relay, altigen, file)) as service:
        with pytest.raises(Refused, match=r"altigen\.ca_file (cannot be read|holds no certificate)"):
            await _do(service, part)
        service._proxy_in_use.session = None


async def test_tls_spoken_to_a_server_without_it_says_so(altigen: Altigen, certificate: Certificate) -> None:
    async with (
        Relay(altigen.server.port) as plain,
        AltiGenService(through(plain, altigen, certificate.file)) as service,
    ):
        with pytest.raises(ServiceError, match=r"TLS failed.*altigen\.url"):
            await service.log_on()
