"""A file of another user is refused with the way that works, and nothing stands in for it: they count in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.users import as_nobody, folder_for_everybody, only_root
from tui.archive.errors import Cause, StoreError
from tui.archive.sqlite.database import open_database
from tui.archive.sqlite.engine import SqliteEngine
from tui.models.clock import Clock

pytestmark = only_root


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_everybody() as folder:
        yield folder


async def refused(path: Path) -> StoreError:
    """Why another user cannot use it."""
    with as_nobody(), closing(SqliteEngine(path, Clock())) as archive:
        with pytest.raises(StoreError) as caught:
            await archive.read(lambda database: database.execute("SELECT 1").fetchone())
        assert archive.degraded_by is None
    return caught.value


@pytest.mark.parametrize("mode", [0o600, 0o660, 0o666], ids=oct)
async def test_another_users_file_is_refused_whatever_its_rights_and_nothing_stands_in_for_it(
    folder: Path, mode: int
) -> None:
    path = folder / "archive.sqlite"
    open_database(path).close()
    path.chmod(mode)
    error = await refused(path)
    assert error.cause is Cause.NOT_OURS
    assert "archive.url" in error.sentence
    assert not error.may_pass
    assert [each.name for each in folder.iterdir()] == ["archive.sqlite"]
    assert path.stat().st_mode & 0o777 == mode


async def test_a_file_in_a_folder_of_another_user_that_cannot_be_entered_may_be_one_that_they_use(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(0o700)
    path = closed / "below" / "archive.sqlite"
    open_database(path).close()
    assert (await refused(path)).cause is Cause.NOT_OURS


async def test_a_folder_of_our_own_that_cannot_be_entered_is_ours_to_mend(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "closed"
    closed.mkdir(0o000)
    with as_nobody() as user:
        pass
    os.chown(closed, user, -1)
    runtime = folder / "run"
    runtime.mkdir()
    os.chown(runtime, user, -1)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    with as_nobody(), closing(SqliteEngine(closed / "archive.sqlite", Clock())) as archive:
        await archive.read(lambda database: database.execute("SELECT 1").fetchone())
        assert archive.degraded_by is not None
        assert archive.degraded_by.cause is Cause.READ_ONLY


async def test_root_may_use_everybodys(folder: Path) -> None:
    path = folder / "archive.sqlite"
    open_database(path).close()
    os.chown(path, 65_534, -1)
    with closing(SqliteEngine(path, Clock())) as archive:
        await archive.read(lambda database: database.execute("SELECT 1").fetchone())
        assert archive.degraded_by is None
