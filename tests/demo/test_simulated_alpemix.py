"""The simulated remote-support service keeps to its page: steps, limits, error numbers and odd spelling."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tui.demo import Alpemix, Simulation

NOON = datetime(2024, 8, 22, 12, 0, 0, tzinfo=UTC)


class Watch:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


class Client:
    """A client of the page, as thin as can be."""

    def __init__(self, alpemix: Alpemix, http: httpx.AsyncClient) -> None:
        self.alpemix = alpemix
        self.http = http

    async def ask(self, **asked: Any) -> Any:
        return json.loads(await self.text(**asked))

    async def text(self, **asked: Any) -> str:
        answer = await self.http.post(self.alpemix.url, json=asked)
        assert answer.status_code == 200
        return answer.text

    async def token(self) -> str:
        return str((await self.ask(**self.credentials()))["accesstoken"])

    def credentials(self) -> dict[str, Any]:
        return {"stepnumber": 1, "secretkey": self.alpemix.secret_key, "mainusername": self.alpemix.user}


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
async def client(watch: Watch) -> AsyncIterator[Client]:
    async with (
        Simulation("desk", scripted=False, clock=watch, calendar=lambda: NOON) as simulation,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        yield Client(simulation.alpemix, http)


def report(token: str, **more: Any) -> dict[str, Any]:
    return {"stepnumber": 2, "accesstoken": token, "requestnumber": 1, "lastxconnection": 0} | more


async def test_a_token_opens_the_report_for_a_day(client: Client, watch: Watch) -> None:
    token = await client.token()
    assert await client.ask(**report(token)) == {"errornumber": 0, "results": []}
    watch.at += 24 * 3600
    assert await client.ask(**report(token)) == {"errornumber": 202}


async def test_an_expired_token_and_an_unknown_one_differ(client: Client) -> None:
    token = await client.token()
    client.alpemix.expire_token()
    assert await client.ask(**report(token)) == {"errornumber": 202}
    assert await client.ask(**report("unknown")) == {"errornumber": 203}


@pytest.mark.parametrize(
    ("asked", "error_number"),
    [
        ({}, 100),
        ({"stepnumber": 3}, 101),
        ({"stepnumber": "1"}, 101),
        ({"stepnumber": 1}, 102),
        ({"stepnumber": 1, "secretkey": 5, "mainusername": "x"}, 102),
        ({"stepnumber": 1, "secretkey": "' OR 1=1", "mainusername": "x"}, 104),
        ({"stepnumber": 1, "secretkey": "wrong", "mainusername": "x"}, 200),
        ({"stepnumber": 2, "accesstoken": "x"}, 107),
        ({"stepnumber": 2, "requestnumber": 1}, 106),
        ({"stepnumber": 2, "accesstoken": "x", "requestnumber": "1"}, 106),
        ({"stepnumber": 2, "accesstoken": "x", "requestnumber": 1}, 203),
    ],
)
async def test_each_mistake_has_its_number(client: Client, asked: dict[str, Any], error_number: int) -> None:
    assert await client.ask(**asked) == {"errornumber": error_number}


async def test_request_numbers_beyond_two_are_undefined_and_the_count_is_needed(client: Client) -> None:
    token = await client.token()
    assert await client.ask(**report(token, requestnumber=3)) == {"errornumber": 107}
    assert await client.ask(**report(token, lastxconnection=None)) == {"errornumber": 106}
    assert await client.ask(**report(token, lastxconnection=-1)) == {"errornumber": 106}


async def test_the_sixth_token_request_in_a_minute_blocks_for_a_while(client: Client, watch: Watch) -> None:
    for _ in range(5):
        assert (await client.ask(**client.credentials()))["errornumber"] == 0
    assert await client.ask(**client.credentials()) == {"errornumber": 204}
    watch.at += 61
    assert await client.ask(**client.credentials()) == {"errornumber": 204}
    assert client.alpemix.violations == 2
    watch.at += client.alpemix.block_seconds
    assert (await client.ask(**client.credentials()))["errornumber"] == 0
    assert len(client.alpemix.token_requests) == 8


async def test_the_fourth_report_in_a_minute_is_refused(client: Client, watch: Watch) -> None:
    token = await client.token()
    for _ in range(3):
        assert (await client.ask(**report(token)))["errornumber"] == 0
    watch.at += 59.9
    assert await client.ask(**report(token)) == {"errornumber": 205}
    watch.at += 0.1
    assert (await client.ask(**report(token)))["errornumber"] == 0
    assert (client.alpemix.violations, len(client.alpemix.report_requests)) == (1, 5)


async def test_today_and_yesterday_are_told_newest_first_in_the_servers_time_zone(client: Client) -> None:
    for hours, name in ((3, "early"), (1, "late"), (14, "after midnight there"), (16, "yesterday"), (48, "older")):
        client.alpemix.add_connection(started=NOON - timedelta(hours=hours), tuname=name)
    token = await client.token()
    today = await client.ask(**report(token))
    assert [each["tuname"] for each in today["results"]] == ["late", "early", "after midnight there"]
    last = await client.ask(**report(token, lastxconnection=1))
    assert [each["tuname"] for each in last["results"]] == ["late"]
    yesterday = await client.ask(stepnumber=2, accesstoken=token, requestnumber=2)
    assert [each["tuname"] for each in yesterday["results"]] == ["yesterday"]


async def test_a_row_is_spelled_as_on_the_page(client: Client) -> None:
    client.alpemix.add_connection(dur=30, exp="Printer", supnum="SR-1")
    (row,) = (await client.ask(**report(await client.token())))["results"]
    names = "uid dt dur: dir exp supnum uname ip lip unum aid tuname tip tlip tunum taid"
    assert list(row) == names.split()
    assert (row["dur:"], row["dt"]) == (30, "15:00:00 22\\08\\2024")


async def test_a_field_can_be_missing(client: Client) -> None:
    client.alpemix.add_connection(dur=..., exp=None)
    (row,) = (await client.ask(**report(await client.token())))["results"]
    assert "dur:" not in row
    assert row["exp"] is None


async def test_the_date_comes_in_each_style_and_raw_is_no_json(client: Client) -> None:
    client.alpemix.add_connection(tuname="DOM\\user")
    token = await client.token()
    client.alpemix.dates = "raw"
    text = await client.text(**report(token))
    assert r'"dt":"15:00:00 22\08\2024"' in text
    assert r'"DOM\\user"' in text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text)
    client.alpemix.dates = "slash"
    assert (await client.ask(**report(token)))["results"][0]["dt"] == "15:00:00 22/08/2024"
    client.alpemix.dates = "bare"
    assert r'"DOM\user"' in await client.text(**report(token))


def test_the_default_is_the_raw_date_of_the_page() -> None:
    assert Alpemix().dates == "raw"


async def test_any_error_number_can_be_given(client: Client) -> None:
    client.alpemix.answer_with(103, times=2)
    assert [(await client.ask(**client.credentials()))["errornumber"] for _ in range(3)] == [103, 103, 0]


async def test_a_report_can_be_written_later(client: Client) -> None:
    uid = str(client.alpemix.add_connection()["uid"])
    client.alpemix.explain(uid, exp="Printer", supnum="SR-1", dur=60)
    (row,) = (await client.ask(**report(await client.token())))["results"]
    assert (row["exp"], row["supnum"], row["dur:"]) == ("Printer", "SR-1", 60)


@pytest.fixture
async def elsewhere(client: Client) -> AsyncIterator[Client]:
    """A client at another address of this machine."""
    transport = httpx.AsyncHTTPTransport(local_address="127.0.0.2")
    async with httpx.AsyncClient(transport=transport, trust_env=False) as http:
        yield Client(client.alpemix, http)


async def test_a_token_is_good_only_for_the_address_it_was_given_to(client: Client, elsewhere: Client) -> None:
    token = await client.token()
    assert await elsewhere.ask(**report(token)) == {"errornumber": 201}
    assert (await client.ask(**report(token)))["errornumber"] == 0


async def test_a_blocked_address_gets_no_report_either_and_another_is_not_blocked(
    client: Client, elsewhere: Client
) -> None:
    token = await client.token()
    for _ in range(5):
        await client.ask(**client.credentials())
    assert await client.ask(**report(token)) == {"errornumber": 204}
    assert (await elsewhere.ask(**report(await elsewhere.token())))["errornumber"] == 0


async def test_reports_are_counted_for_each_account_whatever_the_address(client: Client, elsewhere: Client) -> None:
    for each in (client, elsewhere, client):
        assert (await each.ask(**report(await each.token())))["errornumber"] == 0
    assert await elsewhere.ask(**report(await elsewhere.token())) == {"errornumber": 205}
    client.alpemix.accounts["branch"] = "branch-key"
    of_branch = await client.ask(stepnumber=1, secretkey="branch-key", mainusername="branch")
    assert (await client.ask(**report(of_branch["accesstoken"])))["errornumber"] == 0
