"""What is billed of the connections' time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.billing import Billing, billed_seconds
from tui.models.connections import Connection

NINE = datetime(2024, 8, 22, 9, 0, tzinfo=UTC)


def connection(minute: float, minutes: float | None, device: str = "700", uid: str = "") -> Connection:
    started = NINE + timedelta(minutes=minute)
    seconds = None if minutes is None else round(60 * minutes)
    return Connection(uid or str(minute), started, "", seconds, customer_device=device)


@pytest.mark.parametrize(
    ("billing", "seconds", "billed"),
    [
        (Billing(), 61, 61),
        (Billing(minimum=900), 61, 900),
        (Billing(minimum=900), 901, 901),
        (Billing(rounding=300), 300, 300),
        (Billing(rounding=300), 301, 600),
        (Billing(minimum=100, rounding=60), 1, 120),
        (Billing(minimum=900, rounding=300), 0, 0),
    ],
)
def test_a_length_is_billed_at_least_at_the_minimum_and_rounded_up(billing: Billing, seconds: int, billed: int) -> None:
    assert billing.of(seconds) == billed


def test_connections_to_one_device_that_follow_closely_are_billed_as_one() -> None:
    rows = [connection(0, 5), connection(14, 4), connection(28, 1), connection(14, 4, device="701")]
    assert billed_seconds(rows, Billing(minimum=900, merging=600)) == [900 - 240, 240, 900, 900]


def test_overlapping_ones_are_one_and_the_longer_tells_when_it_ended() -> None:
    rows = [connection(0, 30), connection(5, 1), connection(35, 1)]
    assert billed_seconds(rows, Billing(rounding=3600, merging=600)) == [3600 - 120, 60, 60]


def test_without_merging_overlapping_ones_are_billed_each_by_itself() -> None:
    assert billed_seconds([connection(0, 5), connection(1, 5)], Billing(minimum=600)) == [600, 600]


def test_the_order_in_which_they_are_given_changes_nothing() -> None:
    rows = [connection(14, 4), connection(0, 5)]
    assert billed_seconds(rows, Billing(minimum=900, merging=600)) == [240, 660]


def test_of_a_length_that_nobody_knows_nothing_is_billed() -> None:
    assert billed_seconds([connection(0, None), connection(1, 5)], Billing(minimum=600)) == [None, 600]


def test_devices_without_a_number_are_not_taken_for_one() -> None:
    rows = [connection(0, 5, device=""), connection(6, 5, device="")]
    assert billed_seconds(rows, Billing(minimum=900, merging=600)) == [900, 900]


def test_two_days_are_billed_apart() -> None:
    rows = [connection(15 * 60 - 5, 4), connection(15 * 60 + 1, 4)]
    assert billed_seconds(rows, Billing(minimum=900, merging=3600)) == [900, 900]


ROWS = st.lists(
    st.builds(
        connection,
        st.integers(0, 3 * 1440),
        st.none() | st.integers(0, 300),
        st.sampled_from(["", "700", "701"]),
        st.uuids().map(str),
    ),
    max_size=30,
)
LENGTHS = st.integers(0, 7200)


@given(ROWS, LENGTHS, LENGTHS, LENGTHS, st.sampled_from(["day", "customer_device"]))
def test_the_parts_of_every_split_add_up_to_the_whole(
    rows: list[Connection], minimum: int, rounding: int, merging: int, split: str
) -> None:
    billing = Billing(minimum=minimum, rounding=rounding, merging=merging)
    whole = sum(billed or 0 for billed in billed_seconds(rows, billing))
    parts = {getattr(row, split) for row in rows}
    billed = [billed_seconds([row for row in rows if getattr(row, split) == part], billing) for part in parts]
    assert sum(seconds or 0 for part in billed for seconds in part) == whole
    assert whole >= sum(row.seconds or 0 for row in rows)
