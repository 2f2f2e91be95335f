"""A program that somebody has named runs for as long as it is given, and ends with all that it has started."""

from __future__ import annotations

import os
import resource
import threading
import time
from pathlib import Path

import pytest

from tests.processes import runs
from tui.programs import Program

PATIENCE = 30.0

FOREVER = "while :; do sleep 60; done"


def run(script: str, seconds: float = PATIENCE, given: bytes | None = None) -> tuple[int, bytes]:
    printed = bytearray()
    program = Program(["/bin/sh", "-c", script], hears_errors=True)
    return program.run(seconds, printed.extend, given), bytes(printed)


def until_gone(pid: int) -> None:
    until = time.monotonic() + PATIENCE
    while runs(pid):
        assert time.monotonic() < until, f"{pid} still runs"
        time.sleep(0.005)


def until_written(path: Path) -> list[int]:
    until = time.monotonic() + PATIENCE
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < until, f"nothing was written into {path}"
        time.sleep(0.005)
    return [int(pid) for pid in path.read_text().split()]


def test_it_is_given_its_input_and_what_it_prints_and_complains_of_is_read() -> None:
    assert run("cat; echo over; echo trouble >&2; exit 3", given=b"a call\n") == (3, b"a call\nover\ntrouble\n")


def test_its_arguments_are_what_they_are_and_no_shell_reads_them() -> None:
    printed = bytearray()
    assert Program(["/bin/echo", "$HOME; --help", "`id`"]).run(PATIENCE, printed.extend) == 0
    assert printed == b"$HOME; --help `id`\n"


def test_who_gives_it_nothing_gives_it_an_empty_input() -> None:
    assert run("cat") == (0, b"")


@pytest.mark.parametrize("script", ["exec <&-; sleep 0.05", "head -c 1 >/dev/null", "true"])
def test_one_that_does_not_read_its_input_to_the_end_ends_as_it_wants(script: str) -> None:
    assert run(script, given=b"x" * 1_000_000)[0] == 0


def test_one_that_reads_and_prints_much_is_not_stuck_on_either() -> None:
    code, printed = run("cat", given=b"x" * 1_000_000)
    assert (code, len(printed)) == (0, 1_000_000)


def test_a_signal_is_told_as_one() -> None:
    assert run("kill -SEGV $$")[0] == -11


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("missing", FileNotFoundError),
        ("plain", PermissionError),
        ("folder", PermissionError),
        ("pipe", PermissionError),
    ],
)
def test_one_that_cannot_be_started_raises(name: str, error: type[OSError], tmp_path: Path) -> None:
    (tmp_path / "plain").touch(0o600)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe", 0o700)
    with pytest.raises(error):
        Program([str(tmp_path / name)]).run(PATIENCE, bytearray().extend)


def test_one_that_does_not_end_is_killed_with_all_it_has_started(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    script = f"trap '' TERM HUP INT; {FOREVER} & echo $$ $! > {path}; {FOREVER}"
    seconds = 0.1
    while not path.exists():  # a busy machine may not have come to it
        seconds *= 2
        with pytest.raises(TimeoutError):
            run(script, seconds)
    for pid in until_written(path):
        until_gone(pid)


def test_one_that_closes_its_output_and_goes_on_is_killed_too() -> None:
    with pytest.raises(TimeoutError):
        run("exec >&- 2>&- <&-; sleep 60", 0.2)


def test_what_one_leaves_behind_ends_with_it_and_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    began = time.monotonic()
    assert run(f"({FOREVER}) & echo $! > {path}; echo started") == (0, b"started\n")
    assert time.monotonic() - began < PATIENCE / 2
    until_gone(*until_written(path))


def test_however_much_one_prints_it_costs_no_memory() -> None:
    sizes: list[int] = []

    def keep(piece: bytes) -> None:
        sizes.append(len(piece))

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert Program(["/bin/sh", "-c", "yes x | head -c 100000000"]).run(PATIENCE, keep) == 0
    assert sum(sizes) == 100_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 10_000, "kilobytes"


def test_one_that_prints_without_end_is_killed() -> None:
    with pytest.raises(TimeoutError):
        Program(["yes"]).run(0.1, bytearray().extend)


def test_it_can_be_killed_from_another_thread_and_nothing_of_it_is_left(tmp_path: Path) -> None:
    path = tmp_path / "pids"
    program = Program(["/bin/sh", "-c", f"{FOREVER} & echo $$ $! > {path}; wait"])
    codes: list[int] = []
    running = threading.Thread(target=lambda: codes.append(program.run(PATIENCE, bytearray().extend)))
    running.start()
    pids = until_written(path)
    program.kill()
    running.join(PATIENCE)
    assert codes == [-9]
    for pid in pids:
        until_gone(pid)


def test_one_that_was_killed_before_it_began_ends_at_once() -> None:
    program = Program(["sleep", "60"])
    program.kill()
    assert program.run(PATIENCE, bytearray().extend) == -9


def test_no_pipe_of_it_stays_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    run("echo x; exit 1", given=b"x")
    with pytest.raises(TimeoutError):
        run("sleep 60", 0.05, given=b"x")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
