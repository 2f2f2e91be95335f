"""`helpdeck keys`: every action with its id, its keys as the config has them, and what it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from tui.commands.conversation import Say
from tui.terminal.keymap import ACTIONS, KeyMap

HEADS: Final = ("id in [keys]", "keys", "does")

_Row = tuple[str, Sequence[str], str]


def tell_keys(overrides: Mapping[str, str], form: str, say: Say) -> None:
    """Say them all. ``overrides``: ``[keys]`` of the config; ``form``: one of :data:`FORMATS`."""
    keys = KeyMap(dict(overrides))
    for line in FORMATS[form]([(action.id, keys.keys(action), action.tip) for action in ACTIONS]):
        say(line)


def _text(rows: Sequence[_Row]) -> list[str]:
    lines = [HEADS, *((id, " ".join(keys), tip) for id, keys, tip in rows)]
    ids, keys = (max(len(line[place]) for line in lines) for place in (0, 1))
    return [f"{line[0]:<{ids}}  {line[1]:<{keys}}  {line[2]}" for line in lines]


def _markdown(rows: Sequence[_Row]) -> list[str]:
    lines = [HEADS, ("---",) * len(HEADS)]
    lines += [(_code(id), " ".join(map(_code, keys)), tip.replace("|", "\\|")) for id, keys, tip in rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _code(text: str) -> str:
    """A text as Markdown shows it letter by letter."""
    marks = "``" if "`" in text else "`"
    return f"{marks} {text} {marks}" if marks == "``" else f"{marks}{text.replace('|', chr(92) + '|')}{marks}"


FORMATS: Final[Mapping[str, Callable[[Sequence[_Row]], list[str]]]] = {"text": _text, "markdown": _markdown}
