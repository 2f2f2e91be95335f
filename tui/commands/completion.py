"""`helpdeck completion`: what a shell needs to complete a command line, made from the one parser."""

from __future__ import annotations

from argparse import Action, ArgumentParser, _SubParsersAction
from collections.abc import Iterator

import shtab

from tui.demo.scenario import names


def completion(parser: ArgumentParser, shell: str) -> str:
    """Give the script for a shell: bash, zsh or fish. The parser is of no use for anything else afterwards."""
    for action in _actions(parser):
        if action.metavar == "FILE":
            action.complete = shtab.FILE  # type: ignore[attr-defined]  # where the library looks for it
        elif action.dest == "scenario":
            action.choices = names()
    return shtab.complete(parser, shell)


def _actions(parser: ArgumentParser) -> Iterator[Action]:
    for action in parser._actions:  # noqa: SLF001 - the library has no other way through them
        yield action
        if isinstance(action, _SubParsersAction):
            for each in action.choices.values():
                yield from _actions(each)
