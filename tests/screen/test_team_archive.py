"""A team's archive on a server: what is shown while it is away, and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest

from tests.postgres.server import PostgresServer
from tests.screen.app_driver import SIZES, AppDriver, app_driver
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.desk.altigen.recorder import RETRY_SECONDS

FULL = """
CREATE FUNCTION helpdeck.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = 'disk_full', MESSAGE = 'could not extend file: No space left on device';
END $$
"""
"""A disk cannot be filled without rights that the tests may lack; to its clients the server says the same as of one."""

TABLES = ("requests", "calls", "connections")


@contextmanager
def full_disk(url: str) -> Iterator[None]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(FULL.encode())
        for table in TABLES:
            connection.execute(
                f"CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON helpdeck.{table} EXECUTE FUNCTION"
                " helpdeck.no_room()".encode()
            )
        yield
        connection.execute("DROP FUNCTION helpdeck.no_room CASCADE")


async def pass_everywhere(on: AppDriver, url: str, seconds: float) -> None:
    """Let time pass for the server, too."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE helpdeck.state SET clock_shift = clock_shift + %s", (seconds,))
    await on.pass_seconds(seconds)


def prepare(simulation: Simulation) -> None:
    simulation.alpemix.add_connection(tuname="Harbour Dental")


@pytest.mark.parametrize("size", SIZES)
async def test_while_the_server_is_away_calls_go_on_and_nothing_is_asked_that_could_not_be_counted(
    postgres: PostgresServer, postgres_url: str, size: tuple[int, int]
) -> None:
    async with app_driver(size, archive=ArchiveSettings(url=postgres_url), prepare=prepare) as on:
        alpemix = on.simulation.alpemix
        await on.press("2")
        await on.until("Harbour Dental", "Alpemix live")
        postgres.stop("immediate")
        await on.until("Alpemix waiting")
        await on.until("cannot be reached")
        asked = len(alpemix.report_requests)
        await on.simulation.altigen.ring("6175550100", "Pier Bakery")
        for _ in range(5):
            await on.pass_seconds(30)
        assert len(alpemix.report_requests) == asked
        assert "Harbour Dental" in on.text
        await on.press("1")
        await on.until("ringing", "Pier Bakery")
        postgres.start()
        await on.press("2")
        await on.press("r")
        await on.until("Alpemix live")
        await on.pass_seconds(RETRY_SECONDS)  # then the calls are tried again
        await on.until_gone("cannot be reached")


@pytest.mark.parametrize("size", SIZES)
async def test_while_the_disk_of_the_server_is_full_the_screen_goes_on_and_says_why(
    postgres_url: str, size: tuple[int, int]
) -> None:
    async with app_driver(size, archive=ArchiveSettings(url=postgres_url), prepare=prepare) as on:
        alpemix = on.simulation.alpemix
        await on.press("2")
        await on.until("Harbour Dental", "Alpemix live")
        with full_disk(postgres_url):
            await pass_everywhere(on, postgres_url, 31)
            await on.until("Alpemix waiting", "the disk is full")
            asked = len(alpemix.report_requests)
            await on.simulation.altigen.ring("6175550100", "Pier Bakery")
            for _ in range(3):
                await pass_everywhere(on, postgres_url, 30)
            assert len(alpemix.report_requests) == asked
            assert "Harbour Dental" in on.text
            await on.press("1")
            await on.until("ringing", "Pier Bakery", "the disk is full")
        alpemix.add_connection(tuname="Kepler & Sons")
        await on.press("2")
        await pass_everywhere(on, postgres_url, 60)
        await on.until("Kepler & Sons", "Alpemix live")
        await on.until_gone("the disk is full")
