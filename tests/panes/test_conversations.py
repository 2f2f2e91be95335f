"""How accounts are added, users invited and calls placed, by somebody who answers dialogs: no pane and no screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, TypeVar, cast

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.desk.harness import running, settings_of, until_live
from tui.config import Secret
from tui.demo import Simulation
from tui.desk import Desk
from tui.modals.add_user import AddUser
from tui.modals.card import Choice
from tui.modals.confirm import Confirm
from tui.modals.dialog import Dialog
from tui.modals.invite import InviteDraft, InviteUsers
from tui.modals.invite_plan import InvitePlan
from tui.modals.invite_progress import InviteProgress
from tui.modals.place_call import PlaceCall
from tui.models.users import Invitation, UserDraft
from tui.panes.accounts import add_user, invite_users
from tui.panes.calling import place_call

DRAFT = UserDraft(
    first_name="Front", last_name="Desk", email="till@example.com", password=Secret("long enough"), computers=2
)

Result = TypeVar("Result")


class Person:
    """Gives the answers in their order, and remembers which dialogs were shown and what was said."""

    def __init__(self, group: asyncio.TaskGroup, *answers: object) -> None:
        self._group = group
        self._answers = list(answers)
        self.shown: list[Dialog[Any]] = []
        self.said: list[str] = []

    @property
    def kinds(self) -> list[type]:
        return [type(dialog) for dialog in self.shown]

    async def ask(self, dialog: Dialog[Result]) -> Result:
        self.shown.append(dialog)
        return cast(Result, self._answers.pop(0))

    async def send(self, what: str, command: Callable[[], Awaitable[Result]]) -> Result:
        self.said.append(what)
        return await command()

    def start(self, work: Coroutine[None, None, None], description: str) -> None:
        self.said.append(description)
        self._group.create_task(work)

    def notify(self, message: str) -> None:
        self.said.append(message)


@pytest.fixture
async def group() -> AsyncIterator[asyncio.TaskGroup]:
    async with asyncio.TaskGroup() as group:
        yield group


@pytest.fixture
async def simulation(clock: FakeClock) -> AsyncIterator[Simulation]:
    async with Simulation("desk", scripted=False, clock=clock.tick, calendar=lambda: clock.now().at) as simulation:
        yield simulation


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(simulation: Simulation, clock: FakeClock) -> AsyncIterator[Desk]:
    async with running(settings_of(simulation), clock) as desk:
        await until_live(desk, clock)
        yield desk


async def test_an_account_is_added_after_a_yes(desk: Desk, simulation: Simulation, group: asyncio.TaskGroup) -> None:
    person = Person(group, DRAFT, True)
    assert await add_user(person, desk) == DRAFT
    assert person.kinds == [AddUser, Confirm]
    assert simulation.remotepc.created["till@example.com"] == 1
    assert person.said[0] == "adding till@example.com"
    assert "till@example.com" in person.said[-1]


async def test_without_a_yes_the_form_comes_back_and_nothing_is_sent(
    desk: Desk, simulation: Simulation, group: asyncio.TaskGroup
) -> None:
    person = Person(group, DRAFT, False, None)
    assert await add_user(person, desk) is None
    assert person.kinds == [AddUser, Confirm, AddUser]
    assert simulation.remotepc.created == {}
    assert person.said == []


async def test_a_refused_account_is_asked_for_again_in_the_form(
    desk: Desk, simulation: Simulation, group: asyncio.TaskGroup
) -> None:
    simulation.remotepc.fault("status", 1, "/add", status=400, body={"code": 400, "errors": [{"description": "no"}]})
    other = replace(DRAFT, email="other@example.com")
    person = Person(group, DRAFT, True, other, True)
    assert await add_user(person, desk) == other
    assert person.kinds == [AddUser, Confirm, AddUser, Confirm]
    assert list(simulation.remotepc.created) == ["other@example.com"]


async def test_an_account_that_is_not_there_is_sent_again_only_by_a_decision(
    desk: Desk, simulation: Simulation, group: asyncio.TaskGroup
) -> None:
    simulation.remotepc.fault("reset", 1, "/add")
    person = Person(group, DRAFT, True, True)
    assert await add_user(person, desk) == DRAFT
    assert person.kinds == [AddUser, Confirm, Confirm]
    assert simulation.remotepc.created["till@example.com"] == 1
    assert "adding till@example.com again" in person.said


async def test_users_are_invited_after_a_preview_and_a_yes(
    desk: Desk, simulation: Simulation, group: asyncio.TaskGroup
) -> None:
    chosen = (Invitation(email="a@example.com"), Invitation(email="b@example.com"))
    person = Person(group, InviteDraft("a@example.com\nb@example.com"), chosen, True, None)
    left_over = await invite_users(person, desk, "")
    assert person.kinds == [InviteUsers, InvitePlan, Confirm, InviteProgress]
    assert person.said == ["invite users"]
    assert all(address in left_over for address in ("a@example.com", "b@example.com"))  # it was closed at once


async def test_a_list_without_an_address_is_asked_for_again(desk: Desk, group: asyncio.TaskGroup) -> None:
    person = Person(group, InviteDraft("\n\n"), None)
    assert await invite_users(person, desk, "what was left") == "what was left"
    assert person.kinds == [InviteUsers, InviteUsers]


async def test_a_call_is_placed_to_the_number_that_was_chosen(
    desk: Desk, simulation: Simulation, group: asyncio.TaskGroup
) -> None:
    person = Person(group, 1, "202")
    await place_call(person, desk, [("Number", "201"), ("Explanation", "202")])
    assert person.kinds == [Choice, PlaceCall]
    assert person.said == ["calling 202", "calling 202: AltiGen has taken it"]


async def test_no_call_is_placed_where_no_number_is_chosen(desk: Desk, group: asyncio.TaskGroup) -> None:
    person = Person(group, None)
    await place_call(person, desk, [("Number", "201"), ("Explanation", "202")])
    assert person.kinds == [Choice]
    assert person.said == []
