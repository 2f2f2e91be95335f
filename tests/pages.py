"""What the pages tell and the code knows better: the lists between two marks are made from it.

``python -m tests.pages`` writes them anew.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from typing import Final
from unittest import mock

from tests.tree import ROOT
from tui.command_line import asked_for
from tui.terminal.keymap import BY_ID, KeyMap

TUI: Final = ROOT / "tui"
HOUSE: Final = TUI / "README.md"
GLOSSARY: Final = TUI / "GLOSSARY.md"
CONTRIBUTING: Final = ROOT / "tests" / "README.md"
README: Final = ROOT / "README.md"

PAGES: Final = (README, HOUSE, GLOSSARY, CONTRIBUTING)


def rooms() -> str:
    """Every room with its first sentence, from the top of the house down."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(each for each in contracts if each["type"] == "layers")
    names = [name.strip() for layer in layers["layers"] for name in layer.split("|")]
    return _table(("room", "holds"), ((f"`{_place(name)}`", _purpose(name)) for name in [*names, "demo"]))


def commands() -> str:
    """What can be typed after `helpdeck`."""
    found = re.findall(r"^ {4}(\w+) +(.+)$", _help(), re.MULTILINE)
    rows = ((f"`helpdeck {name}`", what, f"`tui/commands/{name}.py`") for name, what in found)
    return _table(("command", "does", "where"), rows)


def exit_codes() -> str:
    """What the shell is told."""
    found = re.findall(r"^ {2}(\d+(?: \+ n)?) {2}(.+)$", _help(), re.MULTILINE)
    return _table(("exit code", "means"), ((f"`{code}`", meaning) for code, meaning in found))


def actions() -> str:
    """Every action with its keys, and the file whose method it is."""
    keys = KeyMap({})
    rows = (
        (
            f"`{action.id}`",
            " ".join(f"`{key}`" for key in keys.keys(action)),
            action.tip,
            _home(action.scope, action.method),
        )
        for action in BY_ID.values()
    )
    return _table(("id in `[keys]`", "keys", "does", "where"), rows)


LISTS: Final[dict[str, Callable[[], str]]] = {
    "rooms": rooms,
    "commands": commands,
    "exit codes": exit_codes,
    "actions": actions,
}


def with_lists(text: str) -> str:
    """The text of a page with its lists made anew."""
    for name, made in LISTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->\n"
        if begin in text:
            before, _, rest = text.partition(begin)
            text = before + begin + made() + "\n" + end + rest.partition(end)[2]
    return text


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ["---"] * len(heads), *rows))


def _place(name: str) -> str:
    return f"{name}.py" if (TUI / f"{name}.py").exists() else f"{name}/"


def _purpose(name: str) -> str:
    path = TUI / f"{name}.py"
    described = ast.get_docstring(ast.parse((path if path.exists() else TUI / name / "__init__.py").read_text("utf-8")))
    assert described is not None, f"{name} says nothing of itself"
    return " ".join(described.partition("\n\n")[0].split())


def _home(scope: str, method: str) -> str:
    """The file of a pane, a table or the app that has the method."""
    found = [
        str(path.relative_to(ROOT))
        for folder in (TUI / "panes", TUI / "widgets", TUI / "terminal", TUI)
        for path in sorted(folder.glob("*.py"))
        if re.search(rf"\baction_{method}\b", path.read_text("utf-8"))
    ]
    own = [path for path in found if path.endswith(f"/{scope}.py")]
    return ", ".join(f"`{path}`" for path in (own or found)[:1])


def _help() -> str:
    told = io.StringIO()
    with mock.patch.dict(os.environ, COLUMNS="200"), contextlib.redirect_stdout(told), contextlib.suppress(SystemExit):
        asked_for(["--help"])
    return told.getvalue()


def main() -> None:
    """Write the lists anew."""
    for page in PAGES:
        page.write_text(with_lists(page.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
