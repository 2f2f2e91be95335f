"""Adding, inviting and signing in: what is sent once, what is found out when no answer came, what is never repeated."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any, Final

import pytest

from tests.counters import accounts_of, users_of
from tests.waiting import until
from tui.config import Secret
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.invite_run import InviteRun
from tui.models.users import Fate, Invitation, UserDraft
from tui.services.errors import Rejected, ServiceError, Unreachable
from tui.services.http import Timeouts

EMAIL: Final = "front-desk@example.com"

DRAFT: Final = UserDraft(first_name="Front", last_name="Desk", email=EMAIL, password=Secret("long enough"), computers=2)

SPRING: Final = {"timestamp": 0, "status": 500, "error": "Internal Server Error", "path": "/user/add"}
INSIDE: Final = {"status": "INTERNAL_SERVER_ERROR", "code": 500, "errors": [{"description": "INTERNAL_SERVER_ERROR"}]}

NOT_DONE: Final[dict[str, dict[str, Any]]] = {
    "reset before": {"kind": "reset"},
    "500": {"kind": "status", "status": 500},
    "html": {"kind": "html", "status": 502},
    "html that says 200": {"kind": "html", "status": 200},
    "a code inside 200": {"kind": "status", "status": 200, "body": INSIDE},
    "spring": {"kind": "status", "status": 500, "body": SPRING},
    "spring inside 200": {"kind": "status", "status": 200, "body": SPRING},
    "redirect": {"kind": "redirect"},
}
"""Faults where the server does not do what was asked, and nobody can know."""

DONE: Final[dict[str, dict[str, Any]]] = {
    "reset after": {"kind": "reset_after"},
    "cut": {"kind": "cut"},
    "half": {"kind": "half"},
    "empty": {"kind": "empty"},
    "too late": {"kind": "late", "seconds": 30.0},
}
"""Faults where the server does it, and nobody hears of it."""

EVERY: Final = {**NOT_DONE, **DONE}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test waits twenty seconds for an answer that does not come."""
    monkeypatch.setattr("tui.services.http.Timeouts", lambda: Timeouts(read=0.2))


def created(simulation: Simulation, email: str = EMAIL) -> int:
    return simulation.remotepc.created[email]


async def test_an_added_user_is_on_the_list_at_once(desk: Desk) -> None:
    added = await accounts_of(desk).add(DRAFT)
    assert (added.fate, added.sentence) == (Fate.CREATED, f"{EMAIL} was created")
    await until(lambda: users_of(desk).get(EMAIL))


async def test_a_refused_user_names_the_field(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.refuse("EMAIL_EXISTS")
    with pytest.raises(Rejected) as refused:
        await accounts_of(desk).add(DRAFT)
    assert refused.value.field == "email"


@pytest.mark.parametrize("fault", DONE.values(), ids=DONE)
async def test_an_add_whose_answer_got_lost_is_found_on_the_list_and_not_sent_again(
    simulation: Simulation, desk: Desk, fault: dict[str, Any]
) -> None:
    simulation.remotepc.fault(path="/add", **fault)
    added = await accounts_of(desk).add(DRAFT)
    assert added.fate is Fate.CREATED_AFTER_ALL
    assert "created after all" in added.sentence
    assert created(simulation) == 1
    assert [each.path for each in simulation.remotepc.requests].count("/add") == 1


@pytest.mark.parametrize("fault", NOT_DONE.values(), ids=NOT_DONE)
async def test_an_add_that_was_not_done_is_not_on_the_list_and_not_sent_again(
    simulation: Simulation, desk: Desk, fault: dict[str, Any]
) -> None:
    simulation.remotepc.fault(path="/add", **fault)
    added = await accounts_of(desk).add(DRAFT)
    assert added.fate is Fate.NOT_CREATED
    assert f"{EMAIL} is not on the list: it was not created." in added.sentence
    assert created(simulation) == 0
    assert [each.path for each in simulation.remotepc.requests].count("/add") == 1


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
async def test_an_add_that_cannot_be_looked_up_is_unknown_until_the_list_answers(
    simulation: Simulation, desk: Desk, fault: dict[str, Any]
) -> None:
    simulation.remotepc.fault(path="/add", **fault)
    simulation.remotepc.fault("status", status=500, path="/list")
    added = await accounts_of(desk).add(DRAFT)
    assert added.fate is Fate.UNKNOWN
    assert "is unknown: the list could not be fetched either" in added.sentence
    again = await accounts_of(desk).look_up(added)
    assert again.is_there == (created(simulation) == 1)
    assert [each.path for each in simulation.remotepc.requests].count("/add") == 1


async def test_an_add_that_was_never_sent_is_an_error_and_looks_nothing_up(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.fault("down")
    with pytest.raises(Unreachable) as error:
        await accounts_of(desk).add(DRAFT)
    assert not error.value.may_have_acted


async def test_a_list_that_had_the_address_before_proves_nothing(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.add_user(EMAIL)
    desk.counters["remotepc"].refresh()
    await until(lambda: users_of(desk).get(EMAIL))
    simulation.remotepc.fault("reset_after", path="/add")
    with pytest.raises(Rejected, match="was on the list before already") as refused:
        await accounts_of(desk).add(DRAFT)
    assert refused.value.field == "email"


async def test_an_account_that_is_older_than_what_was_sent_is_not_taken_for_it(
    simulation: Simulation, desk: Desk
) -> None:
    """The list that we had may be older than the account that somebody else made."""
    simulation.remotepc.add_user(EMAIL, created=date(2023, 1, 13))
    simulation.remotepc.fault("reset", path="/add")
    with pytest.raises(Rejected, match="has an account since 2023-01-13") as refused:
        await accounts_of(desk).add(DRAFT)
    assert refused.value.field == "email"
    simulation.remotepc.add_user("branch0@example.com", created=date(2023, 1, 13))
    simulation.remotepc.fault("reset", path="/invite")
    run = InviteRun(invitations(1), 50)
    await accounts_of(desk).invite(run)
    assert statuses(run) == ["EXISTS"]


async def test_sending_again_after_a_server_that_acted_late_makes_no_second_account(
    simulation: Simulation, desk: Desk
) -> None:
    simulation.remotepc.fault("reset", path="/add")
    assert (await accounts_of(desk).add(DRAFT)).fate is Fate.NOT_CREATED
    assert (await accounts_of(desk).add(DRAFT)).fate is Fate.CREATED
    with pytest.raises(Rejected):
        await accounts_of(desk).add(DRAFT)
    assert created(simulation) == 1


def invitations(count: int) -> list[Invitation]:
    return [Invitation(email=f"branch{number}@example.com", computers=number) for number in range(count)]


def statuses(run: InviteRun) -> list[str]:
    return [result.status for _, result in run.rows()]


async def test_invitations_go_in_batches_and_each_has_its_result(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.add_user("branch1@example.com")
    simulation.remotepc.add_user("branch2@example.com", is_invited=True)
    run = InviteRun(invitations(5), 2)
    await accounts_of(desk).invite(run)
    assert statuses(run) == ["INVITED", "EXISTS", "ALREADY_INVITED", "INVITED", "INVITED"]
    assert (run.invited, run.computers, run.left, run.reason) == (3, 7, (), "")
    assert [each.path for each in simulation.remotepc.requests].count("/invite") == 3
    await until(lambda: users_of(desk).get("branch4@example.com"))


async def test_a_stop_finishes_the_batch_and_keeps_the_rest(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.fault("slow", path="/invite", seconds=0.05)
    run = InviteRun(invitations(5), 2)
    async with asyncio.TaskGroup() as group:
        group.create_task(accounts_of(desk).invite(run))
        await until(lambda: run.sending)
        run.stop()
    assert statuses(run) == ["INVITED", "INVITED", "NOT_SENT", "NOT_SENT", "NOT_SENT"]
    second = InviteRun(run.left, 2)
    await accounts_of(desk).invite(second)
    assert all(simulation.remotepc.created[each.email] == 1 for each in invitations(5))
    assert run.is_over
    assert second.left == ()


@pytest.mark.parametrize("fault", EVERY.values(), ids=EVERY)
@pytest.mark.parametrize("batch", [1, 2, 3])
@pytest.mark.parametrize("lists_invited", [True, False])
async def test_no_fault_in_any_batch_sends_an_address_twice(
    simulation: Simulation, desk: Desk, fault: dict[str, Any], batch: int, lists_invited: bool
) -> None:
    simulation.remotepc.lists_invited = lists_invited
    for _ in range(batch - 1):
        simulation.remotepc.fault("slow", path="/invite", seconds=0.0)
    simulation.remotepc.fault(path="/invite", **fault)
    run = InviteRun(invitations(6), 2)
    await accounts_of(desk).invite(run)
    assert run.is_over
    assert run.reason
    before, hit, after = (
        statuses(run)[: 2 * batch - 2],
        statuses(run)[2 * batch - 2 : 2 * batch],
        statuses(run)[2 * batch :],
    )
    assert set(before) <= {"INVITED"}
    assert set(after) <= {"NOT_SENT"}
    was_done = created(simulation, f"branch{2 * batch - 1}@example.com") == 1
    if was_done:
        assert set(hit) == {"LISTED" if lists_invited else "UNKNOWN"}
    else:
        assert set(hit) == {"NOT_INVITED" if lists_invited and batch > 1 else "UNKNOWN"}
    assert [each.path for each in simulation.remotepc.requests].count("/invite") == batch
    # The second run: what is left, and what is unknown only by the person's word.
    rest = InviteRun(run.left, 50)
    await accounts_of(desk).invite(rest)
    asked = InviteRun(run.unknown, 50)
    await accounts_of(desk).invite(asked)
    assert {simulation.remotepc.created[each.email] for each in invitations(6)} == {1}


async def test_a_list_that_fails_as_well_leaves_the_batch_unknown(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.fault("reset_after", path="/invite")
    simulation.remotepc.fault("html", path="/list")
    run = InviteRun(invitations(3), 2)
    await accounts_of(desk).invite(run)
    assert statuses(run) == ["UNKNOWN", "UNKNOWN", "NOT_SENT"]
    assert run.unknown == tuple(invitations(2))
    assert run.left == tuple(invitations(3)[2:])


@pytest.mark.parametrize("description", ["ENTER_VALID_EMAIL", "NOT_AUTHORIZED", "TOO_MANY"])
async def test_a_refused_batch_was_not_sent_and_ends_the_run(
    simulation: Simulation, desk: Desk, description: str
) -> None:
    status = {"NOT_AUTHORIZED": 401, "TOO_MANY": 429}.get(description, 400)
    simulation.remotepc.fault("slow", path="/invite")
    simulation.remotepc.refuse(description, status)
    run = InviteRun(invitations(4), 2)
    await accounts_of(desk).invite(run)
    assert statuses(run) == ["NOT_SENT"] * 4
    assert run.reason
    assert len(run.left) == 4


async def test_a_run_that_is_cancelled_says_that_its_batch_is_unknown(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.fault("late", path="/invite", seconds=0.1)
    run = InviteRun(invitations(4), 2)
    async with asyncio.TaskGroup() as group:
        task = group.create_task(accounts_of(desk).invite(run))
        await until(lambda: any(each.path == "/invite" for each in simulation.remotepc.requests))
        task.cancel()
    assert statuses(run) == ["UNKNOWN", "UNKNOWN", "NOT_SENT", "NOT_SENT"]
    assert run.is_over


async def test_a_sign_in_link_is_a_secret(simulation: Simulation, desk: Desk) -> None:
    simulation.remotepc.add_user(EMAIL, password="long enough")
    link = await accounts_of(desk).sign_in_link(EMAIL, Secret("long enough"))
    assert link.reveal().startswith("https://")
    assert link.reveal() not in f"{link} {link!r}"


async def test_a_sign_in_without_an_answer_is_not_tried_again(simulation: Simulation, desk: Desk) -> None:
    """Wrong sign-ins get the address of this machine blocked."""
    simulation.remotepc.add_user(EMAIL, password="long enough")
    for fault in EVERY.values():
        simulation.remotepc.requests.clear()
        simulation.remotepc.fault(path="/signin", **fault)
        with pytest.raises(ServiceError):
            await accounts_of(desk).sign_in_link(EMAIL, Secret("long enough"))
        assert [each.path for each in simulation.remotepc.requests if each.path != "/list"] == ["/signin"]
