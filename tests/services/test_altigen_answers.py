"""Where a log-on's answer may hide the session id, and what AltiGen's errors say."""

from __future__ import annotations

import json

import pytest

from tui.services.altigen.answers import HINTS, explain, session_of, sessions_guessed
from tui.services.answer import Answer
from tui.services.errors import ServerFault, Unreadable
from tui.services.failures import Peer

PEER = Peer("AltiGen", "altigen", "http://pbx.example.com:8080/webproxy")


def answer(body: str | bytes, status: int = 200) -> Answer:
    return Answer(PEER, status, body if isinstance(body, bytes) else body.encode(), holds_secret=True)


@pytest.mark.parametrize(
    "body",
    [
        '{"sessionId": "abc-1"}',
        '{"SessionID": " abc-1 "}',
        '{"session_id": "abc-1", "user": "201"}',
        '{"session": {"sessionId": "abc-1"}}',
        '{"data": {"Session": {"ID": "abc-1"}}}',
        '{"session": "abc-1"}',
        '{"code": 0, "result": "abc-1"}',
        '{"id": "abc-1"}',
        '"abc-1"',
        "abc-1",
        "\ufeffabc-1\r\n",
    ],
)
def test_the_session_id_is_found_in_every_shape(body: str) -> None:
    assert session_of(answer(body)).reveal() == "abc-1"


IDS = [
    "{3f2504e0-4f89-41d3-9a0c-0305e82c3301}",
    "(3f2504e0-4f89-41d3-9a0c-0305e82c3301)",
    "{0x3f2504e0,0x4f89,0x41d3,{0x9a,0x0c,0x03,0x05,0xe8,0x2c,0x33,0x01}}",
    "3f2504e04f8941d39a0c0305e82c3301",
    "a/b+c==",
    "a.b~c_d:e;f|g",
    "201@pbx 09:00",
    '<"quoted">',
    "oturum-ğü",
    "%2e%2e",
    "x" * 512,
]


@pytest.mark.parametrize("session", IDS)
@pytest.mark.parametrize(
    "shape", ['{"sessionId": %s}', '{"SESSION-ID": %s}', '{"data": {"session": %s}}', '{"id": %s}']
)
def test_every_printable_text_of_a_field_so_named_is_an_id(session: str, shape: str) -> None:
    assert session_of(answer(shape % json.dumps(session))).reveal() == session


@pytest.mark.parametrize("session", ["{3f25}", "two words", '<"a">', "[1]"])
@pytest.mark.parametrize("shape", ["%s", '{"result": %s}', '{"d": %s}'])
def test_a_text_that_nothing_calls_an_id_is_read_with_care(session: str, shape: str) -> None:
    with pytest.raises(Unreadable):
        session_of(answer(shape % json.dumps(session)))


@pytest.mark.parametrize(
    ("body", "guessed"),
    [
        ('{"sessionId": "a\\u001bb"}', ["a\x1bb"]),
        ('{"sessionToken": "abc", "user": "201"}', ["abc"]),
        ('[{"SessionGuid": "abc"}]', ["abc"]),
        ('"{3f25}"', ["{3f25}"]),
        ("{3f25}", ["{3f25}"]),
        ("Welcome to this server", []),
        ('{"sessionId": "\\ud800"}', []),
        ('{"sessionId": ".."}', []),
        ('{"id1": "a", "id2": "b", "id3": "c", "id4": "d"}', ["a", "b", "c"]),
        ("[" * 50_000, []),
        ("{}", []),
    ],
)
def test_what_may_be_an_id_is_guessed_to_log_it_off(body: str, guessed: list[str]) -> None:
    assert [each.reveal() for each in sessions_guessed(answer(body))] == guessed


def test_a_session_id_may_be_a_number() -> None:
    assert session_of(answer('{"sessionId": 4711}')).reveal() == "4711"
    assert session_of(answer("4711")).reveal() == "4711"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{}",
        "null",
        "true",
        "[]",
        '""',
        '{"sessionId": null}',
        '{"sessionId": ""}',
        '{"sessionId": {"x": 1}}',
        '{"sess',
        "Welcome to this server",
        "<html>abc</html>",
        '"' + "x" * 600 + '"',
        '{"sessionId": "a\\u001bb"}',
        b"\xff\xfe",
        "[" * 50_000,
        '{"data":' * 9 + '{"sessionId": "deep"}' + "}" * 9,
    ],
)
def test_an_answer_without_a_session_id_is_unreadable_and_not_shown(body: str | bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        session_of(answer(body))
    assert caught.value.setting == "altigen.url"
    assert caught.value.detail == ""


@pytest.mark.parametrize("code", HINTS)
def test_every_number_of_altilink_is_a_hint_beside_the_servers_words(code: int) -> None:
    error = explain(answer(f'{{"code": "{code}", "Message": "its \\u001b own"}}', 500), "place the call")
    assert isinstance(error, ServerFault)
    assert error.detail == f"its ␛ own (AltiLink {code}: {HINTS[code]})"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"error": {"CODE": 1, "message": "no"}}', "no"),
        ('{"code": 9999, "message": "no"}', "no"),
        ('{"code": 3034}', '{"code": 3034} (AltiLink 3034: the line is busy)'),
        ("the target is busy\r\nat x()", "the target is busy"),
        ("<html><title>500 - Internal</title>", "500 - Internal"),
        ("", ""),
        ("[1]", "[1]"),
    ],
)
def test_the_servers_own_words_are_kept(body: str, detail: str) -> None:
    assert explain(answer(body, 500), "hang up").detail == detail
