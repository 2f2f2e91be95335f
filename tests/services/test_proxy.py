"""Proxies of the environment: used where they can be, named where they cannot, and never shown with a password."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable

import pytest

from tests.services.servers import Conversation, resetting, saying, serving, silent
from tests.waiting import PATIENCE_SECONDS
from tui.services.answer import Answer
from tui.services.departure import Departure
from tui.services.errors import Refused, ServiceError, Unreachable
from tui.services.failures import Peer
from tui.services.http import HttpClient, Timeouts
from tui.services.proxy import proxy_for

SECRET = "s3same-open"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
SHORT = Timeouts(connect=0.3, read=0.3, whole=0.6)
"""For what does not answer; what does may take its time on a busy machine."""
NAMES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def peer(url: str = "https://alpemix.example.com:5900/api") -> Peer:
    return Peer("Alpemix", "alpemix", url)


async def ask(url: str, departure: Departure | None = None, *, timeouts: Timeouts | None = None) -> Answer:
    client = HttpClient(peer(url), timeouts=timeouts)
    try:
        return await client.send("POST", body={}, departure=departure)
    finally:
        await client.aclose()


async def failure_of(
    url: str = "https://alpemix.example.com:5900/api", *, timeouts: Timeouts | None = None
) -> ServiceError:
    """The error of a request through a proxy that keeps it from the system: nothing of it may have left."""
    departure = Departure()
    with pytest.raises(ServiceError) as caught:
        await ask(url, departure, timeouts=timeouts)
    error = caught.value
    assert not departure.has_left
    assert not (isinstance(error, Unreachable) and error.may_have_acted)
    assert SECRET not in f"{error} {error.detail} {error.sentence}"
    return error


UNUSABLE = [
    f"socks4://user:{SECRET}@127.0.0.1:1080",
    "socks4a://127.0.0.1:1080",
    "socks://127.0.0.1:1080",
    "ftp://127.0.0.1:21",
    f"user:{SECRET}@ftp://proxy",
    "://",
    "http://",
    "http://:3128",
    "http://proxy:port",
    f"http://user:{SECRET}@proxy:port",
    f"user:{SECRET}",
    f"http://user:{SECRET}:proxy:3128",
    f"http://user:{SECRET}%40proxy:3128",
    "http://proxy:0",
    "http://proxy:99999",
    "http://proxy:-1",
    "http://proxy:٣",
    "http://proxy:" + "9" * 5_000,
    "http://[::1",
    "http://::1:3128",
    "http://[::1]3128",
    "http://[proxy]:3128",
    "http://exa mple:3128",
    "http://proxy:3128/proxy.pac",
    "http:/proxy:3128",
    "http://xn--ü:3128",
    f"http://user:{SECRET}\udcff@proxy:3128",
    f"socks5://{'u' * 256}:{SECRET}@127.0.0.1:1080",
    "\x1b]0;owned\x07://proxy",
    "%",
]


@pytest.mark.parametrize("value", UNUSABLE)
@pytest.mark.parametrize("name", NAMES)
async def test_what_is_no_proxy_is_named_with_what_can_be_used_instead(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    error = await failure_of()
    assert isinstance(error, Refused)
    assert error.sentence.startswith(name)
    assert "http://host:port" in error.sentence
    assert "NO_PROXY" in error.sentence
    assert error.sentence.isprintable()
    assert error.least_wait is None


async def test_a_proxy_that_is_not_for_this_system_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://127.0.0.1:1")
    async with serving(saying(OK)) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        assert (await ask("http://pbx.example.com/")).status == 200


async def test_socks_without_its_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "socksio", None)
    monkeypatch.setenv("ALL_PROXY", f"socks5://user:{SECRET}@127.0.0.1:1080")
    error = await failure_of()
    assert "ALL_PROXY (socks5://***@127.0.0.1:1080)" in error.sentence
    assert "helpdeck[socks]" in error.sentence


@pytest.mark.parametrize("spelling", ["{}", "http://{}", "HTTP://{}/", "http://user:pass@{}"])
async def test_an_http_proxy_is_used_in_every_spelling(spelling: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(saying(OK)) as port:
        monkeypatch.setenv("http_proxy", spelling.format(f"127.0.0.1:{port}"))
        assert (await ask("http://pbx.example.com/")).status == 200


async def test_a_small_letter_variable_wins_even_when_it_is_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://one:1")
    monkeypatch.setenv("https_proxy", "")
    import os

    assert proxy_for(peer(), os.environ) is None
    monkeypatch.setenv("https_proxy", " http://two:2 ")
    proxy = proxy_for(peer(), os.environ)
    assert proxy is not None
    assert proxy.shown == "http://two:2"


async def test_a_proxy_that_is_not_there_is_what_is_blamed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(silent) as port:
        pass
    for scheme in ("http", "https", "socks5", "socks5h"):
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://user:{SECRET}@127.0.0.1:{port}")
        error = await failure_of()
        assert isinstance(error, Unreachable)
        assert f"The proxy in HTTPS_PROXY ({scheme}://127.0.0.1:{port})" in error.sentence
        assert "refused" in error.sentence


@pytest.mark.parametrize(
    ("said", "kind", "words"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", Refused, "user and password"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", Refused, "does not let us through"),
        (b"HTTP/1.1 503 Busy\r\n\r\n", Unreachable, "does not let us through"),
        (b"SSH-2.0-OpenSSH\r\n", Unreachable, "broke the connection"),
        (b"", Unreachable, "broke the connection"),
    ],
)
async def test_what_a_proxy_answers_is_told_of_the_proxy(
    said: bytes, kind: type[ServiceError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(saying(said)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{SECRET}@127.0.0.1:{port}")
        error = await failure_of()
    assert type(error) is kind
    assert "HTTPS_PROXY" in error.sentence
    assert words in error.sentence


async def test_a_proxy_that_wants_a_password_for_what_is_not_tunnelled_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(saying(b"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n")) as port:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{port}")
        with pytest.raises(Refused, match=r"HTTP_PROXY .* user and password"):
            await ask("http://pbx.example.com/")


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_a_proxy_that_says_nothing_is_given_up(scheme: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(silent) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"{scheme}://127.0.0.1:{port}")
        error = await failure_of(timeouts=SHORT)
    assert isinstance(error, Unreachable)
    assert "HTTPS_PROXY" in error.sentence
    assert "in time" in error.sentence


async def test_a_socks_proxy_that_says_nothing_is_given_up_within_the_time_of_a_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving(silent) as port, asyncio.timeout(PATIENCE_SECONDS):
        monkeypatch.setenv("HTTPS_PROXY", f"socks5://127.0.0.1:{port}")
        error = await failure_of(timeouts=Timeouts(connect=1, read=3600, whole=3600))
    assert isinstance(error, Unreachable)
    assert "in time" in error.sentence


async def test_once_a_socks_proxy_has_answered_the_system_has_all_the_time_of_a_request() -> None:
    departure = Departure()
    async with asyncio.timeout(3600) as limit:
        whole = limit.when()
        departure.within(limit, 10)
        await departure.note("socks.setup_socks5_connection.started", {})
        assert limit.when() != whole
        await departure.note("socks.setup_socks5_connection.complete", {})
        assert limit.when() == whole


def socks(*replies: bytes, then: bytes = b"") -> Conversation:
    """A SOCKS server that gives these replies, one to each thing said, and then answers as the system would."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for reply in replies:
            await reader.read(4096)
            writer.write(reply)
        if then:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(then)
        writer.write_eof()
        await reader.read()

    return converse


GRANTED = b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x50"


async def test_socks_is_spoken_where_its_extra_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    async with serving(socks(b"\x05\x00", GRANTED, then=OK)) as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5h://127.0.0.1:{port}")
        assert (await ask("http://pbx.example.com/")).status == 200
    async with serving(socks(b"\x05\x02", b"\x01\x00", GRANTED, then=OK)) as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5://user:{SECRET}@127.0.0.1:{port}")
        assert (await ask("http://pbx.example.com/")).status == 200


@pytest.mark.parametrize(
    "conversation",
    [
        lambda: socks(b""),
        lambda: socks(b"\x05"),
        lambda: socks(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        lambda: socks(b"\x05\xff"),
        lambda: socks(b"\x04\x00"),
        lambda: socks(b"\x05\x02"),
        lambda: socks(b"\x05\x00", b""),
        lambda: socks(b"\x05\x00", b"\x05"),
        lambda: socks(b"\x05\x00", b"\x05\x02\x00\x01\x00\x00\x00\x00\x00\x00"),
        lambda: socks(b"\x05\x00", b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00"),
        lambda: socks(b"\x05\x00", b"\x05\x99\x00\x77\x00\x00\x00\x00\x00\x00"),
        lambda: socks(b"\x05\x00", b"\xff" * 4096),
        lambda: resetting,
    ],
)
async def test_whatever_a_socks_proxy_says_becomes_an_error_of_ours(
    conversation: Callable[[], Conversation], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serving(conversation()) as port:
        monkeypatch.setenv("ALL_PROXY", f"socks5://127.0.0.1:{port}")
        error = await failure_of("http://pbx.example.com/", timeouts=SHORT)
    assert "The proxy in ALL_PROXY" in error.sentence


@pytest.mark.parametrize(
    ("exceptions", "url"),
    [
        ("*", "https://alpemix.example.com"),
        ("one.test, *", "https://alpemix.example.com"),
        ("example.com", "https://alpemix.example.com"),
        (".example.com", "https://alpemix.example.com"),
        ("*.example.com", "https://alpemix.example.com"),
        (".example.com", "https://example.com"),
        ("EXAMPLE.com.", "https://alpemix.Example.COM"),
        ("alpemix.example.com", "https://alpemix.example.com."),
        ("a.test b.test\talpemix.example.com", "https://alpemix.example.com"),
        (",, ,alpemix.example.com,", "https://alpemix.example.com"),
        ("https://alpemix.example.com/", "https://alpemix.example.com"),
        ("alpemix.example.com:443", "https://alpemix.example.com"),
        ("alpemix.example.com:5900", "https://alpemix.example.com:5900"),
        ("[2001:db8::1]", "https://[2001:db8::1]"),
        ("2001:db8::1", "https://[2001:db8::1]"),
        ("2001:0db8:0:0::1", "https://[2001:db8::1]"),
        ("[2001:db8::1]:443", "https://[2001:db8::1]"),
        ("2001:db8::/32", "https://[2001:db8::1]"),
        ("[2001:db8::]/32", "https://[2001:db8::1]"),
        ("[2001:db8::/32]", "https://[2001:db8::1]"),
        ("10.1.2.3", "https://10.1.2.3"),
        ("10.0.0.0/8", "https://10.1.2.3"),
        ("10.1.2.3/8", "https://10.1.2.3"),
        ("10.0.0.0/8", "https://[::ffff:10.1.2.3]"),
    ],
)
def test_an_exception_is_understood_in_every_spelling(exceptions: str, url: str) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        assert proxy_for(peer(url), {"HTTPS_PROXY": "http://proxy:3128", name: exceptions}) is None


@pytest.mark.parametrize(
    ("exceptions", "url"),
    [
        ("", "https://alpemix.example.com"),
        ("[::1]", "https://alpemix.example.com"),
        ("::1", "https://alpemix.example.com"),
        ("[", "https://alpemix.example.com"),
        ("]:[", "https://alpemix.example.com"),
        ("//", "https://alpemix.example.com"),
        ("10.0.0.0/99", "https://10.1.2.3"),
        ("10.", "https://10.1.2.3"),
        (".", "https://alpemix.example.com"),
        ("*.", "https://alpemix.example.com"),
        ("ample.com", "https://alpemix.example.com"),
        ("alpemix.example.com:80", "https://alpemix.example.com"),
        ("alpemix.example.com:port", "https://alpemix.example.com"),
        ("192.168.0.0/16", "https://10.1.2.3"),
        ("\udcff", "https://alpemix.example.com"),
    ],
)
def test_an_exception_for_others_changes_nothing(exceptions: str, url: str) -> None:
    assert proxy_for(peer(url), {"HTTPS_PROXY": "http://proxy:3128", "NO_PROXY": exceptions}) is not None


async def test_a_system_on_this_machine_is_never_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks4://nonsense")
    async with serving(saying(OK)) as port:
        assert (await ask(f"http://127.0.0.1:{port}")).status == 200
