"""The customers' accounts, list after list."""

from __future__ import annotations

import time
from datetime import date

import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tui.models.user_board import USERS_KEPT, UserBoard
from tui.models.users import InviteResult, User


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def board() -> UserBoard:
    return UserBoard()


def user(name: str, allotted: int | None = 2, used: int | None = 1) -> User:
    return User(username=f"{name}@example.com", allotted=allotted, used=used, active=True, created=None)


def names(board: UserBoard) -> list[str]:
    return [user.username.partition("@")[0] for user in board]


def test_the_accounts_come_in_the_order_of_the_list(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("reception"), user("accounts"), user("lab")], clock.now())
    assert names(board) == ["reception", "accounts", "lab"]
    assert (len(board), board.fetched) == (3, clock.now())


def test_who_is_not_on_the_list_any_more_is_gone(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("reception"), user("accounts")], clock.now())
    board.replace([user("accounts")], clock.now())
    assert names(board) == ["accounts"]
    assert board.get("reception@example.com") is None
    board.replace([], clock.now())
    assert (names(board), board.allotted, board.used) == ([], 0, 0)


def test_the_same_list_again_changes_nothing_but_its_age(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("reception")], clock.now())
    version = board.version
    clock.advance(300)
    board.replace([user("reception")], clock.now())
    assert (board.version, board.fetched) == (version, clock.now())


def test_every_change_of_the_list_raises_the_version(board: UserBoard, clock: FakeClock) -> None:
    versions = [board.version]
    for users in ([user("lab")], [user("lab", used=2)], [user("lab", used=2), user("desk")], [user("desk")]):
        board.replace(users, clock.now())
        versions.append(board.version)
    assert versions == sorted(set(versions))


def test_a_list_in_another_order_is_shown_in_that_order(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("reception"), user("accounts")], clock.now())
    version = board.version
    board.replace([user("accounts"), user("reception")], clock.now())
    assert names(board) == ["accounts", "reception"]
    assert board.version > version


def test_an_account_is_found_in_any_letter_case(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("Front.Desk"), user("STRASSE")], clock.now())
    for written in ("Front.Desk@example.com", "front.desk@EXAMPLE.com", "FRONT.DESK@EXAMPLE.COM"):
        assert board.get(written) == user("Front.Desk")
    assert board.get("straße@example.com") == user("STRASSE")
    assert board.get("desk@example.com") is None


def test_two_accounts_that_differ_in_case_only_are_both_found_as_they_are_written(
    board: UserBoard, clock: FakeClock
) -> None:
    board.replace([user("desk", used=1), user("Desk", used=2)], clock.now())
    assert board.get("desk@example.com") == user("desk", used=1)
    assert board.get("Desk@example.com") == user("Desk", used=2)
    assert board.get("DESK@example.com") == user("desk", used=1)


def test_the_totals_leave_out_what_could_not_be_read(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("a", 5, 2), user("b", None, None), user("c", 3, 0)], clock.now())
    assert (board.allotted, board.used) == (8, 2)


def test_a_list_without_end_does_not_fill_the_memory(board: UserBoard, clock: FakeClock) -> None:
    board.replace((user(str(number)) for number in range(USERS_KEPT + 10)), clock.now())
    assert len(board) == USERS_KEPT


def test_looking_up_who_is_not_there_does_not_read_the_whole_list(board: UserBoard, clock: FakeClock) -> None:
    """The invite form looks up 500 pasted addresses at every key: reading 10,000 accounts for each took 1.4 s."""
    board.replace([user(str(number)) for number in range(10_000)], clock.now())
    started = time.process_time()
    assert not any(board.get(f"New.{number}@example.com") for number in range(500))
    assert time.process_time() - started < 0.1


@pytest.mark.parametrize(
    ("status", "is_invited"), [("INVITED", True), ("ALREADY_INVITED", False), ("EXISTS", False), ("", False)]
)
def test_only_a_new_invitation_counts_as_invited(status: str, is_invited: bool) -> None:
    assert InviteResult(email="desk@example.com", status=status, sentence="").is_invited is is_invited


def marks(board: UserBoard) -> dict[str, str]:
    return {name.partition("@")[0]: mark.value for name, mark in board.marks.items()}


def test_the_first_list_is_taken_as_seen(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("reception")], clock.now())
    assert marks(board) == {}


def test_what_differs_from_what_was_seen_is_marked_until_it_is_seen(board: UserBoard, clock: FakeClock) -> None:
    board.replace([user("stays"), user("grows"), user("leaves")], clock.now())
    board.replace([user("stays"), user("grows", used=2), user("comes")], clock.now())
    assert marks(board) == {"grows": "changed", "comes": "new", "leaves": "gone"}
    assert [each.username.partition("@")[0] for each in board.rows()] == ["leaves", "stays", "grows", "comes"]
    assert board.seen("grows@example.com") == user("grows")
    assert (len(board), board.get("leaves@example.com")) == (3, None)
    version = board.version
    board.mark_seen()
    assert marks(board) == {}
    assert names(board) == [each.username.partition("@")[0] for each in board.rows()] == ["stays", "grows", "comes"]
    assert board.version > version


def test_what_is_only_written_otherwise_is_not_marked(board: UserBoard, clock: FakeClock) -> None:
    created = date(2023, 1, 3)
    before = replace(user("reception"), created=created, created_text="01-03-2023")
    board.replace([before, replace(user("lab"), created_text="soon")], clock.now())
    after = replace(before, created_text="1/3/2023", extra=(("serverTime", "09:00"),))
    board.replace([after, replace(user("lab"), created_text="later")], clock.now())
    assert marks(board) == {"lab": "changed"}, "a date that cannot be read is known by its text only"
    assert next(iter(board)) == after, "it is shown all the same"


def test_what_is_back_as_it_was_is_not_marked(board: UserBoard, clock: FakeClock) -> None:
    """A server that answers with an empty list once must not mark everybody as new for the rest of the day."""
    before = [user("reception"), user("lab")]
    board.replace(before, clock.now())
    board.replace([], clock.now())
    assert marks(board) == {"reception": "gone", "lab": "gone"}
    board.replace([user("reception"), user("lab")], clock.now())
    assert marks(board) == {}


def test_active_accounts_that_use_none_of_their_computers_are_idle(board: UserBoard, clock: FakeClock) -> None:
    accounts = [
        user("idle", 2, 0),
        user("used", 2, 1),
        user("nothing", 0, 0),
        user("unread", None, 0),
        replace(user("off", 2, 0), active=False),
        replace(user("perhaps", 2, 0), active=None),
    ]
    board.replace(accounts, clock.now())
    assert [each.username.partition("@")[0] for each in board if each.is_idle] == ["idle", "perhaps"]
    assert board.idle == 2
