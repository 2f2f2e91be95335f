"""How it stands with a link, in words that a person reads from across the room."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clock import START, FakeClock
from tui.models.clock import Moment
from tui.models.links import Link, Phase


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def test_a_system_without_a_section_is_off(clock: FakeClock) -> None:
    link = Link(clock)
    assert (link.phase, link.is_on, link.is_live, link.is_trouble) == (Phase.OFF, False, False, False)
    assert link.text(clock.now()) == "off"


def test_a_link_says_what_it_is_doing(clock: FakeClock) -> None:
    link = Link(clock)
    link.connecting("logging on")
    assert link.text(clock.now()) == "logging on"
    assert link.is_on
    assert not link.is_trouble


def test_a_live_link_needs_no_reason_and_keeps_when_its_data_came(clock: FakeClock) -> None:
    link = Link(clock)
    link.waiting(clock.now(), 8, "all licences are in use", detail="no license", setting="altigen.user")
    clock.advance(8)
    link.live(clock.now(), good_for=60)
    assert (link.text(clock.now()), link.detail, link.setting) == ("live", "", "")
    assert (link.is_live, link.is_trouble, link.fresh) == (True, False, clock.now())


def test_a_live_link_that_gets_more_data_only_becomes_fresher(clock: FakeClock) -> None:
    link = Link(clock)
    link.live(clock.now(), good_for=60)
    version = link.version
    clock.advance(5)
    link.live(clock.now(), good_for=60)
    assert (link.fresh, link.version) == (clock.now(), version)


def test_a_live_link_may_have_something_to_remark(clock: FakeClock) -> None:
    link = Link(clock)
    link.live(clock.now(), "the second address", good_for=60)
    version = link.version
    link.live(clock.now(), "the second address", good_for=60)
    assert (link.text(clock.now()), link.version) == ("live: the second address", version)
    link.live(clock.now(), good_for=60)
    assert link.text(clock.now()) == "live"
    assert link.version > version


def test_a_waiting_link_counts_down_to_the_next_try(clock: FakeClock) -> None:
    link = Link(clock)
    link.waiting(clock.now(), 8, "all licences are in use")
    assert link.text(clock.now()) == "waiting 8 s: all licences are in use"
    clock.advance(7.5)
    assert link.word(clock.now()) == "waiting 1 s"
    clock.advance(60)
    assert link.word(clock.now()) == "waiting 0 s"
    assert link.is_trouble


@given(st.floats(min_value=0, max_value=1e7), st.integers(min_value=0, max_value=86_400))
def test_a_wait_of_whole_seconds_begins_with_that_number(tick: float, seconds: int) -> None:
    now, link = Moment(START, tick), Link()
    link.waiting(now, seconds, "")
    assert link.seconds_left(now) == seconds


def test_only_a_waiting_link_has_seconds_left(clock: FakeClock) -> None:
    link = Link(clock)
    link.waiting(clock.now(), 60, "")
    link.refused("the password is wrong")
    assert link.seconds_left(clock.now()) == 0


def test_a_refused_link_says_why_and_where_to_look(clock: FakeClock) -> None:
    link = Link(clock)
    link.refused("the password is wrong", detail="Unauthorized", setting="altigen.password")
    assert link.text(clock.now()) == "refused: the password is wrong"
    assert (link.detail, link.setting, link.is_trouble) == ("Unauthorized", "altigen.password", True)


def test_a_degraded_link_shows_data_that_may_be_old(clock: FakeClock) -> None:
    link = Link(clock)
    link.live(clock.now(), good_for=60)
    link.degraded("WebProxy has lost AltiServ")
    assert link.text(clock.now()) == "stale: WebProxy has lost AltiServ"
    assert link.is_trouble
    assert link.fresh == clock.now()


def test_what_was_said_of_the_last_trouble_is_forgotten_in_the_next(clock: FakeClock) -> None:
    link = Link(clock)
    link.refused("the password is wrong", detail="Unauthorized", setting="altigen.password")
    link.waiting(clock.now(), 5, "the address cannot be reached")
    assert (link.detail, link.setting) == ("", "")


def test_every_change_of_state_raises_the_version(clock: FakeClock) -> None:
    link = Link(clock)
    versions = [link.version]
    link.connecting("starting")
    versions.append(link.version)
    link.live(clock.now(), good_for=60)
    versions.append(link.version)
    link.degraded("")
    versions.append(link.version)
    link.waiting(clock.now(), 1, "")
    versions.append(link.version)
    link.refused("")
    versions.append(link.version)
    assert versions == sorted(set(versions))


def test_a_link_is_live_only_as_long_as_its_data_is_fresh(clock: FakeClock) -> None:
    """Nobody says anything more: what is read changes by itself."""
    link = Link(clock)
    link.live(clock.now(), "a remark", good_for=60)
    clock.advance(59.9)
    assert (link.is_live, link.is_trouble, link.reason) == (True, False, "a remark")
    clock.advance(0.1)
    assert (link.is_live, link.is_trouble, link.phase) == (False, True, Phase.DEGRADED)
    assert link.text(clock.now()) == "stale: no good answer within 60 s"
    link.live(clock.now(), good_for=60)
    assert link.text(clock.now()) == "live"


def test_data_is_as_old_as_it_is_and_not_as_old_as_its_news(clock: FakeClock) -> None:
    link = Link(clock)
    came = clock.now()
    clock.advance(50)
    link.live(came, good_for=60, overdue="no sign of life")
    assert link.is_live
    clock.advance(10)
    assert link.text(clock.now()) == "stale: no sign of life"
