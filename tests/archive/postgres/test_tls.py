"""A server over a network must prove who it is, by a certificate; TLS is real on both sides."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest

from tests.postgres.server import PostgresServer
from tests.postgres.tls import Secured
from tests.services.servers import Certificate, certificate_for
from tests.store.harness import LIMIT
from tests.waiting import PATIENCE_SECONDS
from tui.archive import open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.postgres.errors import store_error
from tui.config import ArchiveSettings


@pytest.fixture
def certificate(home: Path) -> Certificate:
    """That of a server called `localhost`, which is its own authority."""
    return certificate_for("DNS:localhost", home)


@pytest.fixture
def secured(postgres: PostgresServer, certificate: Certificate) -> Iterator[Secured]:
    """The server, which proves by it who it is."""
    with Secured(postgres.port, certificate.server_side()) as secured:
        yield secured


def url_of(host: str, secured: Secured, **parameters: object) -> str:
    """Where it is, by any name; nobody has to know that one."""
    named = urlencode({"hostaddr": "127.0.0.1", **parameters})
    return f"postgresql://helpdeck@{host}:{secured.port}/helpdeck?{named}"


async def why_not(url: str) -> StoreError:
    async with open_store(ArchiveSettings(url=url)) as store, asyncio.timeout(PATIENCE_SECONDS):
        with pytest.raises(StoreError) as failed:
            await store.budget(LIMIT)
    return failed.value


async def test_a_server_that_proves_who_it_is_is_used(
    postgres_url: str, secured: Secured, certificate: Certificate
) -> None:
    url = url_of("localhost", secured, sslmode="verify-full", sslrootcert=certificate.file)
    async with open_store(ArchiveSettings(url=url)) as store:
        slot, _ = await store.reserve(LIMIT)
    assert slot is not None


@pytest.mark.parametrize(
    ("host", "authority", "words"),
    [
        ("db.example.com", "certificate.pem", 'does not match host name "db.example.com"'),
        ("localhost", "other/certificate.pem", "SSL error: certificate verify failed"),
        ("localhost", "none.pem", 'root certificate file "none.pem" does not exist'),
    ],
    ids=["of another name", "of an unknown authority", "where no authority is named"],
)
async def test_one_that_does_not_is_not_used_and_not_tried_again(
    secured: Secured, certificate: Certificate, home: Path, host: str, authority: str, words: str
) -> None:
    (home / "other").mkdir()
    certificate_for("DNS:localhost", home / "other")
    error = await why_not(url_of(host, secured, sslmode="verify-full", sslrootcert=authority))
    assert (error.cause, error.may_pass, secured.clients) == (Cause.UNPROVEN, False, 1)
    assert error.sentence.startswith(
        "The archive is on a server that does not prove who it is: check its certificate, its name in archive.url, and"
        f" the authority in sslrootcert (helpdeck on {host}: "
    )
    assert error.sentence.endswith(f"{words}).")


@pytest.mark.parametrize("mode", ["require", "verify-full"])
async def test_a_server_without_tls_is_not_used_where_it_must_be(
    postgres_url: str, certificate: Certificate, mode: str
) -> None:
    error = await why_not(f"{postgres_url}?sslmode={mode}&sslrootcert={certificate.file}")
    assert (error.cause, error.may_pass) == (Cause.UNPROVEN, False)
    assert "server does not support SSL, but SSL was required" in error.sentence


async def test_a_certificate_of_ours_that_cannot_be_used_is_no_fault_of_the_server(
    secured: Secured, certificate: Certificate, home: Path
) -> None:
    (home / "ours.key").write_text("none")
    (home / "ours.key").chmod(0o600)
    ours = {"sslcert": certificate.file, "sslkey": home / "ours.key"}
    error = await why_not(url_of("localhost", secured, sslmode="require", **ours))
    assert (error.cause, error.may_pass) == (Cause.NOT_LET_IN, False)
    assert 'could not load private key file "' in error.sentence


def test_of_several_addresses_the_one_is_told_that_says_why() -> None:
    said = (
        'connection to server at "db" (::1), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
        'connection to server at "db" (127.0.0.1), port 5432 failed: SSL error: certificate verify failed\n'
    )
    error = store_error(psycopg.OperationalError(said), "x on db")
    assert (error.cause, error.sentence.endswith("(x on db: SSL error: certificate verify failed).")) == (
        Cause.UNPROVEN,
        True,
    )
