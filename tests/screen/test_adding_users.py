"""The form to add a user: what it asks, what is sent, and what becomes of it."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.screen.accounts import PASSWORD, until_said, with_user
from tests.screen.app_driver import LARGE, SIZES, AppDriver, app_driver


def field_of(on: AppDriver, name: str) -> Input:
    return on.app.screen.query_one(f"#field-{name}", Input)


async def typed_over(on: AppDriver, name: str, text: str) -> None:
    """Type into a field in the place of what stands there."""
    on.app.screen.set_focus(None)
    on.app.screen.set_focus(field_of(on, name))
    await (on.type(text) if text else on.press("backspace"))


def last_field(on: AppDriver) -> None:
    """Go to the field from which enter sends."""
    on.app.screen.set_focus(on.app.screen.query_one("#field-send_email"))


async def filled_form(on: AppDriver, email: str = "till@example.com", computers: str = "3") -> None:
    await on.press("3", "a")
    await on.until("Add a user")
    await on.fill("Front", "Desk", email, PASSWORD, PASSWORD)
    await on.press("tab", "backspace")
    await on.type(computers)
    await on.press("tab")


async def sent(on: AppDriver) -> None:
    """The form is right: look at what will be sent, and send it."""
    await on.press("enter")
    await on.until("Add this user?")
    await on.press("y")


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_a_adds_a_user(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=with_user) as on:
        await filled_form(on)
        await on.until("8 computers allotted afterwards")
        await on.press("enter")
        await on.until("Add this user?", "8 computers, now 5")
        for name, value in (("First name", "Front"), ("E-mail", "till@example.com"), ("Computers", "3")):
            assert on.line(f"  {name}").split()[-1] == value
        assert on.line("  Password").split()[1] == "***"
        await on.press("y")
        await on.until("till@example.com was created", "2 users (1 new), 2 of 8 computers")
        await on.until("▸till@example.com")
        added = on.simulation.remotepc.users["till@example.com"]
        assert (added.first_name, added.last_name, added.alloted, added.password) == ("Front", "Desk", 3, PASSWORD)


async def test_enter_goes_from_field_to_field_and_sends_from_the_last() -> None:
    async with app_driver() as on:
        await on.press("3", "a")
        for text in ("Front", "Desk", "till@example.com", PASSWORD, PASSWORD, "", ""):
            await on.type(text)
            await on.press("enter")
        await on.until("Add this user?")
        await on.press("y")
        await on.until("till@example.com was created")


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        ([], "yes"),
        (["space"], "no"),
        (["space", "space"], "yes"),
        (["n"], "no"),
        (["n", "n"], "no"),
        (["n", "y"], "yes"),
        (["n", "o"], "no"),
        (["backspace", "x", "e"], "yes"),
    ],
    ids="-".join,
)
async def test_space_switches_the_e_mail_and_y_and_n_say_which(keys: list[str], answer: str) -> None:
    async with app_driver() as on:
        await filled_form(on)
        await on.until("3 computers allotted afterwards", "[x] yes")
        await on.press(*keys)
        assert {"yes": "[x] yes", "no": "[ ] no"}[answer] in on.line("  Send e-mail")
        await on.press("enter")
        await on.until("Add this user?")
        assert on.line("  Send e-mail").split()[-1] == answer
        await on.press("n")
        await on.until("Add a user")
        assert {"yes": "[x] yes", "no": "[ ] no"}[answer] in on.line("  Send e-mail")


async def test_a_text_pasted_on_the_switch_is_refused_and_that_is_said() -> None:
    async with app_driver() as on:
        await filled_form(on)
        for text in ("no", "n\nn\n", "n" * 100_000):
            await on.paste(text)
            assert "the field takes yes or no: nothing was taken" in on.text
            assert "[x] yes" in on.line("  Send e-mail")
            await on.press("space", "space")


WRONG = [
    ("first_name", "", "a first name is needed", "First name"),
    ("last_name", "", "a last name is needed", "Last name"),
    ("email", "", "an e-mail address is needed", "E-mail"),
    ("email", "till@example", "this is not an e-mail address", "E-mail"),
    ("email", "till example.com", "this is not an e-mail address", "E-mail"),
    ("password", "", "a password is needed", "Password"),
    ("again", "another", "not the same as above", "Password again"),
    ("computers", "-3", "a whole number from 0 to 100,000", "Computers"),
    ("computers", "three", "a whole number from 0 to 100,000", "Computers"),
    ("computers", "1.5", "a whole number from 0 to 100,000", "Computers"),
    ("computers", "9" * 23, "a whole number from 0 to 100,000", "Computers"),
]


async def test_what_is_wrong_is_said_below_its_field_and_nothing_is_sent() -> None:
    async with app_driver() as on:
        await filled_form(on)
        for field, typed, problem, label in WRONG:
            before = field_of(on, field).value
            await typed_over(on, field, typed)
            await on.until(problem)
            assert on.lines.index(on.line(problem)) == on.field_line(label) + 1
            if field in ("first_name", "computers"):  # the first and the last that can be wrong
                last_field(on)
                await on.press("enter")
                await on.until(problem, "Add a user")
                assert on.app.focused is field_of(on, field)
            assert typed[:40] in on.text or field == "again"
            await typed_over(on, field, before)
            await on.until_gone(problem)
        assert [each for each in on.simulation.remotepc.requests if each.path == "/add"] == []


@pytest.mark.parametrize("size", SIZES)
async def test_a_refused_address_is_said_beside_it_with_everything_typed_still_there(size: tuple[int, int]) -> None:
    async with app_driver(size, prepare=with_user) as on:
        await filled_form(on, email="OFFICE@example.com")
        await on.until("this address is on the list already")
        await on.press("enter")
        await on.until("OFFICE@example.com  (on the list already)")
        await on.press("y")
        await on.until("An account with this e-mail address exists already.")
        await on.until("Add a user", "Front", "Desk", "OFFICE@example.com", "•" * len(PASSWORD))
        beside = [line for line in on.lines if line.startswith(" " * 15) and "exists already" in line]
        assert len(beside) == 1
        assert on.lines.index(beside[0]) == on.field_line("E-mail") + 1
        await on.press(*["backspace"] * len("OFFICE@example.com"))
        await on.type("till@example.com")
        await on.press("tab", "tab", "tab", "tab")
        await sent(on)
        await on.until("till@example.com was created")
        assert on.simulation.remotepc.users["till@example.com"].password == PASSWORD
        assert PASSWORD not in on.terminal.texts


@pytest.mark.parametrize("size", SIZES)
async def test_no_answer_is_looked_up_and_never_sent_twice(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        await filled_form(on)
        on.simulation.remotepc.fault("reset_after", 1, "/add")
        await sent(on)
        await on.until("no answer came, but the list has it: till@example.com was created after all")
        assert on.simulation.remotepc.created["till@example.com"] == 1


async def test_what_was_not_created_is_sent_again_only_by_the_persons_word() -> None:
    async with app_driver() as on:
        await filled_form(on)
        on.simulation.remotepc.fault("reset", 1, "/add")
        await sent(on)
        await on.until("Not created: till@example.com", "Send it again?")
        assert on.simulation.remotepc.created["till@example.com"] == 0
        await on.press("n")
        await on.until("Add a user", "it was not created", "Front")
        on.simulation.remotepc.fault("reset", 1, "/add")
        last_field(on)
        await sent(on)
        await on.until("Not created: till@example.com")
        await on.press("y")
        await on.until("till@example.com was created")
        assert on.simulation.remotepc.created["till@example.com"] == 1


async def test_what_nobody_knows_is_looked_for_again() -> None:
    async with app_driver() as on:
        await filled_form(on)
        on.simulation.remotepc.fault("reset_after", 1, "/add")
        on.simulation.remotepc.fault("html", None, "/list")
        await sent(on)
        await until_said(on, "Unknown: till@example.com", "could not be fetched either")
        on.simulation.remotepc.requests.clear()
        await on.press("y")
        await on.when(lambda: any(each.path == "/list" for each in on.simulation.remotepc.requests))
        await until_said(on, "Unknown: till@example.com")
        on.simulation.remotepc.heal()
        await on.press("y")
        await on.until("created after all")
        assert on.simulation.remotepc.created["till@example.com"] == 1


async def test_a_password_can_be_made_and_is_copied_once_it_is_set() -> None:
    async with app_driver() as on:
        await on.press("3", "a")
        await on.fill("Front", "Desk", "till@example.com")
        await on.press("tab", "ctrl+g", "tab", "tab", "tab")
        await sent(on)
        await on.until("till@example.com was created: its password", "***")
        made = on.simulation.remotepc.users["till@example.com"].password
        assert len(made) > 12
        assert made not in on.terminal.texts
        await on.press("y")
        await on.until("password sent to the terminal's clipboard")
        assert on.terminal.clipboard == made
        await on.press("v")
        await on.until(made)
        await on.press("v")
        await on.until_gone(made)
        await on.press("escape")
        await on.until_gone("its password")


async def test_ctrl_t_shows_what_is_typed_as_a_password() -> None:
    async with app_driver() as on:
        await on.press("3", "a")
        await on.fill("Front", "Desk", "till@example.com", PASSWORD)
        assert PASSWORD not in on.text
        await on.press("ctrl+t")
        await on.until(PASSWORD)
        await on.press("ctrl+t")
        await on.until_gone(PASSWORD)


async def test_cancel_in_the_review_goes_back_to_the_form_with_everything_in_it() -> None:
    async with app_driver() as on:
        await filled_form(on)
        await on.press("enter")
        await on.until("Add this user?")
        await on.press("escape")
        await on.until("Add a user", "Front", "till@example.com", "•" * len(PASSWORD))
        assert [each for each in on.simulation.remotepc.requests if each.path == "/add"] == []


async def test_a_held_enter_adds_nobody() -> None:
    async with app_driver() as on:
        await filled_form(on)
        for _ in range(30):  # the real time of a held key is taken in tests/pty
            await on.press("enter")
            on.clock.advance(0.03)
        await on.until("Add this user?")
        assert [each for each in on.simulation.remotepc.requests if each.path == "/add"] == []
        await on.pass_seconds(1)
        await on.press("enter")
        await on.until("Add a user", "First name")
        assert [each for each in on.simulation.remotepc.requests if each.path == "/add"] == []


ANSWERS_TO_ADD = {
    "FIRSTNAME_REQUIRED": (400, "RemotePC wants a first name.", "First name"),
    "LASTNAME_REQUIRED": (400, "RemotePC wants a last name.", "Last name"),
    "SOYADI_GEREKLI": (400, "RemotePC wants a last name.", "Last name"),
    "EMAILID_REQUIRED": (400, "RemotePC wants an e-mail address.", "E-mail"),
    "ENTER_VALID_EMAIL": (400, "RemotePC says that this is no valid e-mail address.", "E-mail"),
    "EMAIL_EXISTS": (400, "An account with this e-mail address exists already.", "E-mail"),
    "PASSWORD_REQUIRED": (400, "RemotePC wants a password.", "Password"),
    "INVALID_PASSWORD": (400, "RemotePC does not accept this password.", "Password"),
    "NOT_AUTHORIZED": (401, "IP allow-list", ""),
    "Forbidden ": (403, "IP allow-list", ""),
    "Something new": (400, "RemotePC does not add the user: Something new.", ""),
}


async def test_every_answer_to_add_is_said_where_it_belongs() -> None:
    async with app_driver() as on:
        await filled_form(on)
        for description, (status, said, label) in ANSWERS_TO_ADD.items():
            on.simulation.remotepc.refuse(description, status)
            last_field(on)
            await sent(on)
            await on.until("Add a user", said)
            if label:
                beside = [line for line in on.lines if line.startswith(" " * 15) and said in line]
                assert len(beside) == 1, description
                assert on.lines.index(beside[0]) == on.field_line(label) + 1
            await on.until("Front", "till@example.com", "•" * len(PASSWORD))
        last_field(on)
        on.simulation.remotepc.refuse("INTERNAL_SERVER_ERROR", 500)
        await sent(on)
        await on.until("RemotePC failed to add the user (error 500).", "it was not created", "Send it again?")
        await on.press("y")
        await on.until("till@example.com was created")


async def test_each_of_several_refusals_is_said_beside_its_field() -> None:
    async with app_driver(LARGE) as on:
        await filled_form(on)
        on.simulation.remotepc.refuse("INVALID_PASSWORD", more=["EMAIL_EXISTS"])
        await sent(on)
        await on.until("Add a user", "RemotePC does not accept this password.")
        for label, said in (
            ("Password", "RemotePC does not accept this password."),
            ("E-mail", "An account with this e-mail address exists already."),
        ):
            (beside,) = (line for line in on.lines if line.startswith(" " * 15) and said in line)
            assert on.lines.index(beside) == on.field_line(label) + 1


async def test_a_form_that_is_closed_sends_nothing() -> None:
    async with app_driver() as on:
        await filled_form(on)
        await on.press("escape")
        await on.until_gone("Add a user")
        assert not on.simulation.remotepc.users
