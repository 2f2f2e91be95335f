"""No server, folder or shared memory is left behind, whatever ended the tests."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.postgres.server import PostgresServer
from tests.processes import family, runs
from tests.waiting import PATIENCE_SECONDS

FROZEN = """
from tests.postgres.server import PostgresServer
with PostgresServer() as server:
    server.freeze()
    print(server.folder, flush=True)
    input()
"""

BEING_MADE = """
from tests.postgres.keeper import Keeper
from tests.postgres.programs import programs
from tests.postgres.server import INITDB
keeper = Keeper()
keeper.start([str(programs(keeper.folder) / "initdb"), "-D", str(keeper.folder / "data"), *INITDB])
print(keeper.folder, flush=True)
input()
"""


def is_true_in_time(condition: Callable[[], object]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.002)
    return True


def works_in(process: Path, folder: Path) -> bool:
    """Whether a process, as /proc has it, is in this folder."""
    try:
        return str((process / "cwd").readlink()).startswith(str(folder))
    except OSError:
        return False


def shared_memory() -> set[str]:
    """The number of each segment of this machine."""
    return {line.split()[1] for line in Path("/proc/sysvipc/shm").read_text().splitlines()[1:]}


@pytest.mark.parametrize("script", [FROZEN, BEING_MADE], ids=["while it is frozen", "while it is made"])
def test_nothing_is_left_where_the_tests_are_killed(script: str) -> None:
    tests = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert tests.stdout is not None
    folder = Path(tests.stdout.readline().strip())
    below = list(family(tests.pid))
    assert below
    tests.kill()
    tests.communicate()
    assert is_true_in_time(lambda: not folder.exists())
    assert is_true_in_time(lambda: not any(map(runs, below)))


def test_a_process_is_ended_also_where_nobody_reads_that_it_was_started() -> None:
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres.keeper"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    folder = Path(json.loads(keeper.stdout.readline()))
    keeper.stdout.close()
    keeper.stdin.write(json.dumps(["sleep", "600"]) + "\n")
    keeper.stdin.close()
    keeper.wait()
    assert not folder.exists()
    assert not [each for each in Path("/proc").glob("[0-9]*") if works_in(each, folder)]


def test_nothing_is_left_where_it_was_killed_itself() -> None:
    with PostgresServer() as server:
        below = [server.pid, *family(server.pid)]
        segment = (server.folder / "data" / "postmaster.pid").read_text().splitlines()[6].split()[1]
        server.kill()
        assert segment in shared_memory()
    assert not server.folder.exists()
    assert not any(map(runs, below))
    assert segment not in shared_memory()
