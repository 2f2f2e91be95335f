"""`helpdeck completion`: what a shell completes is what the parser takes."""

from __future__ import annotations

import shutil
import subprocess
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck
from tui.command_line import parser_of
from tui.demo.scenario import names

SHELLS = ("bash", "zsh", "fish")

TYPED = """
source "$1"; shift
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
complete=$(complete -p helpdeck | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$complete helpdeck "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""
"""As bash completes the last of the words."""


def all_of(parser: ArgumentParser) -> Iterator[str]:
    """Every command and every long option."""
    for action in parser._actions:
        yield from (option for option in action.option_strings if option.startswith("--"))
        if isinstance(action, _SubParsersAction):
            for name, each in action.choices.items():
                yield name
                yield from all_of(each)


@pytest.mark.parametrize("shell", SHELLS)
async def test_every_command_and_option_of_the_parser_is_completed(helpdeck: Helpdeck, shell: str) -> None:
    ended = helpdeck("completion", shell)
    assert (ended.returncode, ended.stderr) == (0, "")
    known = {name.removeprefix("--") for name in all_of(parser_of())}
    assert {name for name in known if name not in ended.stdout} == set()


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if shutil.which(shell)])
def test_the_shell_takes_it(helpdeck: Helpdeck, tmp_path: Path, shell: str) -> None:
    script = tmp_path / "completion"
    script.write_text(helpdeck("completion", shell).stdout)
    checked = subprocess.run([shell, "-n", str(script)], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("bash"), reason="there is no bash here")
def test_bash_completes_what_can_be_typed_next(helpdeck: Helpdeck, tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(helpdeck("completion", "bash").stdout)

    def typed(*words: str) -> set[str]:
        command = ["bash", "-c", TYPED, "bash", str(script), "helpdeck", *words]
        ended = subprocess.run(command, capture_output=True, text=True, check=True, cwd=tmp_path)
        return set(ended.stdout.split())

    assert typed("ch") == {"check"}
    assert typed("archive", "b") == {"backup"}
    assert typed("export", "c") == {"connections", "calls"}
    assert typed("export", "calls", "--format", "") == {"csv", "json"}
    assert typed("demo", "--scenario", "") == set(names())
    assert typed("check", "--o") == {"--offline", "--origin"}
    (tmp_path / "desk.toml").touch()
    assert typed("--config", "de") == {"desk.toml"}


async def test_another_shell_is_refused(helpdeck: Helpdeck) -> None:
    ended = helpdeck("completion", "csh")
    assert (ended.returncode, ended.stdout) == (2, "")
