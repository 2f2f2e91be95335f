"""One table of actions: every key of the design does what it says, and no two want the same key."""

from __future__ import annotations

import string
from collections import Counter

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

from tui.app import HelpdeckApp
from tui.models.action import Action
from tui.panes.calls import CallsPane
from tui.panes.connections import ConnectionsPane
from tui.panes.pane import Pane
from tui.panes.users import UsersPane
from tui.terminal.keymap import ACTIONS, BY_ID, PANES, KeyMap, actions, problems
from tui.terminal.keys import sign
from tui.terminal.toolkit import key_of
from tui.widgets.table import Table

HANDLERS: dict[str, type[DOMNode]] = {
    "app": HelpdeckApp,
    "pane": Pane,
    "table": Table,
    "calls": CallsPane,
    "connections": ConnectionsPane,
    "users": UsersPane,
}


def here(pane: str) -> list[Action]:
    """The actions whose keys work in a pane."""
    return actions(pane, "pane", "table", "app")


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_every_action_has_a_key_words_and_somebody_who_does_it(action: Action) -> None:
    assert action.scope in HANDLERS
    assert all(action.keys.split(","))
    assert action.label
    assert action.tip
    assert callable(getattr(HANDLERS[action.scope], f"action_{action.method}", None))


@pytest.mark.parametrize("scope", ["app", "table", "pane", "calls", "users"])
def test_whoever_does_an_action_has_its_keys_bound(scope: str) -> None:
    bound = {binding.id for binding in HANDLERS[scope].BINDINGS if isinstance(binding, Binding)}
    assert {action.id for action in actions(scope)} <= bound


def test_no_two_actions_have_the_same_id() -> None:
    assert [id for id, times in Counter(action.id for action in ACTIONS).items() if times > 1] == []
    assert len(BY_ID) == len(ACTIONS)


@pytest.mark.parametrize("pane", PANES)
def test_no_two_actions_want_the_same_key_in_a_pane(pane: str) -> None:
    keys = Counter(key for action in here(pane) for key in KeyMap().keys(action))
    assert [key for key, times in keys.items() if times > 1] == []
    assert problems({}) == []


@pytest.mark.parametrize(
    ("key", "pane", "action"),
    [
        ("1", "users", "app.focus_calls"),
        ("2", "calls", "app.focus_connections"),
        ("3", "calls", "app.focus_users"),
        ("tab", "calls", "app.next_pane"),
        ("z", "calls", "app.zoom"),
        ("/", "calls", "pane.filter"),
        ("esc", "calls", "pane.clear"),
        ("<", "calls", "table.sort_left"),
        (">", "calls", "table.sort_right"),
        ("=", "calls", "table.invert"),
        ("enter", "calls", "pane.details"),
        ("j", "calls", "table.down"),
        ("k", "calls", "table.up"),
        ("g", "calls", "table.first"),
        ("G", "calls", "table.last"),
        ("down", "calls", "table.down"),
        ("up", "calls", "table.up"),
        ("pgdn", "calls", "table.page_down"),
        ("pgup", "calls", "table.page_up"),
        ("p", "calls", "pane.pause"),
        ("r", "calls", "pane.refresh"),
        ("?", "calls", "app.help"),
        (":", "calls", "app.palette"),
        ("ctrl+p", "calls", "app.palette"),
        ("c", "calls", "calls.place_call"),
        ("x", "calls", "calls.hang_up"),
        ("o", "calls", "calls.record"),
        ("m", "calls", "calls.mute"),
        ("a", "users", "users.add"),
        ("i", "users", "users.invite"),
        ("l", "users", "users.sign_in"),
        ("y", "calls", "pane.copy"),
        ("E", "calls", "pane.export"),
        ("q", "calls", "app.quit"),
        ("ctrl+c", "calls", "app.interrupt"),
    ],
)
def test_every_key_of_the_design_does_what_the_design_says(key: str, pane: str, action: str) -> None:
    assert [each.id for each in here(pane) if key in KeyMap().keys(each)] == [action]


def test_what_changes_something_in_a_system_is_known_for_it() -> None:
    assert {action.id for action in ACTIONS if action.changes} == {
        "calls.place_call",
        "calls.hang_up",
        "calls.record",
        "calls.mute",
        "connections.place_call",
        "users.add",
        "users.invite",
        "users.sign_in",
    }


def test_what_concerns_the_terminal_goes_before_what_a_field_does_with_a_key() -> None:
    assert {action.id for action in ACTIONS if action.priority} == {
        "app.interrupt",
        "app.suspend_process",
        "app.redraw",
    }


# What the person changes of it.


def test_a_key_of_the_config_takes_the_place_of_the_default() -> None:
    keys = KeyMap({"calls.hang_up": " f8 , / "})
    assert keys.keys(BY_ID["calls.hang_up"]) == ["f8", "/"]
    assert keys.shown(BY_ID["calls.hang_up"]) == "f8"
    assert keys.overrides == {"calls.hang_up": "f8,slash"}
    assert keys.keys(BY_ID["calls.record"]) == ["o"]


@pytest.mark.parametrize("character", sorted(set(string.punctuation) - {","}))
def test_a_sign_may_be_written_as_itself_or_by_its_name(character: str) -> None:
    name = key_of(character)
    assert sign(name) == character
    assert KeyMap({"calls.hang_up": character}).overrides == {"calls.hang_up": name}


def test_keys_that_are_free_are_no_problem() -> None:
    assert problems({"calls.hang_up": "f8", "users.add": "x,f8"}) == []


def test_two_actions_may_exchange_their_keys() -> None:
    assert problems({"calls.hang_up": "o", "calls.record": "x"}) == []


def test_an_unknown_action_is_named_with_the_nearest_known() -> None:
    assert problems({"calls.hangup": "x"}) == [
        ("calls.hangup", "there is no action of this name; did you mean calls.hang_up?")
    ]
    assert problems({"zzz": "x"}) == [("zzz", "there is no action of this name")]


@pytest.mark.parametrize("keys", ["", " ", "x,", ",f8"])
def test_an_action_without_a_key_is_a_problem(keys: str) -> None:
    assert problems({"calls.hang_up": keys}) == [("calls.hang_up", "an action needs a key")]


def test_no_key_at_all_is_no_clash() -> None:
    found = problems({"calls.hang_up": "", "calls.mute": ""})
    assert found == [("calls.hang_up", "an action needs a key"), ("calls.mute", "an action needs a key")]


@pytest.mark.parametrize(
    ("overrides", "found"),
    [
        ({"calls.place_call": "x"}, [("calls.place_call", "x is the key of calls.hang_up already")]),
        ({"calls.hang_up": "?"}, [("calls.hang_up", "? is the key of app.help already")]),
        ({"calls.hang_up": "question_mark"}, [("calls.hang_up", "? is the key of app.help already")]),
        ({"app.zoom": "x"}, [("app.zoom", "x is the key of calls.hang_up already")]),
        ({"users.add": "f8", "users.invite": "f8"}, [("users.invite", "f8 is the key of users.add already")]),
        ({"users.add": ".", "users.invite": "full_stop"}, [("users.invite", ". is the key of users.add already")]),
        ({"calls.mute": "ctrl+c"}, [("calls.mute", "ctrl+c is the key of app.interrupt already")]),
    ],
)
def test_keys_that_clash_are_said_of_what_the_person_has_written(
    overrides: dict[str, str], found: list[tuple[str, str]]
) -> None:
    assert problems(overrides) == found


def test_a_key_of_one_pane_may_be_used_in_another() -> None:
    assert problems({"users.add": "c"}) == []
