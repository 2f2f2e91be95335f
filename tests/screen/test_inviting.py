"""Inviting many: form, preview, what will be sent, progress, results, and a second run with what is left."""

from __future__ import annotations

import asyncio
import csv
import os
from pathlib import Path
from typing import Any

import pytest

from tests.screen.accounts import asked, branches, invited, preview, until_said, with_user
from tests.screen.app_driver import LARGE, SIZES, SMALL, app_driver
from tui.demo import Simulation


@pytest.mark.parametrize("size", SIZES)
async def test_everything_bad_doubled_and_known_is_marked_before_anything_is_sent(size: tuple[int, int]) -> None:
    good = branches(497)
    pasted = [*good[:100], "branch@@example.com", *good[100:200], "nobody", *good[200:], "x@y", "branch7@example.com"]
    async with app_driver(size, prepare=with_user) as on:
        await preview(on, "\n".join([*pasted, "office@example.com", "till@example.com,many"]))
        await on.until("497 will be sent, 6 will not")
        assert "101 branch@@example.com" in on.line("branch@@")
        for address, problem in (
            ("branch@@example.com", "is not an e-mail address"),
            ("nobody", "is not an e-mail address"),
            ("x@y", "is not an e-mail address"),
            ("501 branch7@example.com", "is there twice"),
            ("office@example.com", "is on the list already"),
            ("many", "is not a number of comp"),
        ):
            assert problem in on.line(address)
        await on.press("enter")
        await on.until("Invite 497 addresses?", "6 that are bad, doubled, known or done")
        await until_said(on, "10, of at most 50 addresses", "5 computers, now 5")
        await on.press("n")
        await on.until("Invite users", "branch0@example.com")
        assert asked(on) == 0


@pytest.mark.sloppy
@pytest.mark.parametrize("size", SIZES)
async def test_i_invites_many_and_says_what_became_of_each(size: tuple[int, int]) -> None:
    def prepare(simulation: Simulation) -> None:
        simulation.remotepc.lists_invited = False
        simulation.remotepc.add_user("before@example.com", is_invited=True, is_active=False)

    async with app_driver(size, prepare=prepare) as on:
        on.simulation.remotepc.add_user("office@example.com")  # the list that we have does not know it yet
        await on.press("3", "i")
        await on.paste("new@example.com\nseven@example.com,7\noffice@example.com; before@example.com\n")
        await on.press("tab", "tab")
        await on.type("2")
        await on.press("enter")
        await on.until("4 will be sent, 0 will not")
        await on.press("enter")
        await on.until("13 with these invitations", "13 computers, now 0")
        await on.press("y")
        await on.until("4 of 4  done", "2 of 4 invited, 9 computers with them")
        assert "invited" in on.line("new@example.com")
        assert "has an account already" in on.line("office@example.com")
        assert "was invited before" in on.line("before@example.com")
        assert on.simulation.remotepc.users["seven@example.com"].alloted == 7
        assert on.simulation.remotepc.users["new@example.com"].alloted == 2
        await on.press("escape")
        await on.until("1 user (1 new)")


async def test_a_csv_file_is_read_like_what_is_pasted(home: Path) -> None:
    (home / "new.csv").write_text("email;computers\na@example.com;3\nb@example.com;\n", "cp1254")
    async with app_driver() as on:
        await on.press("3", "i", "tab")
        await on.type("~/new.csv")
        await on.press("tab", "enter")
        await on.until("2 will be sent")
        assert on.line("a@example.com").split()[-4:] == ["3", "will", "be", "sent"]
        await on.press("escape")
        await on.until("Invite users", "~/new.csv")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ("nothing", "No such file"),
        ("folder", "it is no file"),
        ("pipe", "it is no file"),
        ("large", "larger than 4 MiB"),
        ("empty", "there is no address in it"),
        ("zero byte", "null byte"),
    ],
)
async def test_a_file_that_will_not_do_is_said_beside_its_name(home: Path, made: str, said: str) -> None:
    path = home / "new.csv"
    match made:
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "large":
            path.write_bytes(b"x" * (5 << 20))
        case "empty":
            path.touch()
    async with app_driver() as on:
        await on.press("3", "i", "tab")
        await on.type(str(path) if made != "zero byte" else "~/a\0b")
        await on.press("tab", "enter")
        if made == "zero byte":
            await on.until("Invite users")
        else:
            await until_said(on, "Invite users", said)


async def test_both_a_file_and_addresses_are_one_too_many() -> None:
    async with app_driver() as on:
        await on.press("3", "i")
        await on.paste("a@example.com")
        await on.press("tab")
        await on.type("x.csv")
        await on.until("either a file or what is pasted above")
        await on.press("tab", "enter")
        await on.until("Invite users")


@pytest.mark.parametrize(("size", "key"), [(SMALL, "s"), (LARGE, "escape"), (SMALL, "ctrl+c")])
async def test_a_stop_finishes_the_request_and_says_what_was_and_was_not_sent(
    size: tuple[int, int], key: str, home: Path
) -> None:
    async with app_driver(size, remotepc={"invite_batch": 2}) as on:
        may_answer = asyncio.Event()
        on.simulation.remotepc.fault("slow", 1, "/invite", until=may_answer)
        await invited(on, "\n".join(branches(5)))
        await on.until("sending 1 to 2")
        await on.press(key)
        await on.until("then it stops")
        may_answer.set()
        await on.until("2 of 5  stopped", "3 not sent", "s send the 3 left" if size != SMALL else "send the 3")
        assert asked(on) == 1
        await on.press("E")
        await on.until("File")
        await on.press(*["backspace"])
        await on.type(str(home / "results.csv"))
        await on.press("enter")
        await on.until("5 rows written to")
        with (home / "results.csv").open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["status"] for row in rows] == ["INVITED"] * 2 + ["NOT_SENT"] * 3
        await on.press("s")
        await on.until("Invite 3 addresses?")
        await on.press("y")
        await on.until("3 of 3  done")
        assert {on.simulation.remotepc.created[each] for each in branches(5)} == {1}
        await on.press("escape")
        # The same by the file, in another run: nothing is left.
        await on.press("i", "tab")
        await on.type(str(home / "results.csv"))
        await on.press("tab", "enter")
        await on.until("0 will be sent, 5 will not")
        await on.press("enter")
        await on.until("there is nothing to send")


async def test_what_was_left_is_there_when_the_form_opens_again() -> None:
    async with app_driver(remotepc={"invite_batch": 2}) as on:
        on.simulation.remotepc.fault("status", 1, "/list", status=500)
        on.simulation.remotepc.fault("reset_after", 1, "/invite")
        await invited(on, "\n".join(branches(3)))
        await on.until("Ended: RemotePC broke the connection", "2 unknown, 1 not sent")
        await on.press("escape", "r")
        on.simulation.remotepc.lists_invited = False
        await on.press("i", "tab", "tab", "enter")
        await on.until("What will be invited")
        await on.until("1 will be sent, 2 will not")
        assert asked(on) == 1


@pytest.mark.parametrize("lists_invited", [True, False])
async def test_unknown_addresses_go_again_only_when_the_person_says_so(lists_invited: bool) -> None:
    async with app_driver(remotepc={"invite_batch": 2}, simulated={"remotepc": {"lists_invited": lists_invited}}) as on:
        on.simulation.remotepc.fault("reset_after", 1, "/invite")
        await invited(on, "\n".join(branches(3)))
        if lists_invited:
            await on.until("2 of 3 invited", "1 not sent", "invited after all: listed")
            await on.press("s")
            await on.until("Invite 1 address?")
        else:
            await on.until("0 of 3 invited", "2 unknown, 1 not sent")
            await on.press("u")
            await on.until("Invite 3 addresses?")
        assert asked(on) == 1
        await on.press("y")
        await on.until("done")
        assert {on.simulation.remotepc.created[each] for each in branches(3)} == {1}


ANSWERS: dict[str, tuple[int, str]] = {
    "NOT_AUTHORIZED": (401, "IP allow-list"),
    "Forbidden ": (403, "IP allow-list"),
    "ENTER_VALID_EMAIL": (400, "no valid e-mail address"),
    "INTERNAL_SERVER_ERROR": (500, "RemotePC failed to invite (error 500)"),
    "TOO_MANY": (429, "asked too often"),
}


@pytest.mark.sloppy
@pytest.mark.parametrize("description", ANSWERS)
async def test_every_refusal_of_an_invitation_is_said(description: str) -> None:
    status, said = ANSWERS[description]
    async with app_driver() as on:
        on.simulation.remotepc.refuse(description, status)
        await invited(on, "a@example.com")
        await until_said(on, "Ended:", said)
        assert on.simulation.remotepc.created["a@example.com"] == 0


@pytest.mark.parametrize("answer", [{"message": "SUCCESS"}, {"message": []}, {"message": [{"status": "INVITED"}]}])
async def test_an_address_that_the_answer_leaves_out_is_unknown(answer: dict[str, Any]) -> None:
    async with app_driver() as on:
        body = {"status": "OK", "code": 200, **answer}
        on.simulation.remotepc.fault("status", 1, "/invite", status=200, body=body)
        await invited(on, "a@example.com")
        await on.until("1 unknown")
        assert "no word of this" in on.line("a@example.com")
