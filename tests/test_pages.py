"""The pages for whoever changes the program are true: their lists are made from it, and what they name is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.pages import CONTRIBUTING, GLOSSARY, HOUSE, PAGES, README, with_lists
from tests.tree import ROOT
from tui.terminal.keymap import BY_ID, KeyMap

WORDS: Final = frozenset(
    word
    for folder in ("tui", "tests")
    for path in (ROOT / folder).rglob("*.py")
    for word in re.findall(r"\w+", path.read_text("utf-8"))
)
"""Of all the code."""

NAME: Final = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def quoted(page: Path) -> list[str]:
    """What stands between backticks, outside of blocks."""
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return re.findall(r"`([^`\n]+)`", text)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_the_lists_are_those_of_the_program(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text == with_lists(text), "python -m tests.pages makes them anew"


@pytest.mark.parametrize("page", [HOUSE, GLOSSARY, CONTRIBUTING], ids=name_of)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    paths = [each for each in quoted(page) if re.fullmatch(r"[\w./-]+(/|\.py|\.toml|\.md)|\.ci/run", each)]
    paths += re.findall(r"tests/[\w/]+\.py", page.read_text("utf-8"))  # in the commands, too
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert paths
    assert [each for each in paths if not ((ROOT / each).exists() or (ROOT / "tui" / each).exists())] == []
    assert [each for each in links if not (page.parent / each).exists()] == []


@pytest.mark.parametrize("page", [HOUSE, GLOSSARY, CONTRIBUTING], ids=name_of)
def test_every_name_of_the_code_is_in_it(page: Path) -> None:
    names = [each.removesuffix("()") for each in quoted(page) if not each.endswith((".py", ".toml", ".md"))]
    parts = {part for each in names if NAME.fullmatch(each) for part in each.split(".")}
    assert parts - WORDS == set()


@pytest.mark.parametrize("page", [HOUSE, GLOSSARY, CONTRIBUTING], ids=name_of)
def test_the_readme_leads_to_it(page: Path) -> None:
    assert f"({name_of(page)})" in README.read_text("utf-8")


def test_the_readme_names_every_key() -> None:
    _, _, rest = README.read_text("utf-8").partition("## Keys")
    section = rest.partition("\n## ")[0].replace("page keys", "`pgup` `pgdn`").replace("arrows", "`up` `down`")
    for name in ("home", "end"):
        section = section.replace(f", {name}", f" `{name}`").replace(f" {name} |", f" `{name}` |")
    keys = {key for action in BY_ID.values() for key in KeyMap({}).keys(action)}
    assert {key for key in keys if f"`{key}`" not in section} == set()
