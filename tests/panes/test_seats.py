"""What the computers of some accounts come to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.users import User
from tui.panes.seats import Seats, seats_of
from tui.panes.users import standing


def user(allotted: int | None, used: int | None, *, active: bool | None = True) -> User:
    return User(username="desk@example.com", allotted=allotted, used=used, active=active, created=None)


def test_what_one_has_free_does_not_make_good_what_another_uses_beyond_its_own() -> None:
    assert seats_of([user(2, 5), user(5, 0), user(3, 3)]) == Seats(8, 10, 5, 3, 1, 0)


@pytest.mark.parametrize(
    ("users", "said"),
    [
        ([], "0 of 0 computers used, 0 free"),
        ([user(5, 2)], "2 of 5 computers used, 3 free"),
        ([user(5, 6)], "6 of 5 computers used, 0 free, 1 over in 1 account"),
        ([user(5, 6), user(0, 2), user(1, 0)], "8 of 6 computers used, 1 free, 3 over in 2 accounts"),
        ([user(5, None), user(None, 3)], "3 of 5 computers used, 0 free, 2 not known"),
    ],
)
def test_they_are_told_in_a_line(users: list[User], said: str) -> None:
    assert seats_of(users).line == said


NUMBERS = st.none() | st.integers(0, 2**40)


@given(st.lists(st.builds(user, NUMBERS, NUMBERS)), st.integers(0, 9))
def test_the_sums_of_the_parts_are_those_of_the_whole(users: list[User], at: int) -> None:
    whole, first, second = map(seats_of, (users, users[:at], users[at:]))
    assert whole == Seats(*map(sum, zip(first, second, strict=True)))
    if not whole.unread:
        assert whole.used == whole.allotted - whole.free + whole.over


@pytest.mark.parametrize(
    ("allotted", "used", "active", "word"),
    [
        (5, 5, True, "yes"),
        (5, 6, True, "over"),
        (0, 1, True, "over"),
        (5, 6, False, "no over"),
        (5, 6, None, "? over"),
        (5, 0, True, "idle"),
        (None, 6, True, "yes"),
    ],
)
def test_an_account_that_uses_more_than_it_was_allotted_has_a_word_for_it(
    allotted: int | None, used: int | None, active: bool | None, word: str
) -> None:
    assert standing(user(allotted, used, active=active)) == word
