"""Keeps a process and its folder, and ends both when whoever asked for them is gone, in whatever way.

``python -m tests.postgres.keeper`` makes the folder and says its name. Then it reads a command on each line, starts it
there, never as root, and answers with the number of its process; all of it as JSON. When its input ends, it ends the
process that it started last, removes the folder, and ends itself.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.postgres.programs import as_account, new_folder
from tests.processes import family, runs, state_of
from tests.tree import ROOT

END_SECONDS: Final = 5.0
"""How long a server may take to end in order before it is killed."""

IPC_RMID: Final = 0


class Keeper:
    """A keeper, as who asked for it knows it."""

    def __init__(self) -> None:
        # In a session of its own: an interruption of the tests is none of the keeper.
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-m", "tests.postgres.keeper"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            start_new_session=True,
        )
        self.folder = Path(json.loads(self._answer()))

    def start(self, command: Sequence[str]) -> int:
        """Start a command, the one before having ended, and return the number of its process."""
        assert self._process.stdin is not None
        print(json.dumps(command), file=self._process.stdin, flush=True)
        return int(self._answer())

    def close(self) -> None:
        """End the process and remove the folder."""
        self._process.communicate()
        assert self._process.returncode == 0

    def _answer(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


def freeze(pid: int) -> list[int]:
    """Stop a process and those below it; returns all of them, the first one first."""
    os.kill(pid, signal.SIGSTOP)
    _wait(lambda: _stands(pid))  # from now on it makes no more
    stopped = [pid, *family(pid)]
    _send(stopped, signal.SIGSTOP)
    _wait(lambda: all(map(_stands, stopped)))
    return stopped


def thaw(pid: int) -> None:
    """Let a process and those below it go on."""
    _send([*family(pid), pid], signal.SIGCONT)


def kill(pid: int) -> None:
    """Kill a process and those below it."""
    killed = freeze(pid)
    _send(killed, signal.SIGKILL)
    _wait(lambda: not any(map(runs, killed[1:])))


def _main(folder: Path) -> None:
    # What ends all processes of a user at once ends this one last, and in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    try:
        # Whoever was killed no longer reads.
        with suppress(BrokenPipeError):
            _tell(str(folder))
            _serve(folder)
    finally:
        _remove_shared_memory(folder / "data" / "postmaster.pid")
        shutil.rmtree(folder)


def _serve(folder: Path) -> None:
    process: subprocess.Popen[bytes] | None = None
    try:
        for line in sys.stdin:
            if process is not None:
                process.wait()  # the next server on its data takes the rest of a killed one for a running one
            process = _started(json.loads(line), folder)
            _tell(process.pid)
    finally:
        if process is not None:
            _end(process)


def _tell(answer: str | int) -> None:
    print(json.dumps(answer), flush=True)


def _started(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=folder, env={"LC_ALL": "C"}, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **as_account()
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a server in order, frozen or not; what cannot be ended is killed."""
    if process.poll() is not None:
        return
    kept = freeze(process.pid)
    process.send_signal(signal.SIGQUIT)  # before it goes on, and makes another
    _send(kept, signal.SIGCONT)
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    _send([each for each in kept if runs(each)], signal.SIGKILL)
    process.wait()
    _wait(lambda: not any(map(runs, kept)))


def _remove_shared_memory(told: Path) -> None:
    """Remove what a killed server left to the next one on its folder: there is no next one."""
    with suppress(FileNotFoundError, IndexError):
        _, segment = told.read_text("utf-8").splitlines()[6].split()
        ctypes.CDLL(None).shmctl(int(segment), IPC_RMID, None)


def _stands(pid: int) -> bool:
    """Whether a process does nothing: it was stopped, or is gone."""
    with suppress(OSError):
        return state_of(pid) in "TZX"
    return True


def _send(processes: Sequence[int], number: signal.Signals) -> None:
    for each in processes:
        with suppress(ProcessLookupError):
            os.kill(each, number)


def _wait(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + END_SECONDS
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.002)


if __name__ == "__main__":
    _main(new_folder())
