"""What a list to invite from is read as, and what is known of its addresses before anything is sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screen.accounts import asked, branches, invited, preview, until_said
from tests.screen.app_driver import LARGE, SIZES, app_driver
from tui.demo import Simulation
from tui.modals.invite import InviteDraft
from tui.models.invitations import PROBLEMS_KEPT
from tui.models.users import Invitation


async def test_ten_thousand_addresses_are_previewed_without_a_pause() -> None:
    async with app_driver() as on:
        await preview(on, "\n".join(branches(10_000)))
        await on.until("10000 will be sent")
        await on.press("G")
        await on.until("branch9999@example.com")


@pytest.mark.parametrize("size", SIZES)
async def test_the_columns_that_are_used_are_shown_and_can_be_changed(size: tuple[int, int]) -> None:
    async with app_driver(size) as on:
        await preview(on, "Name;E-mail;Seats booked;Computers\nAyşe;ayse@example.com;7;5,0\nBob;bob@example.com;9;2")
        await until_said(on, "E-mail (e): 2 E-mail. Computers (n): 4 Computers. Not used: Name, Seats booked.")
        await on.until("2 will be sent, 0 will not")
        assert on.line("ayse@example.com").split()[-4:] == ["5", "will", "be", "sent"]
        await on.press("n")
        await on.until("Computers (n): no column, all get the same.")
        assert on.line("ayse@example.com").split()[-4:] == ["0", "will", "be", "sent"]
        await on.press("n")
        await on.until("Computers (n): 1 Name.", "0 will be sent, 2 will not", "'Bob' is not a number")
        await on.press("n")
        await on.until("Computers (n): 3 Seats booked.", "2 will be sent")
        await on.press("enter")
        await on.until("16 with these invitations")


async def test_what_a_heading_leaves_open_is_chosen_in_the_preview() -> None:
    async with app_driver() as on:
        await preview(on, "Contact;How many;Mail\nAyşe;5;ayse@example.com\nBob;2;bob@example.com")
        await on.until("Choose before anything is sent: which column has the computers?", "0 will be sent, 2 will not")
        await on.press("enter")
        await on.until("there is nothing to send")
        await on.press("n", "n")
        await on.until("Computers (n): 2 How many.", "2 will be sent, 0 will not")
        assert on.line("ayse@example.com").split()[-4:] == ["5", "will", "be", "sent"]
        assert asked(on) == 0


async def test_a_list_without_a_heading_can_be_read_by_columns() -> None:
    async with app_driver() as on:
        await preview(on, "Ayşe;ayse@example.com;5\nBob;bob@example.com;2")
        await on.until("Each line is read by itself; e reads by columns.", "0 will be sent, 2 will not")
        await on.press("e", "e", "n", "n")
        await on.until("E-mail (e): 2 column 2. Computers (n): 3 column 3.", "2 will be sent, 0 will not")
        await on.press("e", "e")
        await on.until("Each line is read by itself", "0 will be sent, 2 will not")


async def test_where_reading_ended_is_said_before_anything_is_sent(home: Path) -> None:
    lines = ["a@example.com", *["x"] * (PROBLEMS_KEPT + 5)]
    (home / "new.csv").write_text("\n".join(lines))
    async with app_driver() as on:
        await on.press("3", "i", "tab")
        await on.type("~/new.csv")
        await on.press("tab", "enter")
        await on.until(f"Not read: all after line {PROBLEMS_KEPT + 1:,}", "1 will be sent")
        await on.press("enter")
        await on.until("Invite 1 address?", f"all after line {PROBLEMS_KEPT + 1:,}")


async def test_who_was_invited_from_here_is_known_by_the_audit_and_said(home: Path) -> None:
    def prepare(simulation: Simulation) -> None:
        simulation.remotepc.lists_invited = False

    async with app_driver(LARGE, prepare=prepare, state_folder=home) as on:
        await invited(on, "a@example.com,3\nb@example.com")
        await on.until("2 of 2  done")
        await on.press("escape")
        await preview(on, "A@example.com,3\nc@example.com")
        await on.until("1 will be sent, 1 will not")
        assert "invited 22 Aug 2024 09:00: a sends again" in on.line("A@example.com")
        await on.press("a")
        await on.until("2 will be sent, 0 will not")
        await on.press("a", "enter")
        await on.until("Invite 1 address?")
    # Another Helpdeck of this account, after a restart, knows it too.
    async with app_driver(LARGE, prepare=prepare, state_folder=home) as on:
        await preview(on, "b@example.com")
        await on.until("0 will be sent, 1 will not", "invited 22 Aug 2024")


async def test_what_got_no_answer_from_here_goes_again_only_when_the_person_says_so(home: Path) -> None:
    async with app_driver(LARGE, simulated={"remotepc": {"lists_invited": False}}, state_folder=home) as on:
        on.simulation.remotepc.fault("reset_after", 1, "/invite")
        await invited(on, "a@example.com")
        await on.until("1 unknown")
        await on.press("escape", "i")
        await on.until("Invite users")
        await on.press("tab", "tab", "enter")
        await on.until("0 will be sent, 1 will not", "no answer came 22 Aug 2024 09:00: u sends again")
        await on.press("u")
        await on.until("1 will be sent")


async def test_an_audit_that_cannot_be_read_is_said_and_costs_no_preview(home: Path) -> None:
    (home / "audit.jsonl").mkdir()
    async with app_driver(LARGE, state_folder=home) as on:
        await preview(on, "a@example.com")
        await on.until("Who was invited from here before is not known: Is a directory.")
        await on.until("1 will be sent")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1254"])
async def test_a_file_is_read_in_the_encodings_of_spreadsheets(home: Path, encoding: str) -> None:
    text = "Ad Soyad\tE-posta\tBilgisayar\r\nAyşe Öz\tayse@example.com\t5,0\r\n"
    (home / "new.txt").write_bytes(text.encode(encoding))
    assert InviteDraft(file=str(home / "new.txt")).load()(None).invitations == (
        Invitation(email="ayse@example.com", computers=5),
    )


@pytest.mark.parametrize("held", [b"PK\x03\x04" + b"x" * 99, b"\xd0\xcf\x11\xe0" + b"x" * 99])
async def test_a_workbook_is_told_from_a_list(home: Path, held: bytes) -> None:
    (home / "new.xlsx").write_bytes(held)
    with pytest.raises(OSError, match="save it as CSV"):
        InviteDraft(file=str(home / "new.xlsx")).load()


async def test_ten_thousand_lines_are_read_beside_the_screen() -> None:
    text = "Name;E-mail;Computers\n" + "\n".join(f"Branch {n};branch{n}@example.com;2" for n in range(10_000))
    async with app_driver() as on:
        await preview(on, text)
        await on.until("10000 will be sent")
        await on.press("n")
        await on.until("no column, all get the same", "10000 will be sent")
