"""What the shell is told at the end stands in one place, and every text about it says the same."""

from __future__ import annotations

import ast
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import tui
from tests.cli.harness import Helpdeck
from tui import exit_codes
from tui.demo import __main__ as simulators

TUI = Path(tui.__file__).parent

ENDING = [TUI / "cli.py", TUI / "command_line.py", TUI / "dashboard.py", *sorted((TUI / "commands").glob("*.py"))]
"""The modules whose functions give exit codes."""

NAMED = {name: code for name, code in vars(exit_codes).items() if isinstance(code, int) and not isinstance(code, bool)}


def could_be_code(node: ast.AST | None) -> bool:
    """Whether this is a bare number that the shell could be given."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, int) or isinstance(node.value, bool):
        return False
    return node.value in NAMED.values() or 128 <= node.value < 256


def bare_codes(tree: ast.Module) -> Iterator[int]:
    """The lines in which a number is returned, or kept as a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Return):
            values = (node.value.body, node.value.orelse) if isinstance(node.value, ast.IfExp) else (node.value,)
            if any(map(could_be_code, values)):
                yield node.lineno
        if isinstance(node, ast.BinOp) and isinstance(node.left, ast.Constant) and node.left.value == 128:
            yield node.lineno
    yield from (each.lineno for each in tree.body if could_be_code(getattr(each, "value", None)))


def bare_exits(tree: ast.Module) -> Iterator[int]:
    """The lines in which the program is ended with a number."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="exit") | ast.Name(id="exit"), args=[code, *_]):
                if could_be_code(code):
                    yield node.lineno
            case ast.Assign(targets=[ast.Attribute(attr="_return_code")], value=code) if could_be_code(code):
                yield node.lineno


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", ENDING, ids=lambda path: path.name)
def test_no_command_has_an_exit_code_of_its_own(path: Path) -> None:
    assert list(bare_codes(parsed(path))) == []


def test_nothing_ends_the_program_with_a_bare_number() -> None:
    found = {path: list(bare_exits(parsed(path))) for path in sorted(TUI.rglob("*.py"))}
    assert {path.name: lines for path, lines in found.items() if lines} == {}


def test_the_simulators_which_know_nothing_of_the_rest_end_with_the_same_codes() -> None:
    own = {name: code for name, code in vars(simulators).items() if name in NAMED}
    assert own == {"FINE": 0, "FAILED": 1, "WRONG_USAGE": 2}
    assert own.items() <= NAMED.items()


def test_every_code_has_its_meaning() -> None:
    assert sorted(NAMED.values()) == sorted(exit_codes.MEANINGS)
    assert exit_codes.ended_by(signal.SIGTERM) == 143


def test_the_help_tells_every_code(helpdeck: Helpdeck) -> None:
    shown = " ".join(helpdeck("--help").stdout.split())
    for code, meaning in exit_codes.MEANINGS.items():
        assert f" {code} {meaning}" in shown
    assert f" 128 + n {exit_codes.BY_SIGNAL}" in shown


def test_the_readme_tells_every_code() -> None:
    (sentence,) = re.findall(r"Exit codes: (.*?)\.\n\n", (TUI.parent / "README.md").read_text("utf-8"), re.DOTALL)
    told = [f"{code} {meaning}" for code, meaning in exit_codes.MEANINGS.items()]
    assert " ".join(sentence.split()).split("; ") == [*told, f"128 + n {exit_codes.BY_SIGNAL}"]
