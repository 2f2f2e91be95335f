"""Times that are set in different places and must fit together."""

from __future__ import annotations

from tui.archive.budget import STILL_GOOD_SECONDS, STORING_SECONDS, UNDER_WAY_SECONDS
from tui.archive.sqlite.database import BUSY_SECONDS
from tui.services.alpemix.client import FETCHING_SECONDS
from tui.services.http import Timeouts


def test_a_slot_is_under_way_until_its_request_was_given_up_however_late_it_was_sent() -> None:
    assert STILL_GOOD_SECONDS + Timeouts().whole <= UNDER_WAY_SECONDS


def test_no_part_of_a_request_is_waited_for_longer_than_the_whole() -> None:
    assert max(Timeouts().connect, Timeouts().read) <= Timeouts().whole


def test_who_fetches_the_token_is_waited_for_until_its_request_was_given_up() -> None:
    assert Timeouts().whole < FETCHING_SECONDS


def test_a_report_is_waited_for_while_it_waits_to_be_stored() -> None:
    assert BUSY_SECONDS <= STORING_SECONDS
