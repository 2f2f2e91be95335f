"""How statements name their values: some Pythons from 3.12 on warn of numbered placeholders with a sequence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]

_NUMBERED = re.compile(r"\?\d+\b")


def numbered(source: str) -> list[str]:
    """The texts of a program that number a placeholder; a terminal's escape sequence is none."""
    texts = [each.value for each in ast.walk(ast.parse(source)) if isinstance(each, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and _NUMBERED.search(text) and "\x1b" not in text]


def test_values_are_bound_by_name_or_by_order_and_not_by_number() -> None:
    files = [*(ROOT / "tui").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    found = {str(file): numbered(file.read_text("utf-8")) for file in files}
    assert {file: texts for file, texts in found.items() if texts} == {}


def test_a_numbered_placeholder_is_found_in_every_kind_of_text() -> None:
    source = 'execute("UPDATE days" " SET rows = {0}", f"{x} = {0}", """id = {0}""", "\\x1b[{0}h")'.replace(
        "{0}", "?" + "1"
    )
    assert sorted(numbered(source)) == [each + "?" + "1" for each in (" = ", "UPDATE days SET rows = ", "id = ")]
