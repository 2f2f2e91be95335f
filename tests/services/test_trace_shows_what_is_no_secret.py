"""What support needs of an answer that brings a secret is shown in the trace: status, code, words; the secret never."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tui.config import Secret
from tui.services.answer import Answer
from tui.services.failures import Peer

PEER = Peer("AltiGen", "altigen", "https://pbx.example.com/webproxy")
SESSION = "3f2b8c1e-77aa-4c1d-9b61-0d9e5c4f2a10"
LINK = "https://login.example.com/sso?ticket=abcdef"


def traced(body: Any, secrets: tuple[Secret, ...] = ()) -> str:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(PEER, 200, raw, secrets=secrets, holds_secret=True).traced


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"status": "OK", "code": 0, "message": {"rpcRedirectLink": LINK}}, '"status": "OK", "code": 0'),
        ({"errornumber": 100}, '{"errornumber": 100}'),
        ({"errornumber ": "100"}, '"100"'),
        ({"ErrorNumber:": 105, "accesstoken": ""}, '{"ErrorNumber:": 105, "accesstoken": ""}'),
        ({"STATUS": "BAD_REQUEST"}, '{"STATUS": "BAD_REQUEST"}'),
        ({"error": {"code": 3012, "message": "No more licences."}}, '{"code": 3012, "message": "No more licences."}'),
        ({"error_message": "Kullanıcı adı yanlış!"}, "Kullanıcı adı yanlış!"),
        ({"success": False, "sessionId": None}, '{"success": false, "sessionId": null}'),
        ([{"code": -1}], '[{"code": -1}]'),
    ],
)
def test_what_says_how_it_went_is_shown(body: object, shown: str) -> None:
    assert shown in traced(body)


@pytest.mark.parametrize(
    "body",
    [
        {"sessionId": SESSION},
        {"SessionID": {"status": "OK", "value": SESSION}},
        {"data": SESSION, "code": 0},
        {"message": LINK},
        {"message": f"Open {LINK} to sign in"},
        {"message": f"The session is {SESSION}."},
        {"status": SESSION},
        {"code": [SESSION]},
        {"errors": [{"x": SESSION}]},
        SESSION,
        [SESSION],
        SESSION.encode(),
        f"HTTP says {SESSION}".encode(),
        b'{"sessionId": "' + SESSION.encode(),
    ],
)
def test_a_secret_is_not_shown_wherever_it_stands(body: object) -> None:
    said = traced(body)
    assert SESSION not in said
    assert "ticket" not in said
    assert "***" in said


@pytest.mark.parametrize("number", ["4711471147", "1" + "0" * 4000, "4.5e300", "1000000", "-1000000"])
def test_a_number_that_may_be_an_id_is_not_shown(number: str) -> None:
    assert traced(f'{{"code": {number}, "sessionId": 12}}'.encode()) == 'HTTP 200 {"code": "***", "sessionId": "***"}'


def test_what_was_sent_is_masked_in_the_words_that_are_shown() -> None:
    said = traced({"message": "Unknown user hunter"}, (Secret("hunter"),))
    assert said == 'HTTP 200 {"message": "Unknown user ***"}'


@pytest.mark.parametrize("depth", [25, 900, 50_000])
def test_an_answer_of_any_depth_is_traced(depth: int) -> None:
    assert SESSION not in traced(b'{"code":' * depth + json.dumps(SESSION).encode() + b"}" * depth)
