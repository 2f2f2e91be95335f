"""A team's archive on a server: what is shown while it is away, and afterwards."""

from __future__ import annotations

import pytest

from tests.postgres.server import PostgresServer
from tests.screen.app_driver import SIZES, app_driver
from tui.config import ArchiveSettings
from tui.demo import Simulation
from tui.desk.altigen.recorder import RETRY_SECONDS


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
