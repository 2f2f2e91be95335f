"""Where two processes would count apart, nothing is asked until a window has passed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tui.archive.budget import Limit, new_id
from tui.archive.errors import Cause, StoreError
from tui.archive.sql import ledger
from tui.archive.sqlite.database import open_database
from tui.archive.sqlite.engine import SqliteEngine
from tui.archive.sqlite.schema import VERSION
from tui.models.clock import Clock, Uptime

LIMIT = Limit("desk at example.com", "reports", 3, 60.0)

ANOTHER_PROCESS = """
import sys
from pathlib import Path
from tui.archive.sqlite.database import open_database
database = open_database(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@contextmanager
def used_by_another_process(path: Path) -> Iterator[None]:
    """Another process has the archive open."""
    command = [sys.executable, "-c", ANOTHER_PROCESS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"open\n"
        yield
        other.stdin.close()


def reserve_one(database: object) -> object:
    return ledger.reserve(database, LIMIT, Uptime("first", 1000.0), new_id())  # type: ignore[arg-type]


@pytest.mark.parametrize("suffixes", [("-wal",), ("-shm",), ("-wal", "-shm")], ids="".join)
async def test_files_that_are_removed_beside_the_open_archive_are_noticed_before_the_next_slot(
    tmp_path: Path, suffixes: tuple[str, ...]
) -> None:
    path = tmp_path / "archive.sqlite"
    reasons: list[str] = []
    with closing(SqliteEngine(path, Clock())) as archive:
        archive.on_first_open(lambda _, why: reasons.append(why))
        await archive.write(reserve_one)
        assert reasons == []
        for suffix in suffixes:
            path.with_name(path.name + suffix).unlink()
        await archive.write(reserve_one)
        assert len(reasons) == 1
        assert "were removed while this Helpdeck used it" in reasons[0]
        await archive.write(reserve_one)
        assert len(reasons) == 1


async def test_who_starts_beside_a_process_that_lost_its_log_does_not_trust_the_file(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    with used_by_another_process(path):
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink()
        reasons: list[str] = []
        with closing(SqliteEngine(path, Clock())) as archive:
            archive.on_first_open(lambda _, why: reasons.append(why))
            await archive.write(reserve_one)
    assert len(reasons) == 1
    assert "were removed while another Helpdeck used it" in reasons[0]


async def test_who_starts_beside_a_healthy_process_or_after_it_trusts_the_file(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    reasons: list[str] = []
    with used_by_another_process(path), closing(SqliteEngine(path, Clock())) as archive:
        archive.on_first_open(lambda _, why: reasons.append(why))
        await archive.write(reserve_one)
    with closing(SqliteEngine(path, Clock())) as archive:
        archive.on_first_open(lambda _, why: reasons.append(why))
        await archive.write(reserve_one)
    assert reasons == []


async def test_a_newer_helpdeck_that_upgrades_the_file_is_noticed_before_the_next_slot(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    with closing(SqliteEngine(path, Clock())) as archive:
        await archive.write(reserve_one)
        newer = open_database(path)
        newer.execute(f"PRAGMA user_version = {VERSION + 1}")
        newer.close()
        for step in (archive.write(reserve_one), archive.changed()):
            with pytest.raises(StoreError, match="newer Helpdeck") as caught:
                await step
            assert caught.value.cause is Cause.NEWER
        assert archive.degraded_by is None


STARTING = """
import asyncio, sys
from pathlib import Path
from contextlib import closing
from tui.archive.sqlite.engine import SqliteEngine

async def main() -> None:
    with closing(SqliteEngine(Path(sys.argv[1]), Clock())) as archive:
        archive.on_first_open(lambda _, why: print(why))
        await archive.changed()

sys.stdin.read(1)
asyncio.run(main())
"""


def test_processes_that_start_together_trust_the_file(tmp_path: Path) -> None:
    """Each of them may see another that has opened the file and not made its log yet."""
    for number in range(4):
        command = [sys.executable, "-c", STARTING, str(tmp_path / f"{number}.sqlite")]
        together = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(6)]
        for process in together:
            assert process.stdin is not None
            process.stdin.write(b"x")
            process.stdin.flush()
        assert [process.communicate()[0] for process in together] == [b""] * 6
