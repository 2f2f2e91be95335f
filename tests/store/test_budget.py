"""The request budget of all processes: never over the limit, whatever happens between a slot and its answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.archive.sqlite import ledger
from tui.archive.sqlite.database import open_database
from tui.archive.sqlite.ledger import UNDER_WAY_SECONDS, Limit, Slot
from tui.models.budget import Budget
from tui.models.clock import Uptime

REPORTS = Limit("desk at example.com", "reports", 3, 60.0)
BOOT = "first"


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    database = open_database(None)
    yield database
    database.close()


def at(seconds: float, boot: str = BOOT) -> Uptime:
    return Uptime(boot, seconds)


def taken(database: sqlite3.Connection, seconds: float, boot: str = BOOT) -> Slot:
    slot = ledger.reserve(database, REPORTS, at(seconds, boot))
    assert isinstance(slot, Slot)
    return slot


def left(database: sqlite3.Connection, seconds: float, boot: str = BOOT) -> int:
    return ledger.look(database, REPORTS, at(seconds, boot)).left(seconds)


def test_a_slot_counts_from_the_time_of_its_answer(database: sqlite3.Connection) -> None:
    slot = taken(database, 100)
    ledger.complete(database, slot, REPORTS, at(140))
    assert left(database, 199.9) == 2
    assert left(database, 200) == 3


def test_a_slot_whose_process_died_stays_used(database: sqlite3.Connection) -> None:
    taken(database, 100)
    assert left(database, 100 + UNDER_WAY_SECONDS + 59) == 2
    assert left(database, 100 + UNDER_WAY_SECONDS + 60) == 3


def test_a_slot_that_was_released_costs_nothing(database: sqlite3.Connection) -> None:
    ledger.release(database, taken(database, 100))
    assert left(database, 100) == 3


def test_a_process_that_stood_still_counts_again_when_it_goes_on(database: sqlite3.Connection) -> None:
    slot = taken(database, 100)
    assert left(database, 1000) == 3
    ledger.complete(database, slot, REPORTS, at(1001))
    assert left(database, 1060) == 2


def test_the_fourth_is_told_when_it_may_go(database: sqlite3.Connection) -> None:
    for seconds in (100, 110, 120):
        ledger.complete(database, taken(database, seconds), REPORTS, at(seconds + 1))
    refused = ledger.reserve(database, REPORTS, at(130))
    assert isinstance(refused, Budget)
    assert refused.seconds_to_next(130) == 31


def test_accounts_and_kinds_are_counted_apart(database: sqlite3.Connection) -> None:
    taken(database, 100)
    assert ledger.look(database, REPORTS._replace(kind="tokens"), at(100)).left(100) == 3
    assert ledger.look(database, REPORTS._replace(account="other"), at(100)).left(100) == 3


def test_a_cool_down_holds_for_everybody_and_a_shorter_one_does_not_end_it(database: sqlite3.Connection) -> None:
    ledger.block(database, REPORTS, 900, "blocked", at(100))
    ledger.block(database, REPORTS, 60, "used up", at(100))
    budget = ledger.look(database, REPORTS, at(999))
    assert (budget.left(999), budget.reason, budget.seconds_to_next(999)) == (0, "blocked", 1)
    assert left(database, 1000) == 3


def test_what_was_asked_in_an_earlier_boot_was_asked_before_this_one_began(database: sqlite3.Connection) -> None:
    for seconds in (9000, 9001):
        ledger.complete(database, taken(database, seconds), REPORTS, at(seconds))
    taken(database, 9002)
    assert left(database, 20, "second") == 0
    assert left(database, 59, "second") == 0
    assert left(database, 60, "second") == 3


def test_a_cool_down_of_an_earlier_boot_ends_no_later_than_its_length_after_this_one_began(
    database: sqlite3.Connection,
) -> None:
    ledger.block(database, REPORTS, 900, "blocked", at(9000))
    assert left(database, 899, "second") == 0
    assert left(database, 900, "second") == 3


def test_where_boots_cannot_be_told_apart_a_time_that_lies_ahead_counts_from_now(database: sqlite3.Connection) -> None:
    ledger.complete(database, taken(database, 9000), REPORTS, at(9000))
    ledger.block(database, REPORTS._replace(kind="tokens"), 900, "blocked", at(9000))
    assert left(database, 20) == 2
    assert left(database, 79) == 2
    assert left(database, 80) == 3
    assert ledger.look(database, REPORTS._replace(kind="tokens"), at(20)).seconds_to_next(20) == 900


STORIES = st.lists(
    st.tuples(
        st.floats(0, 30),  # pause before the request
        st.floats(0, 60),  # how long its answer takes
        st.floats(0, 1),  # when in that time it arrives at the server
        st.sampled_from(["answered", "killed", "never left", "restart"]),
    ),
    max_size=40,
)


@given(STORIES)
def test_no_window_of_the_server_ever_holds_more_than_the_limit(
    story: list[tuple[float, float, float, str]],
) -> None:
    """Many processes at once: requests overlap, are killed in between, and the machine starts anew."""
    database = open_database(None)
    now, boot, began = 1000.0, 0, 0.0
    arrivals: list[float] = []
    pending: list[tuple[float, Slot]] = []
    for pause, latency, share, fate in story:
        now += pause
        for done_at, slot in [each for each in pending if each[0] <= now]:
            ledger.complete(database, slot, REPORTS, Uptime(str(boot), done_at - began))
        pending = [each for each in pending if each[0] > now]
        if fate == "restart":
            boot, began, pending = boot + 1, now, []
            arrivals = [min(arrival, now) for arrival in arrivals]  # what was under way left before it went down
        taken = ledger.reserve(database, REPORTS, Uptime(str(boot), now - began))
        if not isinstance(taken, Slot):
            continue
        if fate == "never left":
            ledger.release(database, taken)
            continue
        arrivals.append(now + latency * share)
        if fate in ("answered", "restart"):
            pending.append((now + latency, taken))
    database.close()
    arrivals.sort()
    for first, fourth in zip(arrivals, arrivals[3:], strict=False):
        assert fourth - first >= 60.0 - 1e-6
