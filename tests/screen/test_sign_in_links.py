"""The form that asks for a sign-in link, and the card that holds one."""

from __future__ import annotations

import pytest

from tests.screen.accounts import PASSWORD, with_user
from tests.screen.app_driver import SIZES, AppDriver, app_driver


async def link_card(on: AppDriver) -> str:
    await on.press("3", "l")
    await on.until("Sign-in link", "office@example.com")
    await on.type(PASSWORD)
    await on.press("enter")
    await on.until("Sign-in link of office@example.com")
    return on.simulation.remotepc.links[-1]


@pytest.mark.parametrize("size", SIZES)
async def test_a_sign_in_link_is_masked_until_v_shows_it(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=with_user) as on:
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
    async with app_driver(prepare=with_user) as on:
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
    async with app_driver(prepare=with_user) as on:
        await on.press("3", "l")
        await on.type("wrong-password")
        await on.press("enter")
        await on.until("RemotePC does not accept this password")
        assert "•" * len("wrong-password") in on.text
        assert "wrong-password" not in on.terminal.texts


ANSWERS_TO_SIGN_IN = {
    "USERNAME_DOES_NOT_EXIST": (400, "RemotePC knows no user of this name", "User"),
    "CANCELLED_ACCOUNT": (400, "This account is cancelled.", "User"),
    "USERNAME_REQUIRED": (400, "RemotePC wants a user name.", "User"),
    "EMAILID_REQUIRED": (400, "RemotePC wants an e-mail address.", "User"),
    "INVALID_EMAIL": (400, "RemotePC says that this is no valid e-mail address.", "User"),
    "PASSWORD_REQUIRED": (400, "RemotePC wants a password.", "Password"),
    "INVALID_PASSWORD": (400, "RemotePC does not accept this password.", "Password"),
    "ACTION_PARENT_ACCOUNT_SUSPENDED": (400, "RemotePC has suspended the account that this one belongs to", ""),
    "IP_ADDRESS_BLOCKED": (400, "RemotePC blocks the address of this machine", ""),
    "NOT_AUTHORIZED": (401, "IP allow-list", ""),
    "Forbidden ": (403, "IP allow-list", ""),
    "INTERNAL_SERVER_ERROR": (500, "RemotePC failed to sign in (error 500).", ""),
}


@pytest.mark.sloppy
async def test_every_answer_to_a_sign_in_is_said_where_it_belongs() -> None:
    async with app_driver(prepare=with_user) as on:
        await on.press("3", "l")
        await on.type(PASSWORD)
        for description, (status, said, label) in ANSWERS_TO_SIGN_IN.items():
            on.simulation.remotepc.refuse(description, status)
            await on.press("enter")
            await on.until("Sign-in link", said, "•" * len(PASSWORD))
            if label:
                beside = [line for line in on.lines if line.startswith(" " * 15) and said in line]
                assert on.lines.index(beside[0]) == on.field_line(label) + 1
        await on.press("enter")
        await on.until("Sign-in link of office@example.com")


async def test_the_account_of_a_sign_in_link_is_not_typed() -> None:
    async with app_driver(prepare=with_user) as on:
        await on.press("3", "l")
        await on.until("User              office@example.com")
        await on.type(PASSWORD)
        assert PASSWORD not in on.text
        await on.press("up", "up", "tab")
        await on.type("x")
        await on.until("User              office@example.com")
