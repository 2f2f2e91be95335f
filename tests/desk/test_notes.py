"""A note is kept once it was accepted: whoever is away, and whatever is killed."""

from __future__ import annotations

import asyncio
import json
import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.desk.harness import running
from tests.postgres.server import PostgresServer
from tests.store.test_notes import CALL, USER
from tests.waiting import until
from tui.archive import open_store
from tui.archive.sqlite.database import open_database
from tui.audit import AUDIT_FILE
from tui.config import ArchiveSettings, Settings, UISettings
from tui.desk import Desk
from tui.desk.notes import AGAIN_SECONDS, PAGES_MOST, TOGETHER_SECONDS
from tui.models.notes import NOTE_MOST, about_user
from tui.services.errors import Rejected
from tui.state import state_folder

KEPT = "the note is kept"

WRITING = """
import asyncio, sys
from tests.store.test_notes import CALL
from tui.config import ArchiveSettings, Settings
from tui.desk import Desk
from tui.state import state_folder

async def write() -> None:
    desk = Desk(Settings(), state_folder=state_folder(), archive=ArchiveSettings(path=sys.argv[1]))
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.run())
        for number in range(10_000):
            print(number, flush=True)
            await desk.notes.add(CALL, f"note {number}", "a call")

asyncio.run(write())
"""


@pytest.fixture
def archive(tmp_path: Path) -> ArchiveSettings:
    return ArchiveSettings(path=str(tmp_path / "archive.sqlite"))


@asynccontextmanager
async def desk_of(archive: ArchiveSettings | None, clock: FakeClock | None = None) -> AsyncIterator[Desk]:
    """A desk without a system: notes need none."""
    async with running(Settings(), clock or FakeClock(), archive=archive) as desk:
        yield desk


async def stored(archive: ArchiveSettings) -> list[str]:
    async with open_store(archive, to_read=True) as store:
        return [note.text for note in await store.notes_of(CALL)]


def waiting() -> list[Path]:
    return sorted(state_folder().glob("notes-*.jsonl"))


async def test_a_note_has_its_author_host_and_time_and_clean_text(archive: ArchiveSettings) -> None:
    async with desk_of(archive) as desk:
        await until(lambda: desk.notes.has_notes(CALL) is False)
        assert await desk.notes.add(CALL, "\n\x1b[31mtwo\r\nlines ", "a call") == KEPT
        (note,) = (await desk.notes.notes_of(CALL)).notes
        assert note.text == "␛[31mtwo\nlines"
        assert note.at == desk.clock.now().at.timestamp()
        assert (note.author, note.host) == (pwd.getpwuid(os.getuid()).pw_name, socket.gethostname())
        assert desk.notes.has_notes(CALL)
        assert waiting() == []


@pytest.mark.parametrize(
    ("written", "said"), [(" \n", "nothing is written"), ("x" * 1_000_000, f"at most {NOTE_MOST:,} characters")]
)
async def test_what_can_be_no_note_is_refused_with_the_reason(
    archive: ArchiveSettings, written: str, said: str
) -> None:
    async with desk_of(archive) as desk:
        with pytest.raises(Rejected, match=said):
            await desk.notes.add(CALL, written, "a call")
        assert (await desk.notes.notes_of(CALL)).notes == []


async def test_a_note_is_audited_but_not_its_text(archive: ArchiveSettings) -> None:
    async with desk_of(archive) as desk:
        await desk.notes.add(CALL, "confidential", "call of 09:00:00, 0212 555 01 99")
    lines = [json.loads(line) for line in (state_folder() / AUDIT_FILE).read_bytes().splitlines()]
    assert [(line["what"], line["on"], line["result"]) for line in lines] == [
        ("write note", "call of 09:00:00, 0212 555 01 99", result) for result in ("asked", "done")
    ]


async def test_without_a_state_folder_or_an_archive_of_its_own_notes_are_kept_while_it_runs() -> None:
    desk = Desk(Settings(), clock=FakeClock())
    with pytest.raises(Rejected, match="not open yet"):
        await desk.notes.add(CALL, "too early", "a call")
    async with asyncio.TaskGroup() as group:
        engine = group.create_task(desk.run())
        await asyncio.sleep(0)
        assert await desk.notes.add(CALL, "kept", "a call") == KEPT
        assert [note.text for note in (await desk.notes.notes_of(CALL)).notes] == ["kept"]
        engine.cancel()


async def test_a_note_is_written_in_read_only_mode_too(archive: ArchiveSettings) -> None:
    async with running(Settings(ui=UISettings(readonly=True)), FakeClock(), archive=archive) as desk:
        assert await desk.notes.add(CALL, "kept", "a call") == KEPT


async def test_what_another_has_noted_is_marked_when_it_is_stored(archive: ArchiveSettings) -> None:
    async with desk_of(archive) as ours, desk_of(archive) as theirs:
        await until(lambda: not ours.notes.has_notes(CALL) and ours.notes.version)  # it was looked up
        await theirs.notes.add(CALL, "theirs", "a call")

        def is_marked() -> bool:
            ours.clock.advance(0.5)  # type: ignore[attr-defined]
            return ours.notes.has_notes(CALL)

        await until(is_marked)
        assert [note.text for note in (await ours.notes.notes_of(CALL)).notes] == ["theirs"]


async def test_only_what_is_looked_at_is_read_again(archive: ArchiveSettings) -> None:
    async with desk_of(archive) as desk:
        for number in range(3 * PAGES_MOST):
            desk.notes.has_notes(about_user(f"account {number}", "anna"))
        assert len(desk.notes._noted) == PAGES_MOST


async def lock(archive: ArchiveSettings) -> None:
    """Make it, so that only its rows are missing."""
    async with open_store(archive) as store:
        await store.days("any")


async def test_while_the_archive_is_locked_a_note_waits_and_is_delivered_once(
    archive: ArchiveSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.archive.sqlite.engine.BUSY_SECONDS", 0.05)
    await lock(archive)
    clock = FakeClock()
    other = open_database(Path(archive.path))
    try:
        other.execute("BEGIN IMMEDIATE")
        async with desk_of(archive, clock) as desk:
            said = await desk.notes.add(CALL, "one", "a call")
            assert said.startswith("the note waits on this machine until it can be stored: The archive is locked")
            clock.advance(1.0)
            await desk.notes.add(CALL, "two", "a call")
            found = (await desk.notes.notes_of(CALL)).notes
            assert [(note.text, desk.notes.is_waiting(note)) for note in found] == [("one", True), ("two", True)]
            assert desk.notes.has_notes(CALL)
            assert len(waiting()) == 1
            assert await stored(archive) == []
            other.execute("ROLLBACK")

            def is_delivered() -> bool:
                clock.advance(AGAIN_SECONDS)
                return not any(map(desk.notes.is_waiting, found))

            await until(is_delivered)
            assert await stored(archive) == ["one", "two"]
            found = (await desk.notes.notes_of(CALL)).notes
            assert [desk.notes.is_waiting(note) for note in found] == [False, False]
    finally:
        other.close()


async def test_a_note_that_waited_when_the_program_ended_is_delivered_by_the_next_but_to_its_own_archive(
    archive: ArchiveSettings, tmp_path: Path
) -> None:
    desk = Desk(Settings(), clock=FakeClock(), state_folder=state_folder(), archive=archive)
    await desk.notes.add(CALL, "left", "a call")
    desk.notes._spool.close()  # as the end of a process does
    async with desk_of(ArchiveSettings(path=str(tmp_path / "another.sqlite"))) as other:
        assert (await other.notes.notes_of(CALL)).notes == []
        await other.notes.add(USER, "elsewhere", "a user")
    assert len(waiting()) == 1
    async with desk_of(archive):
        await until(lambda: waiting() == [])
    assert await stored(archive) == ["left"]


async def test_what_one_that_died_has_left_is_delivered_by_another_that_runs(archive: ArchiveSettings) -> None:
    async with desk_of(archive) as desk:
        dead = Desk(Settings(), clock=FakeClock(), state_folder=state_folder(), archive=archive)
        await dead.notes.add(CALL, "left", "a call")
        dead.notes._spool.close()  # as the end of a process does
        desk.clock.advance(1.0)  # type: ignore[attr-defined]
        await desk.notes.add(CALL, "mine", "a call")
        assert [note.text for note in (await desk.notes.notes_of(CALL)).notes] == ["left", "mine"]
        assert waiting() == []


async def test_a_fallback_is_no_place_for_a_note(archive: ArchiveSettings) -> None:
    Path(archive.path).write_bytes(b"this is no database" * 1_000)
    async with desk_of(archive) as desk:
        said = await desk.notes.add(CALL, "one", "a call")
        assert said.startswith("the note waits on this machine until it can be stored: The archive is damaged")
        assert [note.text for note in (await desk.notes.notes_of(CALL)).notes] == ["one"]
    assert len(waiting()) == 1


async def test_where_it_can_neither_wait_nor_be_stored_the_person_is_told(
    archive: ArchiveSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with desk_of(archive) as desk:
        monkeypatch.setattr("tui.spool.SPOOL_MOST", 10)
        assert await desk.notes.add(CALL, "stored at once", "a call") == KEPT
    damaged = Path(f"{archive.path}-damaged")
    damaged.write_bytes(b"this is no database" * 1_000)
    async with desk_of(ArchiveSettings(path=str(damaged))) as desk:
        with pytest.raises(Rejected, match="it cannot wait on this machine either"):
            await desk.notes.add(CALL, "lost", "a call")


def test_of_what_was_accepted_nothing_is_lost_where_the_program_is_killed(archive: ArchiveSettings) -> None:
    accepted = 0
    for delay in (3, 17, 40):
        command = [sys.executable, "-c", WRITING, archive.path]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            begun = [int(process.stdout.readline()) for _ in range(delay)]
            process.send_signal(signal.SIGKILL)
            rest = process.stdout.read().split()
        accepted += begun[-1] if not rest else int(rest[-1])

    async def deliver() -> list[str]:
        async with desk_of(archive):
            await until(lambda: waiting() == [])
        async with open_store(archive, to_read=True) as store:
            return [note.text for note in await store.notes_on(CALL.page)]

    kept = asyncio.run(deliver())
    assert accepted <= len(kept) <= accepted + 3


async def test_while_a_server_is_away_a_note_waits(postgres_url: str, postgres: PostgresServer) -> None:
    archive = ArchiveSettings(url=postgres_url)
    clock = FakeClock()
    async with desk_of(archive, clock) as desk:
        await desk.notes.add(CALL, "before", "a call")
        clock.advance(1.0)
        postgres.stop()
        try:
            said = await desk.notes.add(CALL, "meanwhile", "a call")
            assert said.startswith("the note waits on this machine until it can be stored: The archive cannot be")
            found = await desk.notes.notes_of(CALL)
            assert [note.text for note in found.notes] == ["meanwhile"]
            assert found.trouble
        finally:
            postgres.start()

        def is_delivered() -> bool:
            clock.advance(max(AGAIN_SECONDS, TOGETHER_SECONDS))
            return waiting() == []

        await until(is_delivered)
    assert await stored(archive) == ["before", "meanwhile"]
