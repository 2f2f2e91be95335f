"""Several addresses on the internet that requests leave from: tokens belong to one, reports to the account."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from msgspec.structs import replace

from tests.clock import FakeClock
from tests.services.budgets import left
from tui.archive import Store, open_store
from tui.config import AlpemixSettings, Secret
from tui.demo import Alpemix, Simulation
from tui.models.connections import ReportKind
from tui.services.alpemix import AlpemixService
from tui.services.alpemix.errors import BLOCKED
from tui.services.errors import Limited, UsedUp


@pytest.fixture
def alpemix(simulation: Simulation) -> Alpemix:
    return simulation.alpemix


def service(alpemix: Alpemix, store: Store, clock: FakeClock, number: int, folder: Path) -> AlpemixService:
    """One of a host whose requests leave from an address of their own."""
    settings = AlpemixSettings(url=alpemix.url, user=alpemix.user, secret_key=Secret(alpemix.secret_key))
    return AlpemixService(
        replace(settings, egress=f"office {number}"),
        clock=clock,
        archive=store,
        token_folder=folder,
        transport=httpx.AsyncHTTPTransport(local_address=f"127.0.0.{number}"),
    )


async def test_each_address_has_a_token_of_its_own_and_its_own_five_a_minute(
    alpemix: Alpemix, clock: FakeClock, tmp_path: Path
) -> None:
    async with (
        open_store(None, clock) as store,
        service(alpemix, store, clock, 1, tmp_path) as one,
        service(alpemix, store, clock, 2, tmp_path) as other,
        service(alpemix, store, clock, 2, tmp_path) as beside,
    ):
        await one.report(ReportKind.TODAY)
        await other.report(ReportKind.TODAY)
        await beside.report(ReportKind.TODAY)
        assert len(alpemix.token_requests) == 2
        assert (left(one.tokens), left(other.tokens)) == (4, 4)
        with pytest.raises(UsedUp):  # the reports are the account's, wherever they are asked for
            await one.report(ReportKind.TODAY)


async def test_a_block_holds_for_the_address_that_it_was_given_to(
    alpemix: Alpemix, clock: FakeClock, tmp_path: Path
) -> None:
    async with (
        open_store(None, clock) as store,
        service(alpemix, store, clock, 1, tmp_path) as one,
        service(alpemix, store, clock, 1, tmp_path) as beside,
        service(alpemix, store, clock, 2, tmp_path) as other,
    ):
        alpemix.answer_with(204)
        with pytest.raises(Limited):
            await one.report(ReportKind.TODAY)
        assert (await beside.reports.look()).reason == BLOCKED
        assert left(beside.reports) == 0
        await other.report(ReportKind.TODAY)
        assert len(alpemix.report_requests) == 1
