"""A fault of Helpdeck itself in a feed: it is reported like a crash, and the feed goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.clock import FakeClock
from tests.waiting import alongside, until
from tui.commands.check import outcome_of
from tui.commands.trace import show
from tui.config import RemotePCSettings, Secret
from tui.crash import LENGTH, FaultReports
from tui.desk.remotepc.feed import RemotePCFeed
from tui.models.links import Link, Phase
from tui.models.user_board import UserBoard
from tui.services.remotepc import RemotePCReader
from tui.state import state_folder

CANARY = "correct-horse-battery"


class Untold(Exception):
    """One that cannot be told."""

    def __str__(self) -> str:
        raise ValueError(CANARY)

    __repr__ = __str__


HOSTILE: dict[str, Callable[[], Exception]] = {
    "with a secret": lambda: TypeError(f"the key is {CANARY}"),
    "without end": lambda: TypeError(f"{CANARY} " * 50_000),
    "that cannot be told": Untold,
    "in groups": lambda: ExceptionGroup("both", [TypeError(CANARY), ExceptionGroup("in it", [KeyError(CANARY)])]),
}


class FaultyFeed(RemotePCFeed):
    """Meets a fault of ours whenever it asks."""

    kind = "with a secret"
    met = 0

    async def _serve(self, service: RemotePCReader) -> None:
        self.met += 1
        raise HOSTILE[self.kind]()


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_fault_in_a_feed_is_reported_once_and_tried_again(clock: FakeClock, tmp_path: Path, kind: str) -> None:
    settings = RemotePCSettings(url="http://127.0.0.1:1", api_key=Secret(CANARY))
    link = Link(clock)
    feed = FaultyFeed(settings, UserBoard(), link, clock, partial(RemotePCReader, settings, clock=clock))
    feed.kind = kind
    feed.faults = FaultReports(tmp_path)
    async with alongside(feed.run()):
        for times in range(1, 6):
            await until(lambda times=times: feed.met == times and link.phase is Phase.WAITING)  # type: ignore[misc]
            await clock.until_sleeping()
            clock.advance(clock.sleeping[0])
    (file,) = tmp_path.glob("crash-*.txt")
    name = type(HOSTILE[kind]()).__name__
    assert link.reason == f"a fault of Helpdeck itself ({name}). The report, without passwords, is in {file}"
    text = file.read_text()
    assert CANARY not in text
    assert "in _serve" in text
    assert len(text) < 2 * LENGTH


@pytest.mark.parametrize("kind", HOSTILE)
async def test_check_and_trace_report_it_too_and_fail(home: Path, kind: str) -> None:
    secret = Secret(CANARY)

    async def checked() -> str:
        raise HOSTILE[kind]()

    async def traced(_show: object) -> str:
        raise HOSTILE[kind]()

    outcome = await outcome_of("remotepc", checked, 5)
    (file,) = state_folder().glob("crash-*.txt")
    said: list[str] = []
    assert await show(traced, lambda text="", **_: said.append(text)) == outcome.exit_code == 1
    assert outcome.word == "failed"
    assert str(file) in outcome.sentence
    assert "The report, without passwords, is in " in said[-1]
    for text in (*said, outcome.sentence, *(each.read_text() for each in state_folder().glob("crash-*.txt"))):
        assert CANARY not in text
    assert secret
