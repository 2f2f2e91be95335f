"""A server that is away, stands still or lets nobody in: it is said, nothing is counted, and it goes on by itself."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import psycopg
import pytest

from tests.postgres.server import PostgresServer
from tests.relay import Relay
from tests.store.harness import LIMIT
from tests.waiting import PATIENCE_SECONDS
from tui.archive import Store, open_store
from tui.archive.errors import Cause, StoreError
from tui.archive.postgres import PostgresEngine
from tui.archive.postgres.server import CLOSE_SECONDS
from tui.archive.sql.store import SqlStore
from tui.config import ArchiveSettings, Secret
from tui.models.clock import Clock
from tui.models.connections import ReportKind

SHORT = """
CREATE FUNCTION helpdeck.short() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = '{condition}', MESSAGE = 'more than there is';
END $$;
CREATE TRIGGER short BEFORE INSERT ON helpdeck.requests FOR EACH ROW EXECUTE FUNCTION helpdeck.short();
"""
"""What the server says of every request from now on."""


async def why_not(store: Store) -> StoreError:
    with pytest.raises(StoreError) as failed:
        await store.budget(LIMIT)
    return failed.value


async def until_back(store: Store) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            with suppress(StoreError):
                await store.budget(LIMIT)
                return


async def test_a_server_that_was_stopped_is_away_and_used_again_when_it_is_back(
    postgres: PostgresServer, store: Store
) -> None:
    await store.reserve(LIMIT)
    await store.changed()
    postgres.stop("immediate")
    assert await store.changed(3600.0)  # who waits for news finds out that nobody can tell any more
    error = await why_not(store)
    assert error.cause is Cause.AWAY
    assert error.may_pass
    assert error.sentence == (
        "The archive cannot be reached: it is tried again (helpdeck on 127.0.0.1: Connection refused)."
    )
    with pytest.raises(StoreError):
        await store.changed()
    postgres.start()
    assert (await store.budget(LIMIT)).left(Clock().uptime().seconds) == 2
    # What was told meanwhile was not heard; a failure to hear counts as well, so that all who listen look.
    heard = [await store.changed() for _ in range(3)]
    assert heard[0]
    assert not heard[2]


async def test_what_a_start_of_the_server_cuts_off_is_done_when_it_is_back(
    postgres: PostgresServer, store: Store
) -> None:
    await store.reserve(LIMIT)
    postgres.stop("immediate")
    async with asyncio.TaskGroup() as group:
        reserving = group.create_task(store.reserve(LIMIT))
        await asyncio.to_thread(postgres.start)
    slot, budget = reserving.result()
    assert slot is not None
    assert budget.left(Clock().uptime().seconds) == 1


class LosesCommit:
    """Stands before the server, and breaks the line when it has answered the first COMMIT: nobody is told of it."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.has_lost = False

    async def __aenter__(self) -> int:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def __aexit__(self, *_: object) -> None:
        self._server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)

        async def hand_back() -> None:
            while said := await there_reader.read(65_536):
                if loses:
                    self.has_lost = True
                    break
                writer.write(said)
            writer.transport.abort()

        loses = False
        async with asyncio.TaskGroup() as group:
            group.create_task(hand_back())
            with suppress(ConnectionError):
                while said := await reader.read(65_536):
                    loses = loses or (b"COMMIT" in said and not self.has_lost)
                    there_writer.write(said)
            there_writer.transport.abort()


async def test_a_report_whose_slot_was_taken_without_a_word_is_asked_for_at_once_and_not_twice(
    postgres: PostgresServer, postgres_url: str
) -> None:
    async with open_store(ArchiveSettings(url=postgres_url)) as seen:
        await seen.fetch_state(LIMIT)
        loses = LosesCommit(postgres.port)
        async with loses as port:
            engine = PostgresEngine({"host": "127.0.0.1", "port": str(port), "user": "helpdeck"}, Secret(""), Clock())
            async with SqlStore(engine) as store:
                claim = await store.claim(LIMIT, lambda state: None if state.under_way else ReportKind.TODAY)
        assert loses.has_lost
        assert claim.kind is ReportKind.TODAY
        assert claim.slot is not None
        assert (await seen.budget(LIMIT)).left(Clock().uptime().seconds) == 2


async def test_a_server_that_stands_still_is_given_up_and_used_again_when_it_goes_on(
    postgres: PostgresServer, postgres_url: str
) -> None:
    parameters = ArchiveSettings(url=postgres_url).connection
    async with SqlStore(PostgresEngine(parameters, Secret(""), Clock(), answer_seconds=0.5)) as store:
        await store.budget(LIMIT)
        postgres.freeze()
        assert (await why_not(store)).cause is Cause.AWAY
        postgres.thaw()
        await until_back(store)


async def test_a_store_that_is_closed_waits_no_longer_for_a_server_that_stands_still(
    postgres: PostgresServer, postgres_url: str
) -> None:
    async with asyncio.TaskGroup() as group:
        async with open_store(ArchiveSettings(url=postgres_url)) as store:
            await store.budget(LIMIT)
            postgres.freeze()
            waiting = group.create_task(why_not(store))
            await asyncio.sleep(0)
        async with asyncio.timeout(CLOSE_SECONDS + PATIENCE_SECONDS / 3):
            assert (await waiting).cause is Cause.AWAY


async def test_a_line_that_swallows_everything_is_noticed_while_nobody_asks(
    postgres: PostgresServer, postgres_url: str
) -> None:
    async with Relay(postgres.port) as relay:
        quick = {"keepalives_idle": "1", "keepalives_interval": "1", "keepalives_count": "1", "tcp_user_timeout": "500"}
        parameters = {**ArchiveSettings(url=postgres_url).connection, "port": str(relay.port), **quick}
        async with SqlStore(PostgresEngine(parameters, Secret(""), Clock())) as store:
            await store.budget(LIMIT)
            await store.changed()
            relay.vanish()
            async with asyncio.timeout(PATIENCE_SECONDS):
                assert await store.changed(3600.0)
            relay.mend()
            await until_back(store)


async def test_a_wrong_password_is_said_and_not_shown(postgres: PostgresServer, postgres_url: str) -> None:
    with postgres.account("ada", "right"):
        url = postgres_url.replace("helpdeck@", "ada@")
        async with open_store(ArchiveSettings(url=url, password=Secret("wr0ng-one"))) as store:
            error = await why_not(store)
    assert error.cause is Cause.NOT_LET_IN
    assert "archive.password" in error.sentence
    assert "wr0ng-one" not in error.sentence


async def test_a_server_with_no_room_for_one_more_is_tried_again(postgres: PostgresServer, postgres_url: str) -> None:
    postgres.restart(max_connections="4", superuser_reserved_connections="1")
    async with open_store(ArchiveSettings(url=postgres_url)) as store:
        others = [psycopg.connect(postgres_url) for _ in range(3)]
        error = await why_not(store)
        assert (error.cause, error.may_pass) == (Cause.CROWDED, True)
        for other in others:
            other.close()
        await until_back(store)


@pytest.mark.parametrize("condition", ["out_of_memory", "configuration_limit_exceeded"])
async def test_a_server_that_runs_short_is_tried_again_and_not_said_to_have_a_full_disk(
    postgres_url: str, condition: str
) -> None:
    async with open_store(ArchiveSettings(url=postgres_url)) as store:
        await store.budget(LIMIT)
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute(SHORT.format(condition=condition).encode())
        with pytest.raises(StoreError) as failed:
            await store.reserve(LIMIT)
        assert (failed.value.cause, failed.value.may_pass) == (Cause.EXHAUSTED, True)
        assert "disk" not in failed.value.sentence
        with psycopg.connect(postgres_url, autocommit=True) as connection:
            connection.execute("DROP FUNCTION helpdeck.short CASCADE")
        assert (await store.reserve(LIMIT))[0] is not None


async def test_a_standby_can_be_read_and_not_written(postgres: PostgresServer, postgres_url: str) -> None:
    async with open_store(ArchiveSettings(url=postgres_url)) as store:
        await store.budget(LIMIT)
    postgres.restart(as_standby=True)
    async with open_store(ArchiveSettings(url=postgres_url)) as store:
        assert (await why_not(store)).cause is Cause.STANDBY
    async with open_store(ArchiveSettings(url=postgres_url), to_read=True) as store:
        assert await store.days("desk at example.com") == []


async def test_a_server_that_is_not_there_is_away(postgres_url: str) -> None:
    url = postgres_url.rpartition(":")[0] + ":1/helpdeck"
    async with open_store(ArchiveSettings(url=url)) as store:
        assert (await why_not(store)).cause is Cause.AWAY


async def test_a_database_that_is_not_there_is_said(postgres_url: str) -> None:
    async with open_store(ArchiveSettings(url=f"{postgres_url}_other")) as store:
        error = await why_not(store)
    assert error.cause is Cause.NOT_LET_IN
    assert 'database "helpdeck_other" does not exist' in error.sentence
