"""The users pane: the list, and the forms to add, invite and sign in."""

from __future__ import annotations

import pytest

from tests.screen.stage import LARGE, SIZES, SMALL, Stage, stage
from tui.demo import Simulation

PASSWORD = "Correct-Horse-7"


def with_user(simulation: Simulation) -> None:
    simulation.remotepc.add_user("office@example.com", alloted=5, utilized=2, password=PASSWORD)


async def filled_form(on: Stage, email: str = "till@example.com", computers: str = "3") -> None:
    await on.press("3", "a")
    await on.until("Add a user")
    await on.fill("Front", "Desk", email, PASSWORD)
    await on.press("tab", "backspace")
    await on.type(computers)
    await on.press("tab")


@pytest.mark.parametrize("size", SIZES)
async def test_users_are_listed_with_their_computers(size: tuple[int, int]) -> None:
    async with stage(size, prepare=with_user) as on:
        await on.press("3")
        await on.until("1 user, 2 of 5 computers used")
        assert (
            on.line("office@example.com").split()[1:5] == ["2", "5", "yes", "2024-08-22"][: 4 if size == SMALL else 3]
        )


@pytest.mark.parametrize("size", SIZES)
async def test_a_adds_a_user(size: tuple[int, int]) -> None:
    async with stage(size, prepare=with_user) as on:
        await filled_form(on)
        await on.until("8 computers allotted afterwards")
        await on.press("enter")
        await on.until("till@example.com was created", "2 users, 2 of 8 computers used")
        added = on.simulation.remotepc.users["till@example.com"]
        assert (added.first_name, added.last_name, added.alloted, added.password) == ("Front", "Desk", 3, PASSWORD)


async def test_enter_goes_from_field_to_field_and_sends_from_the_last() -> None:
    async with stage() as on:
        await on.press("3", "a")
        for text in ("Front", "Desk", "till@example.com", PASSWORD, "", ""):
            await on.type(text)
            await on.press("enter")
        await on.until("till@example.com was created")


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        (0, "", "a first name is needed"),
        (1, "", "a last name is needed"),
        (2, "", "an e-mail address is needed"),
        (2, "till@example", "this is not an e-mail address"),
        (2, "till example.com", "this is not an e-mail address"),
        (3, "", "a password is needed"),
        (4, "-3", "a whole number from 0 to 100,000"),
        (4, "three", "a whole number from 0 to 100,000"),
        (4, "1.5", "a whole number from 0 to 100,000"),
        (4, "99999999999999999999999", "a whole number from 0 to 100,000"),
        (5, "perhaps", "yes or no"),
    ],
)
async def test_what_is_wrong_is_said_below_its_field_and_nothing_is_sent(field: int, typed: str, problem: str) -> None:
    values = ["Front", "Desk", "till@example.com", PASSWORD, "3", "yes"]
    values[field] = typed
    labels = ["First name", "Last name", "E-mail", "Password", "Computers", "Send e-mail"]
    async with stage() as on:
        await on.press("3", "a")
        for place, value in enumerate(values):
            await on.press(*["backspace"] * (3 if place > 3 else 0))
            await on.type(value)
            await on.press("enter")
        await on.until(problem)
        assert "Add a user" in on.text
        assert on.lines.index(on.line(problem)) == on.lines.index(on.line(f"  {labels[field]}")) + 1
        for value in values:
            assert value == PASSWORD or value[:40] in on.text
        assert [each for each in on.simulation.remotepc.requests if each.path == "/add"] == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_refused_address_is_said_beside_it_with_everything_typed_still_there(size: tuple[int, int]) -> None:
    async with stage(size, prepare=with_user) as on:
        await filled_form(on, email="OFFICE@example.com")
        await on.until("this address is on the list already")
        await on.press("enter")
        await on.until("An account with this e-mail address exists already.")
        await on.until("Add a user", "Front", "Desk", "OFFICE@example.com", "•" * len(PASSWORD))
        beside = [line for line in on.lines if line.startswith(" " * 15) and "exists already" in line]
        assert len(beside) == 1
        assert on.lines.index(beside[0]) == on.lines.index(on.line("  E-mail ")) + 1
        await on.press(*["backspace"] * len("OFFICE@example.com"))
        await on.type("till@example.com")
        await on.press("tab", "tab", "tab", "enter")
        await on.until("till@example.com was created")
        assert on.simulation.remotepc.users["till@example.com"].password == PASSWORD
        assert PASSWORD not in on.terminal.texts


async def test_no_answer_is_looked_up_and_never_sent_twice() -> None:
    async with stage() as on:
        await filled_form(on)
        on.simulation.remotepc.fault("reset_after", 1, "/add")
        await on.press("enter")
        await on.until("no answer came, but the list has it: till@example.com was created")
        assert on.simulation.remotepc.created["till@example.com"] == 1


async def test_a_form_that_is_closed_sends_nothing() -> None:
    async with stage() as on:
        await filled_form(on)
        await on.press("escape")
        await on.until_gone("Add a user")
        assert not on.simulation.remotepc.users


@pytest.mark.parametrize("size", SIZES)
async def test_500_pasted_addresses_with_3_bad_ones_are_said_before_anything_is_sent(size: tuple[int, int]) -> None:
    good = [f"branch{number}@example.com" for number in range(497)]
    pasted = [*good[:100], "branch@@example.com", *good[100:200], "nobody", *good[200:], "x@y"]
    async with stage(size) as on:
        await on.press("3", "i")
        await on.paste("\n".join(pasted))
        await on.until("3 cannot be sent: line 101: 'branch@@example.com'")
        await on.press("tab", "enter")
        await on.settle()
        assert "Invite users" in on.text
        assert [each for each in on.simulation.remotepc.requests if each.path == "/invite"] == []


@pytest.mark.parametrize("size", SIZES)
async def test_i_invites_many_and_says_what_became_of_each(size: tuple[int, int]) -> None:
    def prepare(simulation: Simulation) -> None:
        with_user(simulation)
        simulation.remotepc.add_user("invited@example.com", is_invited=True, is_active=False)

    async with stage(size, prepare=prepare) as on:
        await on.press("3", "i")
        await on.paste("new@example.com\nseven@example.com,7\noffice@example.com; invited@example.com\n")
        await on.press("tab")
        await on.type("2")
        await on.until("4 addresses", "2 of them on the list already", "18 computers allotted afterwards")
        await on.press("enter")
        await on.until("2 of 4 addresses invited")
        assert "invited" in on.line("new@example.com")
        assert "has an account already" in on.line("office@example.com")
        assert "was invited before" in on.line("invited@example.com")
        assert on.simulation.remotepc.users["seven@example.com"].alloted == 7
        assert on.simulation.remotepc.users["new@example.com"].alloted == 2
        await on.press("escape")
        await on.until("4 users")


async def link_card(on: Stage) -> str:
    await on.press("3", "l")
    await on.until("Sign-in link", "office@example.com")
    await on.type(PASSWORD)
    await on.press("enter")
    await on.until("Sign-in link of office@example.com")
    return on.simulation.remotepc.links[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_sign_in_link_is_masked_until_v_shows_it(size: tuple[int, int]) -> None:
    async with stage(size, prepare=with_user) as on:
        link = await link_card(on)
        assert "***" in on.text
        assert link[-20:] not in on.terminal.texts
        await on.press("v")
        await on.until("https://login.remotepc.com")
        assert link in on.text.replace("\n", "").replace(" ", "")
        await on.press("escape")
        await on.until_gone("https://")
        assert PASSWORD not in on.terminal.texts


async def test_y_copies_the_link_and_names_it_nowhere() -> None:
    async with stage(prepare=with_user) as on:
        link = await link_card(on)
        await on.press("y")
        await on.until("link sent to the terminal's clipboard")
        assert on.terminal.clipboard == link
        await on.press("q")
        await on.until_gone("Sign-in link")
        assert on.is_open
        assert link[-20:] not in on.terminal.texts
        assert link not in on.app.clipboard


async def test_a_wrong_password_is_said_beside_the_field() -> None:
    async with stage(prepare=with_user) as on:
        await on.press("3", "l")
        await on.type("wrong-password")
        await on.press("enter")
        await on.until("RemotePC does not accept this password")
        assert "•" * len("wrong-password") in on.text
        assert "wrong-password" not in on.terminal.texts


async def test_without_users_l_says_why() -> None:
    async with stage() as on:
        await on.press("3", "l")
        await on.until("link: there is no user here")


async def test_keys_of_the_other_panes_do_nothing_here() -> None:
    async with stage(opening=True) as on:
        await on.press("3")
        before = on.text
        for key in ("x", "o", "m", "v", "n", "e"):
            await on.press(key)
            assert on.text == before, key


async def test_r_asks_for_the_list_again() -> None:
    async with stage(LARGE) as on:
        await on.press("3")
        on.simulation.remotepc.add_user("late@example.com")
        await on.press("r")
        await on.until("asking RemotePC now", "late@example.com")


async def test_an_old_list_says_its_age() -> None:
    async with stage() as on:
        await on.press("3")
        await on.pass_seconds(125)
        await on.until("2 min old")
