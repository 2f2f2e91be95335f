"""Imports go down the house only, and what is not needed for a thing is not loaded for it."""

from __future__ import annotations

import pkgutil
import re
import shutil
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

import tui

ROOT = Path(tui.__file__).parents[1]

SCREEN = {"textual", "rich"}
WIRE = {"httpx", "websockets"}


def modules_of(*packages: str) -> list[str]:
    """The packages and every module in them."""
    found = list(packages)
    for package in packages:
        folder = ROOT.joinpath(*package.split("."))
        found += [info.name for info in pkgutil.walk_packages([str(folder)], f"{package}.")]
    return [name for name in found if not name.endswith("__main__")]


def loaded_by(*modules: str) -> set[str]:
    """The packages that are loaded after an import of these in a fresh interpreter."""
    lines = [*(f"import {module}" for module in modules), "import sys", "print(*filter(sys.modules.get, sys.modules))"]
    ran = subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in ran.stdout.split()}


def contracts(folder: Path, cache: Path) -> tuple[int, str]:
    """What the contracts of the house say of the program in a folder."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(ROOT / "pyproject.toml")]
    ran = subprocess.run([*command, "--cache-dir", str(cache)], cwd=folder, capture_output=True, text=True, check=False)
    return ran.returncode, ran.stdout + ran.stderr


def test_the_contracts_of_the_house_are_kept(tmp_path: Path) -> None:
    code, said = contracts(ROOT, tmp_path)
    assert code == 0, said


def test_who_reaches_past_the_port_of_the_archive_breaks_a_contract(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "tui", tmp_path / "tui", ignore=shutil.ignore_patterns("__pycache__"))
    for place, line in (
        ("desk/driver.py", "import sqlite3"),
        ("archive/driver.py", "import sqlite3"),
        ("services/engine.py", "from tui.archive.sqlite import SqliteStore"),
        ("archive/engine.py", "import tui.archive.sqlite.ledger"),
    ):
        (tmp_path / "tui" / place).write_text(f"{line}\n")
    code, said = contracts(tmp_path, tmp_path / "cache")
    assert code == 1, said
    assert [line for line in said.splitlines() if line.endswith(" BROKEN")] == [
        "only the SQLite engine knows sqlite3 BROKEN",
        "only the archive's constructor names an engine BROKEN",
    ]
    for importer in ("tui.desk.driver", "tui.archive.driver", "tui.services.engine", "tui.archive.engine"):
        assert importer in said


def test_no_files_import_each_other_in_a_circle_not_even_for_their_types() -> None:
    graph = grimp.build_graph("tui", exclude_type_checking_imports=False, cache_dir=None)
    imported = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {' imports '.join(reversed(error.args[1]))}")


@pytest.mark.parametrize("package", ["tui.models", "tui.config", "tui.archive", "tui.demo", "tui.services", "tui.desk"])
def test_the_engine_and_what_it_stands_on_run_without_a_screen(package: str) -> None:
    assert loaded_by(*modules_of(package)) & SCREEN == set()


@pytest.mark.parametrize(
    "module", ["tui.widgets.view", "tui.widgets.times", "tui.terminal.keymap", "tui.state", "tui.export", "tui.audit"]
)
def test_what_is_plain_data_runs_without_a_screen(module: str) -> None:
    assert loaded_by(module) & SCREEN == set()


def test_the_first_frame_does_not_wait_for_what_talks_to_the_systems() -> None:
    loaded = loaded_by("tui.app", "tui.dashboard")
    assert loaded & SCREEN == SCREEN
    assert loaded & (WIRE | {"sqlite3"}) == set()


def test_the_first_frame_of_a_demo_does_not_wait_for_the_simulators() -> None:
    assert loaded_by("tui.commands.demo", "tui.dashboard") & (WIRE | {"starlette", "uvicorn"}) == set()


def test_the_tests_of_the_port_of_the_archive_name_no_engine() -> None:
    files = list((ROOT / "tests" / "store").glob("*.py"))
    assert len(files) > 3
    assert not [file.name for file in files if re.search(r"sqlite3|tui\.archive\.sqlite", file.read_text("utf-8"))]


def test_the_engine_of_the_archive_is_loaded_when_it_is_chosen() -> None:
    assert "sqlite3" not in loaded_by("tui.archive", "tui.services.request_budget", "tui.desk.alpemix.feed")
    assert "sqlite3" in loaded_by("tui.archive.sqlite")


def test_the_command_line_answers_before_anything_large_is_loaded() -> None:
    assert loaded_by("tui.cli") & (SCREEN | WIRE | {"msgspec", "phonenumbers", "starlette", "uvicorn"}) == set()


def test_the_boards_need_nothing_that_talks_to_the_systems() -> None:
    assert loaded_by(*modules_of("tui.models")) & WIRE == set()
