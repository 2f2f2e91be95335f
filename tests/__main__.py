"""All checks of the project, in the order in which they fail fastest: ``python -m tests``.

Further arguments go to pytest: ``python -m tests -k calls``.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]

CHECKS: Final = (
    ("format", ["ruff", "format", "--check", "."]),
    ("lint", ["ruff", "check", "."]),
    ("types", ["mypy"]),
)


def main(arguments: list[str]) -> int:
    """Run the checks until one fails; returns its exit code."""
    # The import directions are a test among the others: tests/house.
    checks = [*CHECKS, ("tests", ["pytest", "-n", "3", "--dist", "worksteal", *arguments])]
    for name, (module, *rest) in checks:
        begun = time.monotonic()
        print(f"== {name}: {module} {' '.join(rest)}", flush=True)
        code = subprocess.run([sys.executable, "-m", module, *rest], cwd=ROOT, check=False).returncode
        print(
            f"== {name}: {'fine' if code == 0 else f'exit code {code}'}, {time.monotonic() - begun:.0f} s", flush=True
        )
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
