"""A story follows from its seed, is in order, and has in it what a morning has."""

from collections import Counter
from itertools import islice, pairwise, takewhile

import pytest

from tui.demo import names
from tui.demo.hostile import TEXTS
from tui.demo.scenario import BadScenario, read
from tui.demo.steps import (
    AccountExists,
    Broken,
    CallAnswered,
    CallBegins,
    CallEnds,
    CallRecorded,
    ChannelsDropped,
    ConnectionExplained,
    Moment,
    RemoteConnection,
)
from tui.demo.story import moments
from tui.demo.trouble import REFUSALS


def first_minutes(scenario: str, minutes: float) -> list[Moment]:
    return list(takewhile(lambda moment: moment.at <= minutes * 60, moments(read(scenario))))


def kinds(told: list[Moment]) -> Counter[type]:
    return Counter(type(moment.step) for moment in told)


@pytest.mark.parametrize("scenario", names())
def test_the_same_seed_tells_the_same_story_in_order(scenario: str) -> None:
    told = list(islice(moments(read(scenario)), 1500))
    assert told == list(islice(moments(read(scenario)), 1500))
    assert told == sorted(told, key=lambda moment: moment.at)


def test_a_morning_opens_with_calls_in_every_state_and_128_users() -> None:
    opening = [moment for moment in first_minutes("desk", 0.01) if moment.at == 0]
    begun = {moment.step.call for moment in opening if isinstance(moment.step, CallBegins)}
    answered = {moment.step.call for moment in opening if isinstance(moment.step, CallAnswered)}
    recorded = {moment.step.call for moment in opening if isinstance(moment.step, CallRecorded)}
    assert begun > answered >= recorded
    assert recorded
    users = {moment.step.username for moment in opening if isinstance(moment.step, AccountExists)}
    assert len(users) == 128
    assert all(user.rpartition("@")[2] in {"example.com", "example.org", "example.net"} for user in users)


def test_something_happens_within_two_seconds_and_then_every_few() -> None:
    times = [moment.at for moment in first_minutes("desk", 30) if moment.at > 0]
    assert times[0] < 2
    assert max(later - earlier for earlier, later in pairwise(times)) < 12


def test_some_calls_are_missed_and_none_goes_on_for_ever() -> None:
    told = [moment.step for moment in first_minutes("desk", 60)]
    begun = {step.call for step in told if isinstance(step, CallBegins)}
    answered = {step.call for step in told if isinstance(step, CallAnswered)}
    ended = {step.call for step in told if isinstance(step, CallEnds)}
    assert len(begun - ended) < 20
    assert 0.05 < len(ended - answered) / len(ended) < 0.4


def test_a_remote_connection_follows_a_call_of_the_same_customer() -> None:
    told = first_minutes("desk", 10)
    callers: set[object] = set()
    for moment in told:
        if moment.at == 0 and isinstance(moment.step, RemoteConnection):
            continue
        if isinstance(moment.step, CallBegins):
            callers |= {moment.step.info["callerName"], moment.step.info["calleeName"]}
        elif isinstance(moment.step, RemoteConnection):
            assert moment.step.fields["tuname"] in callers
    explained = [moment.step for moment in told if isinstance(moment.step, ConnectionExplained)]
    assert any(step.explanation for step in explained)
    assert any(not step.explanation for step in explained)


def test_a_busy_desk_has_fifty_events_a_second() -> None:
    told = [moment for moment in first_minutes("busy", 2) if moment.at > 0]
    assert 40 < len(told) / 120 < 60


def test_links_that_break_are_back_later() -> None:
    told = first_minutes("flapping", 30)
    broken = [moment.step for moment in told if isinstance(moment.step, Broken)]
    assert {(step.system, step.kind) for step in broken} >= {
        (system, kind) for system in ("altigen", "alpemix", "remotepc") for kind in ("down", "up")
    }
    assert kinds(told)[ChannelsDropped] > 5


def test_every_refusal_has_its_turn() -> None:
    told = first_minutes("refusing", len(REFUSALS) * 10 / 60 + 0.1)
    steps = [moment.step for moment in told]
    assert all(step in steps for refusal in REFUSALS for _, step in refusal)


def test_a_hostile_story_has_every_text_somewhere() -> None:
    told = repr([moment.step for moment in first_minutes("hostile", 5)])
    assert all(repr(text)[1:-1] in told for text in TEXTS)


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(BadScenario, match=r"no scenario 'dsk'.*desk"):
        read("dsk")
