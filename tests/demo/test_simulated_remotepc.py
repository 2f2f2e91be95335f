"""The simulated reseller API keeps to its page: keys, drafts, invitations, sign-in links and the list."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from tui.demo import RemotePc, Simulation

DRAFT = {
    "firstName": "Front",
    "lastName": "Desk",
    "invitedUserEmailId": "front@example.com",
    "password": "long enough",
    "allotedComputers": 2,
    "sendEmailToUser": False,
}


class Client:
    """A client of the page, as thin as can be."""

    def __init__(self, remotepc: RemotePc, http: httpx.AsyncClient) -> None:
        self.remotepc = remotepc
        self.http = http

    async def post(self, call: str, body: Any, key: str | None = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key or self.remotepc.api_key}"}
        return await self.http.post(f"{self.remotepc.url}/{call}", json=body, headers=headers)

    async def errors(self, call: str, body: Any) -> list[str]:
        answer = (await self.post(call, body)).json()
        assert answer["errorsCount"] == len(answer["errors"])
        return [each["description"] for each in answer["errors"]]


@pytest.fixture
async def client() -> AsyncIterator[Client]:
    noon = datetime(2023, 1, 13, 12, tzinfo=UTC)
    async with (
        Simulation("desk", scripted=False, calendar=lambda: noon) as simulation,
        httpx.AsyncClient(trust_env=False) as http,
    ):
        yield Client(simulation.remotepc, http)


@pytest.mark.parametrize(
    ("call", "word"),
    [
        ("add", "NOT_AUTHORIZED"),
        ("invite", "NOT_AUTHORIZED"),
        ("signin", "NOT_AUTHORIZED"),
        ("list", "UNAUTHORIZED_ACCCESS"),
    ],
)
async def test_a_wrong_key_is_refused_in_the_pages_words(client: Client, call: str, word: str) -> None:
    answer = await client.post(call, {}, key="wrong")
    assert answer.status_code == 401
    assert answer.json() == {
        "status": "UNAUTHORIZED",
        "code": 401,
        "errorsCount": 1,
        "errors": [{"description": word}],
    }


async def test_a_user_is_added_once_and_listed(client: Client) -> None:
    assert (await client.post("add", DRAFT)).json() == {"status": "OK", "code": 200, "message": "SUCCESS"}
    again = await client.post("add", DRAFT | {"invitedUserEmailId": "FRONT@example.com"})
    assert again.status_code == 400
    assert again.json()["errors"] == [{"description": "EMAIL_EXISTS"}]
    assert client.remotepc.created == {"front@example.com": 1}
    assert (await client.post("list", {})).json()["message"] == {
        "resellerUsersList": [
            {
                "alloted_computers": 2,
                "created_date": "01-13-2023",
                "isActive": True,
                "utilized_computers": 0,
                "username": "front@example.com",
            }
        ]
    }


@pytest.mark.parametrize(
    ("change", "errors"),
    [
        ({"firstName": ""}, ["FIRSTNAME_REQUIRED"]),
        ({"lastName": None}, ["LASTNAME_REQUIRED"]),
        ({"invitedUserEmailId": ""}, ["EMAILID_REQUIRED"]),
        ({"invitedUserEmailId": "front"}, ["ENTER_VALID_EMAIL"]),
        ({"password": ""}, ["PASSWORD_REQUIRED"]),
        ({"password": "short"}, ["INVALID_PASSWORD"]),
        ({"firstName": "", "password": ""}, ["FIRSTNAME_REQUIRED", "PASSWORD_REQUIRED"]),
    ],
)
async def test_each_mistake_of_a_draft_has_its_word(client: Client, change: dict[str, Any], errors: list[str]) -> None:
    assert await client.errors("add", DRAFT | change) == errors
    assert not client.remotepc.users


async def test_a_body_of_another_shape_gets_springs_own_error(client: Client) -> None:
    for call, body in (("add", []), ("add", DRAFT | {"allotedComputers": "2"}), ("invite", {})):
        answer = await client.post(call, body)
        assert (answer.status_code, answer.json()["status"]) == (400, 400)


async def test_each_invited_address_gets_its_own_answer(client: Client) -> None:
    client.remotepc.add_user("there@example.com")
    invitations = [
        {"invitedUserEmailId": "new@example.com", "allotedComputers": 10},
        {"invitedUserEmailId": "there@example.com"},
        {"invitedUserEmailId": "new@example.com"},
    ]
    assert (await client.post("invite", invitations)).json()["message"] == [
        {"username": "new@example.com", "status": "INVITED"},
        {"username": "there@example.com", "status": "EXISTS"},
        {"username": "new@example.com", "status": "ALREADY_INVITED"},
    ]
    assert client.remotepc.created == {"new@example.com": 1}
    assert client.remotepc.users["new@example.com"].alloted == 10


async def test_one_bad_address_refuses_the_whole_invitation(client: Client) -> None:
    invitations = [{"invitedUserEmailId": "new@example.com"}, {"invitedUserEmailId": "bad"}]
    assert await client.errors("invite", invitations) == ["ENTER_VALID_EMAIL"]
    assert not client.remotepc.users


async def test_a_sign_in_gives_a_link(client: Client) -> None:
    client.remotepc.add_user("front@example.com", password="long enough")
    answer = await client.post("signin", {"username": "front@example.com", "password": "long enough"})
    link = answer.json()["message"]["rpc_redirect_link"]
    assert link.startswith("https://login.remotepc.com/rpcnew/process/autologin/eyJhbGciOiJIUzUxMiJ9")
    assert list(client.remotepc.links) == [link]


@pytest.mark.parametrize(
    ("given", "errors"),
    [
        ({}, ["USERNAME_REQUIRED", "PASSWORD_REQUIRED"]),
        ({"username": "front@example.com"}, ["PASSWORD_REQUIRED"]),
        ({"username": "front", "password": "x"}, ["INVALID_EMAIL"]),
        ({"username": "nobody@example.com", "password": "x"}, ["USERNAME_DOES_NOT_EXIST"]),
        ({"username": "gone@example.com", "password": "x"}, ["CANCELLED_ACCOUNT"]),
    ],
)
async def test_each_mistake_of_a_sign_in_has_its_word(client: Client, given: dict[str, Any], errors: list[str]) -> None:
    client.remotepc.add_user("gone@example.com", is_active=False)
    assert await client.errors("signin", given) == errors


async def test_refusals_can_be_given_with_the_status_inside_a_200(client: Client) -> None:
    client.remotepc.refuse("Forbidden ", 403)
    answer = await client.post("list", {})
    assert (answer.status_code, answer.json()["errors"]) == (403, [{"description": "Forbidden "}])
    client.remotepc.refuse("IP_ADDRESS_BLOCKED", http_status=200)
    answer = await client.post("signin", {})
    assert (answer.status_code, answer.json()["code"]) == (200, 400)
    assert (await client.post("list", {})).status_code == 200


async def test_users_change_behind_the_clients_back(client: Client) -> None:
    client.remotepc.add_user("front@example.com", alloted=5, created=date(2020, 1, 2))
    client.remotepc.change_user("front@example.com", utilized=5)
    (row,) = (await client.post("list", {})).json()["message"]["resellerUsersList"]
    assert (row["utilized_computers"], row["created_date"]) == (5, "01-02-2020")
