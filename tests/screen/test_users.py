"""The users pane: the list, what is said of it and what is marked in it."""

from __future__ import annotations

import pytest

from tests.screen.accounts import until_said, with_user
from tests.screen.app_driver import LARGE, SIZES, SMALL, app_driver
from tui.demo import Simulation


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_users_are_listed_with_their_computers(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=with_user) as on:
        await on.press("3")
        await on.until(
            "1 user, 2 of 5 computers used, 0 accounts idle" if size == SMALL else "1 user, 2 of 5 computers"
        )
        assert (
            on.line("office@example.com").split()[1:5] == ["2", "5", "yes", "2024-08-22"][: 4 if size == SMALL else 3]
        )


@pytest.mark.sloppy
@pytest.mark.parametrize(
    ("description", "status", "said"),
    [
        ("UNAUTHORIZED_ACCCESS", 401, "IP allow-list"),
        ("Forbidden ", 403, "IP allow-list"),
        ("INTERNAL_SERVER_ERROR", 500, "RemotePC failed to list the users (error 500)"),
    ],
)
async def test_every_answer_to_the_list_is_said(description: str, status: int, said: str) -> None:
    async with app_driver(prepare=with_user) as on:
        await on.press("3")
        on.simulation.remotepc.refuse(description, status)
        await on.press("r")
        await until_said(on, said)
        await on.until("office@example.com")


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_what_changed_since_it_was_seen_is_marked_until_s(size: tuple[int, int]) -> None:
    def three(simulation: Simulation) -> None:
        for name in ("stays", "grows", "leaves"):
            simulation.remotepc.add_user(f"{name}@example.com", alloted=5, utilized=2)

    async with app_driver(size, prepare=three) as on:
        await on.press("3")
        await on.press("s")
        await on.until("seen: nothing is marked")
        on.simulation.remotepc.add_user("late@example.com")
        on.simulation.remotepc.change_user("grows@example.com", utilized=4)
        del on.simulation.remotepc.users["leaves@example.com"]
        await on.press("r")
        await on.until("3 users (1 new, 1 changed, 1 gone)")
        signs = {name: on.line(f"{name}@example.com").rstrip(" ▐")[-1] for name in ("late", "grows", "leaves")}
        assert signs == {"late": "+", "grows": "~", "leaves": "-"}
        assert on.line("stays@example.com").rstrip(" ▐")[-1] not in "+~-"
        await on.press("slash")
        await on.type("mark:~")
        await on.press("enter", "enter")
        await until_said(on, "Since last seen changed", "Computers used 4 (was 2)")
        await on.press("escape", "escape", "g", "l")
        await on.until("this account is not on the list any more")
        await on.press("s")
        await on.until_gone("leaves@example.com", "1 new")


async def test_without_users_l_says_why() -> None:
    async with app_driver() as on:
        await on.press("3", "l")
        await on.until("link: there is no user here")


async def test_keys_of_the_other_panes_do_nothing_here() -> None:
    async with app_driver(opening=True) as on:
        await on.press("3")
        before = on.text
        for key in ("x", "o", "m", "v", "e"):
            await on.press(key)
            assert on.text == before, key


async def test_r_asks_for_the_list_again() -> None:
    async with app_driver(LARGE) as on:
        await on.press("3")
        on.simulation.remotepc.add_user("late@example.com")
        await on.press("r")
        await on.until("asking RemotePC now", "late@example.com")


async def test_an_old_list_says_its_age() -> None:
    async with app_driver() as on:
        await on.press("3")
        await on.pass_seconds(125)
        await on.until("2 min old")


@pytest.mark.parametrize("size", SIZES)
async def test_the_computers_of_those_that_are_shown_are_summed_and_who_is_over_is_marked(
    size: tuple[int, int],
) -> None:
    def three(simulation: Simulation) -> None:
        simulation.remotepc.add_user("over@example.com", alloted=2, utilized=5)
        simulation.remotepc.add_user("spare@example.com", alloted=5, utilized=1)
        simulation.remotepc.add_user("leaves@example.com", alloted=50, utilized=2)

    async with app_driver(size, prepare=three) as on:
        await on.press("3", "z")
        await on.until("8 of 57 computers used, 52 free, 3 over in 1 account")
        assert on.line("over@example.com").split()[1:4] == ["5", "2", "over"]
        assert on.line("spare@example.com").split()[1:4] == ["1", "5", "yes"]
        del on.simulation.remotepc.users["leaves@example.com"]
        await on.press("r")
        await on.until("1 gone", "6 of 7 computers used, 4 free, 3 over in 1 account")
        await on.press("slash")
        await on.type("active:over")
        await on.press("enter")
        await on.until("5 of 2 computers used, 0 free, 3 over in 1 account")
        await on.press("enter")
        await until_said(on, "Over 3 more than it was allotted")
