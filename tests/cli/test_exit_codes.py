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


def bare_codes(path: Path) -> Iterator[int]:
    """The lines in which a number is returned, given to an exit, or kept as a constant."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Return(value=ast.IfExp(body=body, orelse=orelse)) if could_be_code(body) or could_be_code(orelse):
                yield node.lineno
            case ast.Return(value=value) if could_be_code(value):
                yield node.lineno
            case ast.Call(func=ast.Attribute(attr="exit") | ast.Name(id="exit"), args=[first, *_]) if could_be_code(
                first
            ):
                yield node.lineno
            case ast.BinOp(left=left) if isinstance(left, ast.Constant) and left.value == 128:
                yield node.lineno
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and could_be_code(statement.value):
            yield statement.lineno


@pytest.mark.parametrize("path", ENDING, ids=lambda path: path.name)
def test_no_command_has_an_exit_code_of_its_own(path: Path) -> None:
    assert list(bare_codes(path)) == []


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
