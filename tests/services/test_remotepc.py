"""RemotePC's four calls, against the simulated reseller API over real sockets."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import FakeClock
from tui.config import RemotePCSettings, Secret
from tui.demo import RemotePc, Simulation
from tui.models.users import Invitation, User, UserDraft
from tui.services.answer import Answer
from tui.services.errors import (
    Limited,
    NotFound,
    Refused,
    Rejected,
    ServerFault,
    ServiceError,
    Unreachable,
    Unreadable,
)
from tui.services.failures import Peer
from tui.services.remotepc import RemotePCService
from tui.services.remotepc.answers import DESCRIPTIONS, exact_users_of, reply_of, users_of

DRAFT = UserDraft(
    first_name="Front",
    last_name="Desk",
    email="front@example.com",
    password=Secret("long enough"),
    computers=2,
    send_email=False,
)


def settings_for(remotepc: RemotePc, **changed: Any) -> RemotePCSettings:
    return msgspec.structs.replace(RemotePCSettings(url=remotepc.url, api_key=Secret(remotepc.api_key)), **changed)


@pytest.fixture
def remotepc(simulation: Simulation) -> RemotePc:
    return simulation.remotepc


@pytest.fixture
async def service(remotepc: RemotePc) -> AsyncIterator[RemotePCService]:
    async with RemotePCService(settings_for(remotepc)) as service:
        yield service


def answering(body: object, status: int = 200) -> RemotePCService:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    transport = httpx.MockTransport(lambda _request: httpx.Response(status, content=content))
    return RemotePCService(RemotePCSettings(api_key=Secret("key")), transport=transport)


def listing(*rows: object) -> RemotePCService:
    return answering({"status": "OK", "code": 200, "message": {"resellerUsersList": list(rows)}})


async def test_opening_the_service_asks_for_nothing(remotepc: RemotePc) -> None:
    async with RemotePCService(settings_for(remotepc)):
        pass
    assert not remotepc.requests


async def test_every_account_is_listed(remotepc: RemotePc, service: RemotePCService) -> None:
    remotepc.add_user("front@example.com", created=date(2023, 1, 13), alloted=3, utilized=1)
    remotepc.add_user("back@example.com", created=date(2023, 1, 25), is_active=False)
    assert await service.list_users() == (
        User(
            username="front@example.com",
            allotted=3,
            used=1,
            active=True,
            created=date(2023, 1, 13),
            created_text="01-13-2023",
        ),
        User(
            username="back@example.com",
            allotted=0,
            used=0,
            active=False,
            created=date(2023, 1, 25),
            created_text="01-25-2023",
        ),
    )


async def test_a_list_may_be_empty(service: RemotePCService) -> None:
    assert await service.list_users() == ()


async def test_numbers_and_booleans_may_be_strings_and_more_fields_are_kept() -> None:
    row = {
        "alloted_computers": "425",
        "created_date": "1-5-2023",
        "IsActive": "true",
        "utilized_computers": " 7 ",
        "UserName": "front@example.com",
        "plan": "team\x1b",
        "groups": [1],
    }
    (user,) = await listing(row).list_users()
    assert (user.allotted, user.used, user.active, user.created) == (425, 7, True, date(2023, 1, 5))
    assert user.extra == (("plan", "team␛"), ("groups", "[1]"))
    assert user.problem == ""


@pytest.mark.parametrize("written", ["01-13-2023", "1-13-2023", " 01-13-2023\r\n", "01/13/2023", "1/13/2023"])
async def test_a_date_may_have_slashes_and_lack_zeros(written: str) -> None:
    (user,) = await listing({"username": "front@example.com", "created_date": written}).list_users()
    assert user.created == date(2023, 1, 13)


@pytest.mark.parametrize("written", ["13/01/2023", "01/13-2023", "01.13.2023", "2023-01-13", "1//13/2023"])
async def test_a_date_that_could_be_another_is_not_guessed(written: str) -> None:
    (user,) = await listing({"username": "front@example.com", "created_date": written}).list_users()
    assert (user.created, user.created_text) == (None, written)


async def test_a_row_that_cannot_be_read_is_kept_with_its_problem() -> None:
    rows = [
        {"username": "front@example.com", "created_date": "13-01-2023", "alloted_computers": "many"},
        {"alloted_computers": 1, "utilized_computers": 0, "isActive": True, "created_date": "01-13-2023"},
        "row",
        None,
    ]
    users = await listing(*rows).list_users()
    assert users[0].problem == "no readable allotted computers, used computers, state, date"
    assert users[0].created_text == "13-01-2023"
    assert users[1].problem == "no readable user name"
    assert [user.problem for user in users[2:]] == ["is no object", "is no object"]


@pytest.mark.parametrize("message", [None, "SUCCESS", {}, {"resellerUsersList": None}])
async def test_an_answer_without_a_list_is_unreadable(message: object) -> None:
    with pytest.raises(Unreadable, match="without a list of users"):
        await answering({"status": "OK", "code": 200, "message": message}).list_users()


async def test_a_user_is_added_as_drafted(remotepc: RemotePc, service: RemotePCService) -> None:
    await service.add_user(DRAFT)
    account = remotepc.users["front@example.com"]
    assert (account.first_name, account.last_name, account.password, account.alloted) == (
        "Front",
        "Desk",
        "long enough",
        2,
    )


async def test_what_is_sent_to_add_a_user_is_in_the_words_of_the_page() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={"status": "OK", "code": 200, "message": "SUCCESS"})

    settings = RemotePCSettings(api_key=Secret("key"))
    await RemotePCService(settings, transport=httpx.MockTransport(answer)).add_user(DRAFT)
    assert str(sent[0].url) == "https://web1.remotepc.com/rpc-api/reseller/private/user/add"
    assert sent[0].headers["authorization"] == "Bearer key"
    assert sent[0].headers["content-type"] == "application/json"
    assert json.loads(sent[0].content) == {
        "firstName": "Front",
        "lastName": "Desk",
        "invitedUserEmailId": "front@example.com",
        "password": "long enough",
        "allotedComputers": 2,
        "sendEmailToUser": False,
    }


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"first_name": ""}, "first_name"),
        ({"last_name": ""}, "last_name"),
        ({"email": ""}, "email"),
        ({"email": "nowhere"}, "email"),
        ({"password": Secret("")}, "password"),
        ({"password": Secret("x")}, "password"),
    ],
)
async def test_a_draft_that_is_not_accepted_names_its_field(
    remotepc: RemotePc, service: RemotePCService, changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Rejected) as caught:
        await service.add_user(msgspec.structs.replace(DRAFT, **changed))
    assert caught.value.field == field
    assert not remotepc.users


async def test_an_address_that_exists_is_rejected(service: RemotePCService) -> None:
    await service.add_user(DRAFT)
    with pytest.raises(Rejected, match="exists already") as caught:
        await service.add_user(DRAFT)
    assert caught.value.field == "email"
    assert caught.value.detail == "EMAIL_EXISTS"


FIELDS = {
    "FIRSTNAME_REQUIRED": "first_name",
    "LASTNAME_REQUIRED": "last_name",
    "SOYADI_GEREKLI": "last_name",
    "EMAILID_REQUIRED": "email",
    "ENTER_VALID_EMAIL": "email",
    "INVALID_EMAIL": "email",
    "EMAIL_EXISTS": "email",
    "PASSWORD_REQUIRED": "password",
    "INVALID_PASSWORD": "password",
    "USERNAME_REQUIRED": "username",
    "USERNAME_DOES_NOT_EXIST": "username",
    "ACTION_PARENT_ACCOUNT_SUSPENDED": "",
    "IP_ADDRESS_BLOCKED": "",
    "CANCELLED_ACCOUNT": "username",
}


def test_every_description_of_the_page_is_known() -> None:
    assert {code: field for code, (_, field) in DESCRIPTIONS.items()} == FIELDS


@pytest.mark.parametrize("description", FIELDS)
@pytest.mark.parametrize("http_status", [400, 200])
async def test_every_description_is_a_sentence_and_a_field(
    remotepc: RemotePc, service: RemotePCService, description: str, http_status: int
) -> None:
    remotepc.refuse(f" {description.lower()} ", http_status=http_status)
    with pytest.raises(Rejected) as caught:
        await service.add_user(DRAFT)
    assert caught.value.sentence == DESCRIPTIONS[description][0]
    assert caught.value.field == FIELDS[description]


@pytest.mark.parametrize(
    "spelled",
    [
        "EMAIL EXISTS",
        "email-exists",
        "EmailExists",
        "Email_Exists.",
        "emaıl_exısts",
        "EMAİL_EXİSTS",
        "\r\nEMAIL_EXISTS",
    ],
)
async def test_a_description_is_known_in_every_spelling(
    remotepc: RemotePc, service: RemotePCService, spelled: str
) -> None:
    remotepc.refuse(spelled)
    with pytest.raises(Rejected, match="exists already") as caught:
        await service.add_user(DRAFT)
    assert caught.value.field == "email"


@pytest.mark.parametrize("description", ["EMAILID_REQUIRED", "INVALID_EMAIL", "USERNAME_DOES_NOT_EXIST"])
async def test_to_sign_in_an_address_is_the_user_name(
    remotepc: RemotePc, service: RemotePCService, description: str
) -> None:
    remotepc.refuse(description)
    with pytest.raises(Rejected) as caught:
        await service.sign_in_link("front@example.com", Secret("long enough"))
    assert caught.value.field == "username"


@pytest.mark.parametrize(
    ("description", "field"), [("MOON_PHASE_WRONG\x1b", ""), ("INVALID_ALLOTED_COMPUTERS", "computers")]
)
async def test_an_unknown_description_is_shown_as_it_came(
    remotepc: RemotePc, service: RemotePCService, description: str, field: str
) -> None:
    remotepc.refuse(description)
    shown = description.replace("\x1b", "␛")
    with pytest.raises(Rejected, match=f"RemotePC does not add the user: {shown}") as caught:
        await service.add_user(DRAFT)
    assert caught.value.field == field


async def test_several_descriptions_are_one_message_and_a_sentence_for_each_field() -> None:
    errors = [{"description": "PASSWORD_REQUIRED"}, {"description": "EMAILID_REQUIRED"}, {"x": 1}, "EMAILID_REQUIRED"]
    with pytest.raises(
        Rejected, match="wants a password. RemotePC wants an e-mail address.$".replace(".", r"\.")
    ) as caught:
        await answering({"status": "BAD_REQUEST", "code": 400, "errors": errors}, 400).add_user(DRAFT)
    assert caught.value.field == "password"
    assert caught.value.beside == {
        "password": "RemotePC wants a password.",
        "email": "RemotePC wants an e-mail address.",
    }


async def test_every_invitation_has_its_result(remotepc: RemotePc, service: RemotePCService) -> None:
    remotepc.add_user("front@example.com")
    await service.invite([Invitation(email="back@example.com", computers=1)])
    results = await service.invite(
        [
            Invitation(email="front@example.com"),
            Invitation(email="Back@example.com"),
            Invitation(email="new@example.com", computers=5),
        ]
    )
    assert [(each.email, each.status, each.is_invited) for each in results] == [
        ("front@example.com", "EXISTS", False),
        ("Back@example.com", "ALREADY_INVITED", False),
        ("new@example.com", "INVITED", True),
    ]
    assert results[0].sentence == "has an account already"
    assert remotepc.users["new@example.com"].alloted == 5


async def test_nobody_to_invite_asks_nobody(remotepc: RemotePc, service: RemotePCService) -> None:
    assert await service.invite([]) == ()
    assert not remotepc.requests


@pytest.mark.parametrize("message", [[], None, "SUCCESS", [{"username": "other@example.com"}], [7, None]])
async def test_an_address_without_an_answer_is_said_to_be_unknown(message: object) -> None:
    service = answering({"status": "OK", "code": 200, "message": message})
    result = (await service.invite([Invitation(email="front@example.com")]))[0]
    assert (result.email, result.status) == ("front@example.com", "UNKNOWN")
    assert "no word of this address" in result.sentence


async def test_an_unknown_status_and_an_address_nobody_asked_for_are_shown() -> None:
    rows = [
        {"username": "front@example.com", "status": "Parked\x1b"},
        {"username": "b@example.com", "status": "INVITED"},
    ]
    service = answering({"status": "OK", "code": 200, "message": rows})
    results = await service.invite([Invitation(email="front@example.com")])
    assert [(each.email, each.sentence) for each in results] == [
        ("front@example.com", "RemotePC says Parked␛"),
        ("b@example.com", "invited"),
    ]


@pytest.mark.parametrize(
    "spelled", ["ALREADY_INVITED", "already invited", "Already-Invited", "AlreadyInvited", " already_ınvıted\r\n"]
)
async def test_a_result_is_known_in_every_spelling(spelled: str) -> None:
    rows = [{"username": "front@example.com", "status": spelled}]
    (result,) = await answering({"message": rows}).invite([Invitation(email="front@example.com")])
    assert (result.status, result.sentence) == ("ALREADY_INVITED", "was invited before")


async def test_a_refused_request_invites_nobody(remotepc: RemotePc, service: RemotePCService) -> None:
    remotepc.refuse("ENTER_VALID_EMAIL")
    with pytest.raises(Rejected):
        await service.invite([Invitation(email="nowhere")])


async def test_a_sign_in_gives_a_secret_link(remotepc: RemotePc, service: RemotePCService) -> None:
    await service.add_user(DRAFT)
    link = await service.sign_in_link(DRAFT.email, DRAFT.password)
    assert link.reveal() == remotepc.links[0]
    assert str(link) == "***"


@pytest.mark.parametrize(
    "link",
    [
        None,
        "",
        7,
        "javascript:alert(1)",
        "file:///etc/passwd",
        "http://login.example.com/x",
        "https://",
        "https://a b",
        "https://[x",
        "https://example.com/\x1b",
        "https://example.com/" + "x" * 9000,
    ],
)
async def test_a_link_that_no_browser_should_open_is_unreadable_and_not_shown(link: object) -> None:
    service = answering({"status": "OK", "code": 200, "message": {"rpc_redirect_link": link}})
    with pytest.raises(Unreadable) as caught:
        await service.sign_in_link("front@example.com", Secret("x"))
    assert caught.value.detail == ""


@pytest.mark.parametrize("call", ["list", "add", "invite", "sign in"])
async def test_a_wrong_key_is_refused_naming_both_causes(remotepc: RemotePc, call: str) -> None:
    async with RemotePCService(settings_for(remotepc, api_key=Secret("wrong"))) as service:
        with pytest.raises(Refused, match=r"remotepc\.api_key.*IP allow-list") as caught:
            await _call(service, call)
    assert caught.value.setting == "remotepc.api_key"


@pytest.mark.parametrize("call", ["list", "add", "invite", "sign in"])
@pytest.mark.parametrize(
    ("description", "status", "http_status", "kind"),
    [
        ("NOT_AUTHORIZED", 401, 401, Refused),
        ("UNAUTHORIZED_ACCCESS", 401, 200, Refused),
        ("Forbidden ", 403, 403, Refused),
        ("Forbidden ", 403, 200, Refused),
        ("INTERNAL_SERVER_ERROR", 500, 500, ServerFault),
        ("INTERNAL_SERVER_ERROR", 500, 200, ServerFault),
        ("BAD", 400, 400, Rejected),
        ("TOO_MANY", 429, 429, Limited),
    ],
)
async def test_every_refusal_has_its_kind_wherever_its_code_stands(
    remotepc: RemotePc,
    service: RemotePCService,
    call: str,
    description: str,
    status: int,
    http_status: int,
    kind: type[ServiceError],
) -> None:
    remotepc.refuse(description, status, http_status=http_status)
    with pytest.raises(kind) as caught:
        await _call(service, call)
    assert type(caught.value) is kind
    assert len(remotepc.requests) == 1
    if isinstance(caught.value, Unreachable):
        assert caught.value.may_have_acted


async def _call(service: RemotePCService, call: str) -> None:
    match call:
        case "list":
            await service.list_users()
        case "add":
            await service.add_user(DRAFT)
        case "invite":
            await service.invite([Invitation(email="front@example.com")])
        case _:
            await service.sign_in_link("front@example.com", Secret("long enough"))


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (404, NotFound, r"remotepc\.url"),
        (405, NotFound, r"remotepc\.url"),
        (400, Rejected, "no reason"),
        (500, ServerFault, "500"),
    ],
)
async def test_the_error_body_of_spring_is_understood(status: int, kind: type[ServiceError], said: str) -> None:
    body = {"timestamp": 0, "status": status, "error": "Not Found", "path": "/x"}
    for http_status in (status, 200):
        with pytest.raises(kind, match=said):
            await answering(body, http_status).list_users()


@pytest.mark.parametrize("kind", ["html", "half", "empty", "redirect", "reset_after", "cut", "reset"])
async def test_an_account_whose_answer_went_wrong_may_have_been_made_and_is_not_tried_again(
    remotepc: RemotePc, service: RemotePCService, kind: Any
) -> None:
    remotepc.fault(kind, path="/add", status=200)
    with pytest.raises(Unreachable) as caught:
        await service.add_user(DRAFT)
    assert caught.value.may_have_acted
    assert len(remotepc.requests) == 1


async def test_an_account_that_was_never_sent_was_not_made(remotepc: RemotePc, service: RemotePCService) -> None:
    remotepc.fault("down")
    with pytest.raises(Unreachable) as caught:
        await service.add_user(DRAFT)
    assert not caught.value.may_have_acted


async def test_a_status_that_says_that_there_is_nothing_to_say_means_that_it_was_done() -> None:
    def silent(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(204)

    settings = RemotePCSettings(url="http://127.0.0.1:1", api_key=Secret("key"))
    service = RemotePCService(settings, transport=httpx.MockTransport(silent))
    await service.add_user(DRAFT)
    with pytest.raises(Unreadable, match="without a list of users"):
        await service.list_users()
    with pytest.raises(Unreadable, match="without a link"):
        await service.sign_in_link("front@example.com", Secret("long enough"))
    (result,) = await service.invite([Invitation(email="front@example.com")])
    assert result.status == "UNKNOWN"


@pytest.mark.parametrize("body", [[], {}, "OK", {"x": 1}])
async def test_an_answer_of_another_shape_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable):
        await answering(body).add_user(DRAFT)


async def test_a_page_with_an_error_status_is_told_by_its_title(clock: FakeClock) -> None:
    with pytest.raises(ServerFault) as caught:
        await answering(b"<html><title>502 Bad Gateway</title></html>", 502).list_users()
    assert caught.value.detail == "502 Bad Gateway"


_TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["01-13-2023", "13-13-2023", "1-2-2024", "a@example.com", "\x7f", "x" * 500, "\\u0041"]),
)
_VALUES = st.one_of(_TEXTS, st.integers(-5, 2**65), st.booleans(), st.none(), st.floats(0, 9))
_KEYS = ("username", "alloted_computers", "utilized_computers", "isActive", "created_date")
_EXACT = st.tuples(
    st.text("ab@.", min_size=1), st.integers(0, 9), st.integers(0, 9), st.booleans(), st.just("01-13-2023")
)
_ROWS = st.one_of(
    _EXACT.map(lambda values: dict(zip(_KEYS, values, strict=True))),
    st.dictionaries(st.one_of(st.sampled_from(_KEYS), _TEXTS), _VALUES, max_size=7),
)


@given(st.lists(_ROWS, max_size=4), st.booleans())
def test_the_quick_reading_of_a_list_says_what_the_tolerant_one_says(rows: list[dict[str, object]], raw: bool) -> None:
    whole = {"status": "OK", "code": 200, "message": {"resellerUsersList": rows}}
    body = json.dumps(whole, ensure_ascii=raw).encode("utf-8", "surrogatepass")
    answer = Answer(Peer("RemotePC", "remotepc", "https://127.0.0.1"), 200, body)
    exact = exact_users_of(answer)
    if exact is not None:
        assert exact == users_of(reply_of(answer))


def test_a_list_as_the_page_has_it_is_read_the_quick_way() -> None:
    row = {"alloted_computers": 1, "created_date": "01-13-2023", "isActive": True, "utilized_computers": 0}
    body = {"status": "OK", "code": 200, "message": {"resellerUsersList": [{**row, "username": "a@example.com"}]}}
    answer = Answer(Peer("RemotePC", "remotepc", "https://127.0.0.1"), 200, json.dumps(body).encode())
    assert exact_users_of(answer) is not None
    for spoiled in (b'"x":1,"username"', b'"username":"\\u0041","username"'):
        assert exact_users_of(dataclasses.replace(answer, body=answer.body.replace(b'"username"', spoiled, 1))) is None
