"""The systems are listed in one place, and what is listed there is whole."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from msgspec.structs import fields

import tui
from tui.config import Settings
from tui.desk.systems import SYSTEMS, System
from tui.panes.pane import Pane
from tui.terminal.keymap import ACTIONS, BY_ID, PANES

ROOT = Path(tui.__file__).parent

NOT_LISTS = {"demo", "config/settings.py", "config/__init__.py"}
"""The simulators know nothing of the rest, and the settings name their sections."""

NAMES = {word: system.name for system in SYSTEMS for word in (system.name, system.counter.title)}


def named_in(source: str) -> set[str]:
    """The systems that a module names: in a text of its own, as an attribute, or as an argument."""
    words: set[object] = set()
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value):
                words.add(value)
            case ast.Attribute(attr=word) | ast.keyword(arg=word):
                words.add(word)
    return {name for word, name in NAMES.items() if word in words}


def test_nothing_but_the_list_names_two_systems() -> None:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not any(name == each or name.startswith(f"{each}/") for each in NOT_LISTS):
            found[name] = named_in(path.read_text("utf-8"))
    assert {name: systems for name, systems in found.items() if len(systems) > 1} == {}


@pytest.mark.parametrize(
    "source",
    [
        'SYSTEMS = ("altigen", "alpemix")',
        'NAMES = {"altigen": "AltiGen", "alpemix": "Alpemix"}',
        "off = not (settings.altigen or settings.remotepc)",
        "replace(settings, altigen=None, remotepc=None)",
        'match system:\n    case "alpemix": pass\n    case "remotepc": pass',
    ],
)
def test_however_systems_are_listed_it_is_seen(source: str) -> None:
    assert len(named_in(source)) == 2


def test_every_system_has_a_section_of_the_config() -> None:
    off = [each.name for each in fields(Settings) if each.default is None]
    assert [system.name for system in SYSTEMS] == off


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)
def test_a_system_has_a_pane_over_its_own_counter_and_keys_of_that_pane(system: System) -> None:
    module, _, name = system.pane.partition(":")
    pane = getattr(import_module(module), name)
    assert issubclass(pane, Pane)
    assert (system.scope, system.counter) == (pane.NAME, pane.COUNTER)
    assert system.scope in PANES
    assert {action.scope for action in system.actions} <= {system.scope}
    assert set(system.actions) <= set(ACTIONS)
    assert BY_ID[f"app.focus_{system.scope}"].keys == str(SYSTEMS.index(system) + 1)


def test_init_asks_for_what_no_system_can_do_without() -> None:
    for system in SYSTEMS:
        section = get_args(get_type_hints(Settings)[system.name])[0]
        needed = {each.name for each in fields(section) if each.required}
        assert needed <= set(system.counter.questions)
