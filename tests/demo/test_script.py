"""A script follows from its seed, is in order, and has in it what a morning has."""

from collections import Counter
from itertools import islice, pairwise, takewhile
from pathlib import Path

import pytest

from tui.demo import Simulation, names
from tui.demo.hostile import TEXTS
from tui.demo.outages import REFUSALS
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


def first_minutes(scenario: str, minutes: float) -> list[Event]:
    return list(takewhile(lambda event: event.at <= minutes * 60, events(read(scenario))))


def kinds(played: list[Event]) -> Counter[type]:
    return Counter(type(event.step) for event in played)


@pytest.mark.parametrize("scenario", names())
def test_the_same_seed_tells_the_same_script_in_order(scenario: str) -> None:
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


def test_a_hostile_script_has_every_text_somewhere() -> None:
    played = repr([event.step for event in first_minutes("hostile", 5)])
    assert all(repr(text)[1:-1] in played for text in TEXTS)


def test_an_unknown_scenario_is_named_with_those_there_are() -> None:
    with pytest.raises(BadScenario, match=r"no scenario 'dsk'.*desk"):
        read("dsk")


@pytest.mark.parametrize("parameter", ["calls_most", "calls_per_minute"])
def test_where_no_call_may_begin_those_of_the_start_go_on_and_end(tmp_path: Path, parameter: str) -> None:
    written = tmp_path / "quiet.toml"
    written.write_text(f"[plot]\n{parameter} = 0\n")
    steps = [event.step for event in events(read(written))]
    begun = [step.call for step in steps if isinstance(step, CallBegins)]
    ended = [step.call for step in steps if isinstance(step, CallEnds)]
    assert len(begun) == 5
    assert sorted(ended) == begun


def test_calls_that_end_at_once_make_room_for_others(tmp_path: Path) -> None:
    written = tmp_path / "short.toml"
    written.write_text("[plot]\ntalk_seconds = 0\ncalls_going = 5\ncalls_most = 1\n")
    assert any(event.at > 60 for event in islice(events(read(written)), 1500))


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense = 3",
        'name = "x"',
        "parameters = {}",
        "plot = 3",
        "altigen = 3",
        'seed = "x"',
        "[plot]\nnonsense = 3",
        '[plot]\ncalls_per_minute = "x"',
        "[plot]\ncalls_per_minute = -1",
        "[plot]\ncalls_per_minute = inf",
        "[plot]\ncalls_per_minute = nan",
        "[",
        b"about = '\xff'",
    ],
)
def test_a_scenario_that_says_something_unknown_is_told_with_its_file(tmp_path: Path, wrong: str | bytes) -> None:
    written = tmp_path / "wrong.toml"
    written.write_bytes(wrong if isinstance(wrong, bytes) else wrong.encode())
    with pytest.raises(BadScenario, match=r"wrong\.toml: "):
        read(written)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("[altigen]\nlicenses = 1", r"\[altigen\]: unknown keys: licenses"),
        ('[alpemix]\ntimezone = "Nowhere"', r"\[alpemix\]: .*Nowhere"),
        ('[altigen]\nrecord_path = "/x"', r"\[altigen\]: record_path '/x'"),
    ],
)
async def test_a_section_that_a_system_does_not_take_is_told(tmp_path: Path, wrong: str, said: str) -> None:
    written = tmp_path / "wrong.toml"
    written.write_text(wrong)
    with pytest.raises(BadScenario, match=said):
        async with Simulation(written):
            pass
