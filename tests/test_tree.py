"""The folder of the repository holds what the design names, and running the tests leaves nothing in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tree import ROOT, changes, standing, strangers


def test_the_top_level_holds_only_what_the_design_names() -> None:
    assert strangers() == []


def test_whatever_else_stands_at_the_top_level_is_named(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.egg-info/\nbuild/\n")
    for name in ("helpdeck.egg-info", "build", "tui", ".ci", "buildings", "Tests"):
        (tmp_path / name).mkdir()
    for name in ("README.md", "readme.md", "helpdeck-users-20240822-090005.csv", "crash.txt", ".coverage"):
        (tmp_path / name).touch()
    assert strangers(tmp_path) == ["Tests", "buildings", "crash.txt", "helpdeck-users-20240822-090005.csv", "readme.md"]


def test_what_came_went_or_was_changed_is_said_however_deep_it_lies(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("__pycache__/\n")
    (tmp_path / "tests" / "__pycache__").mkdir(parents=True)
    for name in ("left", "gone", "tests/changed"):
        (tmp_path / name).write_text("as it was")
    before = standing(tmp_path)
    (tmp_path / "gone").unlink()
    (tmp_path / "tests" / "changed").write_text("otherwise")
    os.utime(tmp_path / "tests" / "changed", ns=(1, 1))
    (tmp_path / "tests" / "new.csv").touch()
    (tmp_path / "tests" / "__pycache__" / "test.pyc").touch()
    (tmp_path / "tests" / "link").symlink_to("nowhere")
    assert changes(before, standing(tmp_path)) == [
        "gone is gone",
        "tests/changed was changed",
        "tests/link is new",
        "tests/new.csv is new",
    ]


def test_a_test_begins_in_an_empty_folder_of_its_own(home: Path) -> None:
    assert Path.cwd() == home
    assert list(home.iterdir()) == []
    assert ROOT not in (home, *home.parents)


@pytest.mark.parametrize("name", ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"])
def test_what_a_test_starts_begins_there_too_and_finds_this_program(home: Path, name: str) -> None:
    code = f"import os, tui, tests; print(os.getcwd(), os.environ['{name}'], tui.__file__, sep='\\n')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    folder, variable, program = map(Path, ran.stdout.splitlines())
    assert folder == home
    assert home in (variable, *variable.parents)
    assert program == ROOT / "tui" / "__init__.py"


def test_what_a_test_starts_can_be_interrupted_also_where_the_tests_run_in_the_background() -> None:
    test = "'import signal, sys, tests.conftest, subprocess; subprocess.run([sys.executable, \"-c\", sys.argv[1]])'"
    told = "'import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)'"
    script = f"trap '' INT; exec '{sys.executable}' -c {test} {told}"
    ran = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("True\n", "")
