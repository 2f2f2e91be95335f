"""The sloppy forms of answers: decided by a seed, as many as there are, and nothing but forms."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tui.demo import Simulation
from tui.demo.sloppiness import HABITS, Form, Habit, Sloppiness, new_id, reshaped
from tui.demo.sloppy_wire import Answer, sloppy_answer, sloppy_frames

EVENT = {
    "eventType": "CallEvent",
    "callHandle": 7,
    "callEventType": "ring",
    "direction": "in",
    "callInfo": {"callerID": ""},
}
LIST = {
    "status": "OK",
    "code": 200,
    "message": {"resellerUsersList": [{"username": "a@example.com", "isActive": True}]},
}


def with_habits(*habits: Habit, seed: int = 1) -> Form:
    form = Form(seed, "")
    form.habits = set(habits)
    return form


def written(seed: int) -> list[Any]:
    sloppiness = Sloppiness("remotepc", seed)
    strict = Answer(200, [], [json.dumps(LIST).encode()])
    answers = [sloppy_answer(sloppiness.form("answer"), "remotepc", strict) for _ in range(20)]
    return [*answers, *sloppy_frames(sloppiness, [EVENT] * 20), *(new_id(sloppiness.form("id")) for _ in range(20))]


def test_a_seed_gives_the_same_forms_every_time_and_another_seed_others() -> None:
    assert written(1) == written(1)
    assert written(1) != written(2)


def test_hardly_two_answers_have_the_same_form() -> None:
    answers = written(3)[:20]
    assert len({(answer.status, *answer.headers, *answer.pieces) for answer in answers}) > 15


def test_every_habit_shows_sooner_or_later() -> None:
    assert {habit for number in range(200) for habit in Form(1, f"{number}").habits} == set(HABITS)


def test_what_is_empty_may_be_left_out_and_nothing_else() -> None:
    for seed in range(100):
        shaped = reshaped(with_habits("missing fields", "nulls", seed=seed), EVENT)
        assert {key: value for key, value in shaped.items() if key != "callInfo"} == {
            key: value for key, value in EVENT.items() if key != "callInfo"
        }
        assert shaped.get("callInfo") in (None, {}, {"callerID": ""}, {"callerID": None})


@pytest.mark.parametrize("seed", range(5))
async def test_odd_answers_are_legal_http(seed: int) -> None:
    """httpx and h11 are strict about it; what they take is legal."""
    sloppy = Simulation("sloppy", opening=True, scripted=False, remotepc={"sloppiness": seed})
    async with sloppy as simulation, httpx.AsyncClient(trust_env=False) as http:
        remotepc = simulation.remotepc
        headers = {"Authorization": f"Bearer {remotepc.api_key}"}
        for _ in range(5):
            answer = await http.post(f"{remotepc.url}/list", json={}, headers=headers)
            assert answer.is_success
            assert len(answer.content) > 1_000


def test_a_session_may_have_an_id_of_any_look() -> None:
    ids = [new_id(with_habits("ids of every look", seed=seed)) for seed in range(50)]
    assert len(set(ids)) == len(ids)
    assert any(each.isdigit() for each in ids)
    assert any(each.startswith("(") for each in ids)
    assert any(each.endswith("=") for each in ids)
    assert not any("/" in each for each in ids), "no web server would take it within a path"
