"""Everything the wire can do becomes an error of ours with one sentence."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.services.servers import certificate_for, resetting, saying, serving, silent
from tui.config import Secret
from tui.services import http
from tui.services.answer import Answer
from tui.services.errors import Limited, Refused, Unreachable, Unreadable
from tui.services.failures import Peer, no_connection
from tui.services.http import HttpClient, Timeouts, filled

SHORT = Timeouts(connect=0.2, read=0.2, whole=0.4)


def peer(url: str, **more: str) -> Peer:
    return Peer("AltiGen", "altigen", url, **more)


def test_the_command_line_of_the_http_library_is_not_loaded_where_it_could_be() -> None:
    code = (
        "import sys, tui.services.http; from importlib.util import find_spec\n"
        "print('click' in sys.modules, find_spec('click') is not None)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False True\n"


async def ask(url: str, *, timeouts: Timeouts | None = None, **more: str) -> Answer:
    client = HttpClient(peer(url, **more), timeouts=timeouts)
    try:
        return await client.send("POST", "/x", body={"a": 1})
    finally:
        await client.aclose()


def answering(body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None) -> HttpClient:
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, content=body, headers=headers))
    return HttpClient(peer("http://pbx.example.com:8080/webproxy"), transport=transport)


async def test_a_refused_connection_names_the_host_and_the_setting() -> None:
    async with serving(silent) as port:
        pass
    with pytest.raises(Unreachable, match=rf"127\.0\.0\.1:{port}: the connection is refused") as caught:
        await ask(f"http://127.0.0.1:{port}")
    assert caught.value.setting == "altigen.url"
    assert not caught.value.may_have_acted
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (OSError("Multiple exceptions: [Errno 111] Connect call failed, [Errno 111] x"), "is refused"),
        (OSError(113, "No route to host"), "no way to it"),
        (socket.gaierror(-2, "Name or service not known"), "the host name is unknown"),
        (OSError(5, "Input/output error"), "the connection failed"),
        (TimeoutError(110, "Connection timed out"), "does not answer"),
    ],
)
def test_what_the_system_says_of_a_connection_is_told(cause: OSError, said: str) -> None:
    error = no_connection(peer("http://pbx.example.com"), cause)
    assert said in error.sentence
    assert isinstance(error, Unreachable)
    assert not error.may_have_acted


async def test_a_server_that_is_silent_may_have_acted() -> None:
    async with serving(silent) as port:
        with pytest.raises(Unreachable, match=r"did not answer within 0\.2 s") as caught:
            await ask(f"http://127.0.0.1:{port}", timeouts=SHORT)
    assert caught.value.may_have_acted


async def test_a_server_that_drips_is_given_up() -> None:
    async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.02)

    async with serving(dripping) as port:
        with pytest.raises(Unreachable, match=r"within 0\.4 s") as caught:
            await ask(f"http://127.0.0.1:{port}", timeouts=SHORT)
    assert caught.value.may_have_acted


async def test_nobody_picking_up_did_not_act_and_brings_the_hint_of_the_system() -> None:
    def nobody(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("late", request=request)

    for hint, said in (("It is the VNC port.", "It is the VNC port."), ("", "firewall")):
        there = Peer("Alpemix", "alpemix", "https://alpemix.example.com:5900/api", silence_hint=hint)
        client = HttpClient(there, transport=httpx.MockTransport(nobody))
        with pytest.raises(Unreachable, match=said) as caught:
            await client.send("POST")
        assert "alpemix.example.com:5900 within 10 s" in caught.value.sentence
        assert not caught.value.may_have_acted


@pytest.mark.parametrize(
    "conversation",
    [
        resetting,
        saying(b""),
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        saying(b"SSH-2.0-OpenSSH\r\n"),
    ],
    ids=["reset", "hangs up", "cut", "other protocol"],
)
async def test_a_broken_connection_may_have_acted(conversation: object) -> None:
    async with serving(conversation) as port:  # type: ignore[arg-type] # the four are conversations
        with pytest.raises(Unreachable, match="broke the connection") as caught:
            await ask(f"http://127.0.0.1:{port}")
    assert caught.value.may_have_acted


async def test_a_redirect_is_not_followed_and_only_its_host_is_told() -> None:
    client = answering(status=307, headers={"Location": "https://user:pw@other.example.com/sessions/4711"})
    with pytest.raises(Unreadable, match=r"elsewhere to https://other\.example\.com \(HTTP 307\)") as caught:
        await client.send("POST", "/sessions")
    assert "4711" not in caught.value.sentence
    assert "pw" not in caught.value.sentence
    assert caught.value.setting == "altigen.url"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "with nothing"),
        (b" \r\n", "with nothing"),
        (b"<!DOCTYPE html><title>Service down</title>", "with a web page"),
        (b"\xef\xbb\xbf<html>", "with a web page"),
        (b'{"half":', "no whole JSON"),
        (b"\xff\xfe\x00", "no whole JSON"),
        (b"[" * 100_000, "no whole JSON"),
    ],
)
async def test_a_body_that_is_no_json_is_unreadable(body: bytes, said: str) -> None:
    answer = await answering(body).send("POST")
    with pytest.raises(Unreadable, match=said) as caught:
        answer.json()
    assert caught.value.may_have_acted
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


async def test_the_words_of_a_page_are_its_title_and_of_a_text_its_first_line() -> None:
    assert (await answering(b"<html><title>\n404 - gone\n</title>", 404).send("POST")).server_message == "404 - gone"
    assert (await answering(b"no \x1b[31mway\r\nmore", 500).send("POST")).server_message == "no ␛[31mway"
    assert (await answering(b'{\n  "code": 1\n}', 500).send("POST")).server_message == '{ "code": 1 }'


async def test_an_endless_body_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BODY_LIMIT", 1024)
    with pytest.raises(Unreadable, match="more than 0 MiB"):
        await answering(b"x" * 5000).send("POST")


@pytest.mark.parametrize(("after", "seconds"), [("7", 7.0), ("", 60.0), ("soon", 60.0), ("999999", 3600.0)])
async def test_too_many_requests_says_when_the_next_may_go(after: str, seconds: float) -> None:
    answer = await answering(status=429, headers={"Retry-After": after}).send("POST")
    limited = answer.limited()
    assert isinstance(limited, Limited)
    assert limited.at_least == seconds


async def test_a_header_that_cannot_be_sent_is_refused_without_being_shown() -> None:
    async with serving(silent) as port:
        client = HttpClient(peer(f"http://127.0.0.1:{port}"))
        with pytest.raises(Refused, match="cannot be sent") as caught:
            await client.send("POST", headers={"Authorization": Secret("Bearer one\r\ntwo")})
        await client.aclose()
    assert "one" not in str(caught.value)
    assert caught.value.__context__ is None


async def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(Refused, match=r"altigen\.url"):
        await ask("http://exa mple:port")


async def test_what_is_filled_in_cannot_leave_its_place_in_the_path() -> None:
    assert (
        filled("/sessions/{session}/calls", {"session": Secret("a/../?b#é")})
        == "/sessions/a%2F..%2F%3Fb%23%C3%A9/calls"
    )


async def test_secrets_in_a_body_are_revealed_only_in_what_is_sent() -> None:
    sent: list[bytes] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.content)
        return httpx.Response(200)

    client = HttpClient(peer("http://pbx.example.com"), transport=httpx.MockTransport(answer))
    await client.send("POST", body={"password": Secret("open sesame"), "list": [Secret("x")]})
    assert json.loads(sent[0]) == {"password": "open sesame", "list": ["x"]}


async def test_a_certificate_of_a_private_authority_needs_its_file(tmp_path: Path) -> None:
    made = certificate_for("IP:127.0.0.1", tmp_path)
    ok = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
    async with serving(saying(ok), made.server_side()) as port:
        with pytest.raises(Unreachable, match=r"not trusted .*put its PEM file into altigen\.ca_file") as caught:
            await ask(f"https://127.0.0.1:{port}")
        assert (await ask(f"https://127.0.0.1:{port}", ca_file=str(made.file))).status == 200
    assert caught.value.setting == "altigen.ca_file"
    assert isinstance(caught.value.__cause__, ssl.SSLCertVerificationError)
    assert not caught.value.may_have_acted


async def test_a_certificate_for_another_name_is_not_trusted(tmp_path: Path) -> None:
    made = certificate_for("DNS:other.example.com", tmp_path)
    async with serving(silent, made.server_side()) as port:
        with pytest.raises(Unreachable, match="the name that it was issued for"):
            await ask(f"https://127.0.0.1:{port}", ca_file=str(made.file))


async def test_tls_with_a_server_that_speaks_none_says_so() -> None:
    async def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    async with serving(plain) as port:
        with pytest.raises(
            Unreachable, match="TLS failed. Does altigen.url begin with https".replace(".", r"\.")
        ) as caught:
            await ask(f"https://127.0.0.1:{port}")
    assert not caught.value.may_have_acted


@pytest.mark.parametrize(("content", "said"), [(None, "cannot be read"), ("not PEM", "no certificate in PEM form")])
async def test_an_unusable_authority_file_is_refused(tmp_path: Path, content: str | None, said: str) -> None:
    file = tmp_path / "authority.pem"
    if content is not None:
        file.write_text(content)
    with pytest.raises(Refused, match=said) as caught:
        await ask("https://127.0.0.1:9", ca_file=str(file))
    assert caught.value.setting == "altigen.ca_file"


def test_only_a_system_elsewhere_may_be_asked_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for url, may in (("http://127.0.0.1:1", False), ("http://[::1]:1", False), ("https://api.example.com", True)):
        assert HttpClient(peer(url))._may_use_proxy is may


@pytest.mark.parametrize("value", [".", "..", "...", "/", "../..", "..\\..", "?", "#", "a;b", "%2e%2e", "\n", "é"])
async def test_what_is_filled_in_stays_one_segment(value: str) -> None:
    asked: list[bytes] = []

    async def listening(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append((await reader.readuntil(b"\r\n\r\n")).split(b" ")[1])
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with serving(listening) as port:
        client = HttpClient(peer(f"http://127.0.0.1:{port}/webproxy"))
        await client.send(
            "DELETE", "/sessions/{session}/calls/{call}", fill={"session": Secret(value), "call": Secret(".")}
        )
        await client.aclose()
    before, segment, after = asked[0].removeprefix(b"/webproxy/sessions/").partition(b"/calls/")
    assert asked[0].startswith(b"/webproxy/sessions/")
    assert segment == b"/calls/"
    assert after == b"%2E"
    assert not set(before) & set(b"/\\?#;")
    assert before not in (b"", b".", b"..")


async def test_what_cannot_be_written_as_utf8_is_refused_and_not_shown() -> None:
    for fill, headers in (({"session": Secret("x\ud800y")}, {}), ({}, {"Authorization": Secret("x\ud800y")})):
        async with serving(silent) as port:
            client = HttpClient(peer(f"http://127.0.0.1:{port}"))
            with pytest.raises(Refused, match="cannot be sent") as caught:
                await client.send("DELETE", "/sessions/{session}", fill=fill, headers=headers)
            await client.aclose()
        assert "\ud800" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("SSLKEYLOGFILE", "/no/such/folder/keys"), ("SSLKEYLOGFILE", "/"), ("SSL_CERT_FILE", "/dev/zero")],
)
async def test_a_file_of_the_environment_that_cannot_be_used_is_named(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Refused, match=name) as caught:
        await ask("https://127.0.0.1:1")
    assert value in caught.value.sentence


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSLKEYLOGFILE", "altigen.ca_file"])
async def test_a_pipe_in_the_place_of_a_file_of_tls_is_refused_and_not_waited_for(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    if name.isupper():
        monkeypatch.setenv(name, str(pipe))
    with pytest.raises(Refused, match=name):
        await ask("https://127.0.0.1:1", ca_file="" if name.isupper() else str(pipe))


async def test_authorities_that_the_environment_names_and_are_not_there_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    made = certificate_for("IP:127.0.0.1", tmp_path)
    async with serving(silent, made.server_side()) as port:
        with pytest.raises(Unreachable, match=r"SSL_CERT_FILE \(/no/such/file.pem, which is not there\)"):
            await ask(f"https://127.0.0.1:{port}")


async def test_the_keys_of_tls_are_written_where_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys"))
    made = certificate_for("IP:127.0.0.1", tmp_path)
    async with serving(saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), made.server_side()) as port:
        await ask(f"https://127.0.0.1:{port}", ca_file=str(made.file))
    assert "TRAFFIC_SECRET" in (tmp_path / "keys").read_text()
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o600
