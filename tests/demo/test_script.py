"""A script follows from its seed, is in order, and has in it what a morning has."""

from collections import Counter
from itertools import islice, pairwise, takewhile

import pytest

from tui.demo import names
from tui.demo.hostile import TEXTS
from tui.demo.scenario import BadScenario, read
from tui.demo.script import events
from tui.demo.steps import (
    AccountExists,
    Broken,
    CallAnswered,
    CallBegins,
    CallEnds,
    CallRecorded,
    ChannelsDropped,
    ConnectionExplained,
    Event,
    RemoteConnection,
)
from tui.demo.trouble import REFUSALS


def first_minutes(scenario: str, minutes: float) -> list[Event]:
    return list(takewhile(lambda event: event.at <= minutes * 60, events(read(scenario))))


def kinds(played: list[Event]) -> Counter[type]:
    return Counter(type(event.step) for event in played)


@pytest.mark.parametrize("scenario", names())
def test_the_same_seed_tells_the_same_story_in_order(scenario: str) -> None:
    played = list(islice(events(read(scenario)), 1500))
    assert played == list(islice(events(read(scenario)), 1500))
    assert played == sorted(played, key=lambda event: event.at)


def test_a_morning_opens_with_calls_in_every_state_and_128_users() -> None:
    opening = [event for event in first_minutes("desk", 0.01) if event.at == 0]
    begun = {event.step.call for event in opening if isinstance(event.step, CallBegins)}
    answered = {event.step.call for event in opening if isinstance(event.step, CallAnswered)}
    recorded = {event.step.call for event in opening if isinstance(event.step, CallRecorded)}
    assert begun > answered >= recorded
    assert recorded
    users = {event.step.username for event in opening if isinstance(event.step, AccountExists)}
    assert len(users) == 128
    assert all(user.rpartition("@")[2] in {"example.com", "example.org", "example.net"} for user in users)


def test_something_happens_within_two_seconds_and_then_every_few() -> None:
    times = [event.at for event in first_minutes("desk", 30) if event.at > 0]
    assert times[0] < 2
    assert max(later - earlier for earlier, later in pairwise(times)) < 12


def test_some_calls_are_missed_and_none_goes_on_for_ever() -> None:
    played = [event.step for event in first_minutes("desk", 60)]
    begun = {step.call for step in played if isinstance(step, CallBegins)}
    answered = {step.call for step in played if isinstance(step, CallAnswered)}
    ended = {step.call for step in played if isinstance(step, CallEnds)}
    assert len(begun - ended) < 20
    assert 0.05 < len(ended - answered) / len(ended) < 0.4


def test_a_remote_connection_follows_a_call_of_the_same_customer() -> None:
    played = first_minutes("desk", 10)
    callers: set[object] = set()
    for event in played:
        if event.at == 0 and isinstance(event.step, RemoteConnection):
            continue
        if isinstance(event.step, CallBegins):
            callers |= {event.step.info["callerName"], event.step.info["calleeName"]}
        elif isinstance(event.step, RemoteConnection):
            assert event.step.fields["tuname"] in callers
    explained = [event.step for event in played if isinstance(event.step, ConnectionExplained)]
    assert any(step.explanation for step in explained)
    assert any(not step.explanation for step in explained)


def test_a_busy_desk_has_fifty_events_a_second() -> None:
    played = [event for event in first_minutes("busy", 2) if event.at > 0]
    assert 40 < len(played) / 120 < 60


def test_links_that_break_are_back_later() -> None:
    played = first_minutes("flapping", 30)
    broken = [event.step for event in played if isinstance(event.step, Broken)]
    assert {(step.system, step.kind) for step in broken} >= {
        (system, kind) for system in ("altigen", "alpemix", "remotepc") for kind in ("down", "up")
    }
    assert kinds(played)[ChannelsDropped] > 5


def test_every_refusal_has_its_turn() -> None:
    played = first_minutes("refusing", len(REFUSALS) * 10 / 60 + 0.1)
    steps = [event.step for event in played]
    assert all(step in steps for refusal in REFUSALS for _, step in refusal)


def test_a_hostile_story_has_every_text_somewhere() -> None:
    played = repr([event.step for event in first_minutes("hostile", 5)])
    assert all(repr(text)[1:-1] in played for text in TEXTS)


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(BadScenario, match=r"no scenario 'dsk'.*desk"):
        read("dsk")
