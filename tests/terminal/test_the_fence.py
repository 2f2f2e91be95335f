"""Private names of Textual are touched in one file of the program and in one of the tests, and nowhere else.

Ruff's SLF001 finds those of another object. Here are found those that are imported, and those that a class of ours has
from one of Textual's: used on purpose, or hidden by a name of ours that happens to be the same.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from textual.events import Focus
from textual.widget import Widget

import tests
import tui
from tests import toolkit as fence_of_tests
from tui.terminal import toolkit, toolkit_palette, toolkit_text_area

FENCES = {
    Path(str(module.__file__)).resolve() for module in (toolkit, toolkit_palette, toolkit_text_area, fence_of_tests)
}

HOOKS = Path(__file__).with_name("test_hooks.py")

SOURCES = sorted(
    path for package in (tui, tests) for path in Path(package.__path__[0]).rglob("*.py") if path not in {*FENCES, HOOKS}
)

MODULES = [
    *(info.name for info in pkgutil.walk_packages(tui.__path__, "tui.") if not info.name.endswith("__main__")),
    *("tests.screen.terminal", "tests.screen.emulated_driver"),
]


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def imported(tree: ast.AST) -> Iterator[str]:
    """The names that are imported, each with its module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def source_of(kind: type) -> ast.ClassDef:
    (found,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(found, ast.ClassDef)
    return found


@cache
def defined(kind: type) -> set[str]:
    """The private names that a class has by itself, or gives its objects."""
    found = {node.attr for node in of_self(kind) if isinstance(node.ctx, ast.Store)}
    for node in source_of(kind).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(target.id for target in targets if isinstance(target, ast.Name))
    return set(filter(is_private, found))


def touched(kind: type) -> set[str]:
    """The private names that a class defines, or uses of its own objects."""
    return defined(kind) | {node.attr for node in of_self(kind) if is_private(node.attr)}


def leaning_of(kind: type) -> set[str]:
    """The private names of Textual's classes that a class of ours touches."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("textual")]
    return set().union(*(touched(kind) & defined(base) for base in bases))


def of_self(kind: type) -> Iterator[ast.Attribute]:
    """What is looked up in ``self`` and ``super()``."""
    for node in ast.walk(source_of(kind)):
        if isinstance(node, ast.Attribute):
            held = node.value.func if isinstance(node.value, ast.Call) else node.value
            if isinstance(held, ast.Name) and held.id in ("self", "super"):
                yield node


def classes() -> Iterator[type]:
    for name in MODULES:
        module = importlib.import_module(name)
        if Path(str(module.__file__)).resolve() not in FENCES:
            yield from (kind for kind in vars(module).values() if isinstance(kind, type) and kind.__module__ == name)


def test_no_private_module_or_name_of_textual_is_imported_outside_the_fence() -> None:
    found = {
        f"{path.name}: {name}"
        for path in SOURCES
        for name in imported(ast.parse(path.read_text("utf-8")))
        if name.startswith("textual.") and any(map(is_private, name.split(".")))
    }
    assert found == set()


def test_no_class_outside_the_fence_uses_or_hides_a_private_name_of_textual() -> None:
    found = {f"{kind.__module__}.{kind.__name__}": leaning for kind in classes() if (leaning := leaning_of(kind))}
    assert found == {}


class Uses(Widget):
    def above(self) -> object:
        return self._parent


class Overrides(Widget):
    def _on_focus(self, event: Focus) -> None: ...


class Hides(Widget):
    def __init__(self) -> None:
        super().__init__()
        self._name = ""


@pytest.mark.parametrize(("kind", "name"), [(Uses, "_parent"), (Overrides, "_on_focus"), (Hides, "_name")])
def test_a_private_name_is_found_however_it_is_used(kind: type, name: str) -> None:
    assert leaning_of(kind) == {name}


@pytest.mark.parametrize("package", ["services", "desk", "cli"])
def test_the_tests_that_may_look_into_our_own_parts_know_no_toolkit(package: str) -> None:
    folder = Path(tests.__path__[0]) / package
    found = {name for path in folder.rglob("*.py") for name in imported(ast.parse(path.read_text("utf-8")))}
    assert not any(name.partition(".")[0] == "textual" for name in found)
