"""One access token for all processes: no process waits for ever for another, and none falls back to an old token."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.services.budgets import alpemix_alone
from tests.waiting import alongside, until
from tui.config import AlpemixSettings, Secret
from tui.demo import Simulation
from tui.models.connections import ReportKind
from tui.services.alpemix.client import FETCHING_SECONDS, AlpemixService
from tui.services.alpemix.token_file import TokenFile
from tui.services.errors import Refused


def service_of(simulation: Simulation, clock: FakeClock, folder: Path) -> AbstractAsyncContextManager[AlpemixService]:
    alpemix = simulation.alpemix
    settings = AlpemixSettings(url=alpemix.url, user=alpemix.user, secret_key=Secret(alpemix.secret_key))
    return alpemix_alone(settings, clock=clock, token_folder=folder)


@contextmanager
def lock_of_another_process(token: Path) -> Iterator[None]:
    """It was stopped in the middle of fetching a token, and holds its lock."""
    descriptor = os.open(token.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


async def token_file(simulation: Simulation, clock: FakeClock, folder: Path) -> Path:
    """Where the token of this account is kept."""
    async with service_of(simulation, clock, folder) as service:
        await service.report(ReportKind.LAST, 1)
    (path,) = folder.glob("*.token")
    return path


async def test_a_process_that_stands_still_while_it_fetches_a_token_holds_the_others_up_for_a_while_only(
    simulation: Simulation, clock: FakeClock, tmp_path: Path
) -> None:
    path = await token_file(simulation, clock, tmp_path)
    path.unlink()
    asked = len(simulation.alpemix.token_requests)
    async with service_of(simulation, clock, tmp_path) as service:
        with lock_of_another_process(path):
            begun = clock.tick()

            async def report() -> None:
                await service.report(ReportKind.LAST, 1)

            async with alongside(report()) as reporting:

                def is_done() -> bool:
                    clock.advance(1)
                    return reporting.done()

                await until(is_done)
            assert clock.tick() - begun >= FETCHING_SECONDS
    assert len(simulation.alpemix.token_requests) == asked + 1


def test_a_token_that_cannot_be_kept_is_used_all_the_same_and_the_old_one_is_not(tmp_path: Path) -> None:
    path = tmp_path / f"{'t' * 245}.token"  # what is written first has a longer name: no file system takes it
    path.write_text('{"account": "desk", "token": "old", "got_at": 1.0}')
    path.chmod(0o600)
    file = TokenFile(path, "desk")
    kept = file.read()
    assert kept is not None
    assert kept.token == Secret("old")
    file.write(Secret("new"), 2.0)
    kept = file.read()
    assert kept is not None
    assert kept.token == Secret("new")


async def test_a_token_that_was_got_with_another_key_is_not_used(
    simulation: Simulation, clock: FakeClock, tmp_path: Path
) -> None:
    """It lives a day: a wrong key would look right until then."""
    await token_file(simulation, clock, tmp_path)
    alpemix = simulation.alpemix
    settings = AlpemixSettings(url=alpemix.url, user=alpemix.user, secret_key=Secret("another"))
    async with alpemix_alone(settings, clock=clock, token_folder=tmp_path) as service:
        with pytest.raises(Refused):
            await service.report(ReportKind.LAST, 1)
    assert len(alpemix.token_requests) == 2
