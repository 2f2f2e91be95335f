"""What comes from outside is text that can be written again, read by its mark, its charset, or the likeliest guess."""

from __future__ import annotations

import json

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.channels import bound_channel, one_by_one, settings_for
from tests.waiting import until
from tui.config import RemotePCSettings, Secret
from tui.config.zones import zone_of
from tui.demo import Simulation
from tui.models.calls import CallEvent
from tui.services.alpemix.report import read_answer, report_of, token_of
from tui.services.altigen import AltiGenService
from tui.services.altigen.events import read_events
from tui.services.decoding import decoded, is_utf8, read_json
from tui.services.remotepc import RemotePCReader

NAME = "Gül Şirketi"
MARKED = ["utf-8-sig", "utf-16", "utf-32"]
WIDE = ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]


def remotepc(body: bytes, content_type: str = "application/json") -> RemotePCReader:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=body, headers={"Content-Type": content_type})

    settings = RemotePCSettings(url="https://remotepc.example.com", api_key=Secret("k3y"))
    return RemotePCReader(settings, transport=httpx.MockTransport(answer))


def users(name: str = NAME) -> str:
    row = {
        "username": name,
        "alloted_computers": 1,
        "utilized_computers": 0,
        "isActive": True,
        "created_date": "01-13-2023",
    }
    rows = {"message": {"resellerUsersList": [row]}, "code": 200, "status": "OK"}
    return json.dumps(rows, ensure_ascii=False)


@pytest.mark.parametrize("encoding", ["utf-8", *MARKED, *WIDE])
async def test_a_list_is_read_in_every_encoding_that_tells_itself(encoding: str) -> None:
    service = remotepc(users().encode(encoding))
    (user,) = await service.list_users()
    assert user.username == NAME
    assert not any("was read as" in each.text for each in service.trace)


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("utf-16", "utf-16-le"),
        ("UTF_16BE", "utf-16-be"),
        ('"utf-32LE"', "utf-32-le"),
        ("windows-1254", "cp1254"),
        ("ISO-8859-9", "iso-8859-9"),
        ("utf-16", "utf-8"),  # .NET says so of texts that it writes as UTF-8
        ("iso-8859-1", "utf-8"),
        ("rot13", "utf-8"),
        ("idna" * 10_000, "utf-8"),
    ],
)
async def test_a_charset_is_obeyed_where_it_can_be_true(charset: str, encoding: str) -> None:
    (user,) = await remotepc(users().encode(encoding), f"application/json; charset={charset}").list_users()
    assert user.username == NAME


async def test_what_says_nothing_is_read_as_a_turkish_windows_writes_and_that_is_told() -> None:
    service = remotepc(users().encode("cp1254"))
    (user,) = await service.list_users()
    assert user.username == NAME
    assert any("was read as cp1254" in each.text for each in service.trace)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32-be"])
def test_a_report_in_a_wide_encoding_is_read(encoding: str) -> None:
    body = '{"errornumber": 0, "results": [{"uid": "1", "tuname": "Şişli"}]}'.encode(encoding)
    reading = read_answer(body)
    assert reading is not None
    report = report_of(reading, zone_of("Europe/Istanbul"))
    assert report is not None
    assert report.rows[0].customer == "Şişli"


@pytest.mark.parametrize("raw", [b"\xff\xfe{", b"\xff\xfe\x00\x00{", b"\x00\xff\xfe binary", b"\x00", b"", b"\x81\x8d"])
def test_pieces_of_an_encoding_are_read_as_far_as_they_go(raw: bytes) -> None:
    text, _, _ = decoded(raw)
    assert text.encode().decode() == text


@given(raw=st.binary(), charset=st.text(), is_cut=st.booleans())
def test_whatever_comes_becomes_a_text_that_can_be_written(raw: bytes, charset: str, is_cut: bool) -> None:
    decoded(raw, charset, is_cut=is_cut).text.encode()


@given(text=st.text())
def test_a_cut_text_is_still_read_as_what_it_is(text: str) -> None:
    raw = f"x{text}".encode()
    for end in range(1, len(raw) + 1):
        assert decoded(raw[:end], is_cut=True).is_sure or b"\0" in raw


@pytest.mark.parametrize(
    "frame",
    [NAME.encode("cp1254"), NAME.encode("utf-16"), NAME.encode("utf-16-le")],
)
def test_what_is_not_utf8_is_known_as_such(frame: bytes) -> None:
    assert not is_utf8(frame) or frame.isascii()
    assert is_utf8(NAME.encode())
    assert is_utf8(b"plain")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1254", "utf-16", "utf-16-le", "utf-32"])
def test_a_frame_is_read_in_every_encoding(encoding: str) -> None:
    event = {"eventType": "CallEvent", "callHandle": 7, "callEventType": "ring", "callInfo": {"callerName": NAME}}
    (read,) = read_events([json.dumps(event, ensure_ascii=False).encode(encoding)])
    assert isinstance(read, CallEvent)
    assert read.info.caller_name == NAME


async def test_a_frame_that_is_not_utf8_is_read_and_remarked_once() -> None:
    event = {"eventType": "CallEvent", "callHandle": 7, "callEventType": "ring", "callInfo": {"callerName": NAME}}
    raw = json.dumps(event, ensure_ascii=False).encode("cp1254")
    async with (
        Simulation("desk", scripted=False) as simulation,
        AltiGenService(settings_for(simulation.altigen)) as service,
    ):
        await service.log_on()
        async with bound_channel(service) as channel:
            await until(lambda: any(session.channels for session in simulation.altigen.sessions.values()))
            await simulation.altigen.send(raw)
            await simulation.altigen.send(raw)
            events = one_by_one(channel)
            seen = [await anext(events), await anext(events)]
        said = [each.text for each in service.trace]
    assert [event.info.caller_name for event in seen if isinstance(event, CallEvent)] == [NAME, NAME]
    assert sum("read as cp1254" in each for each in said) == 1
    assert any(NAME in each for each in said)


HALVES = [r"\ud800", r"\uDFFF", r"\udfff\ud83d"]


@pytest.mark.parametrize("half", HALVES)
def test_a_half_of_a_pair_is_replaced_wherever_it_stands(half: str) -> None:
    value = read_json(f'{{"a{half}": ["x{half}", {{"b": "{half}"}}], "c": "\\ud83d\\ude00"}}')
    json.dumps(value, ensure_ascii=False).encode()
    assert isinstance(value, dict)
    assert value["c"] == "\U0001f600"


@pytest.mark.parametrize("half", HALVES)
def test_a_token_with_a_half_of_a_pair_is_none(half: str) -> None:
    reading = read_answer(f'{{"errornumber": 0, "accesstoken": "to{half}ken"}}'.encode())
    assert reading is not None
    assert not token_of(reading)


@pytest.mark.parametrize("token", ["a\\u0000b", "a\\nb", "", " ", "x" * 5_000])
def test_a_token_that_cannot_be_sent_is_none(token: str) -> None:
    reading = read_answer(f'{{"errornumber": 0, "accesstoken": "{token}"}}'.encode())
    assert reading is not None
    assert not token_of(reading)
