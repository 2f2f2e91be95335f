"""What the system says of processes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def is_there(pid: int) -> bool:
    """Whether there is such a process."""
    return Path(f"/proc/{pid}").exists()


def runs(pid: int) -> bool:
    """Whether there is such a process that has not ended; one that has may still wait for its parent."""
    try:
        return state_of(pid) not in "ZX"
    except OSError:
        return False


def family(pid: int) -> Iterator[int]:
    """The processes below this one that are there now."""
    for each in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(_statistics(int(each.name))[1]) == pid:
                yield int(each.name)
                yield from family(int(each.name))


def processor_seconds(pid: int) -> float:
    """What a process has computed so far."""
    user, system = _statistics(pid)[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def resident_bytes(pid: int) -> int:
    """How much memory a process holds."""
    return int(_statistics(pid)[21]) * os.sysconf("SC_PAGE_SIZE")


def state_of(pid: int) -> str:
    """What a process does, as a letter: R runs, S sleeps, T was stopped."""
    return _statistics(pid)[0]


def _statistics(pid: int) -> list[str]:
    """The fields of /proc/pid/stat from the state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
