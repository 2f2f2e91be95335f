"""All checks of the project, in the order in which they fail fastest: ``python -m tests``.

Further arguments go to pytest, and then only this Python runs: ``python -m tests -k calls``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Final

from tests import pythons
from tests.tree import ROOT, changes, standing

SPELLED: Final = ("tui", "tests", "README.md", "CHANGELOG.md", "config.example.toml", "pyproject.toml")

CHECKS: Final = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("spelling", ["codespell_lib", *SPELLED]),
    ("types", ["mypy"]),
)

# The import directions are a test among the others: tests/test_imports.py.
TESTS: Final = ("pytest", "-n", "4", "--dist", "worksteal")

LONG: Final = (
    *("tests/benchmarks", "tests/desk/test_alone.py", "tests/postgres", "tests/pty", "tests/screen"),
    *("tests/archive/postgres", "tests/archive/test_backup.py", "tests/archive/test_move.py"),
    *("tests/archive/test_search.py", "tests/cli/test_archive.py", "tests/cli/test_collect.py"),
)
"""What takes longest and hangs least on the Python: it is run by the one that runs the checks."""


def main(arguments: list[str]) -> int:
    """Run the checks until one fails; returns its exit code. At the end the tree has to be as it was."""
    before = standing()
    for name, module in [*CHECKS, ("tests", [*TESTS, *arguments])]:
        if code := _checked(name, module):
            return code
    if not arguments:
        for version, python in pythons.others().items():
            name = f"tests on {'.'.join(map(str, version))}"
            with ExitStack() as stack:
                made = str(stack.enter_context(pythons.environment(python)))
                if code := _checked(name, [*TESTS, *(f"--ignore={folder}" for folder in LONG)], made):
                    return code
    return _timed("tree", "as it was", lambda: _left(before))


def _checked(name: str, module: Sequence[str], python: str = sys.executable) -> int:
    return _timed(
        name,
        " ".join(module),
        lambda: subprocess.run([python, "-m", *module], cwd=ROOT, check=False).returncode,
    )


def _timed(name: str, what: str, check: Callable[[], int]) -> int:
    begun = time.monotonic()
    print(f"== {name}: {what}", flush=True)
    code = check()
    print(f"== {name}: {'fine' if code == 0 else f'exit code {code}'}, {time.monotonic() - begun:.0f} s", flush=True)
    return code


def _left(before: dict[str, tuple[int, int]]) -> int:
    found = changes(before, standing())
    for change in found:
        print(f"{change}: a test writes into its own folder only", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
