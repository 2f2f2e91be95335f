"""How ten thousand RemotePC users come to the screen: `python -m tests.benchmarks.many_users`.

From the bytes of the list's answer to the painted table, beside a bare `json.loads` of the same bytes and the first
paint of the same table with 10 rows; and from a letter of the filter to its paint. Both are taken in turn, in the real
program with a terminal that keeps what it is sent; nothing waits for the network.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import sys
import time
from collections.abc import Sequence
from typing import Final
from unittest.mock import patch

from tests.benchmarks.figures import percentile, ratio, spread, verdict
from tests.counters import users_of
from tests.screen.terminal import Terminal
from tests.toolkit import SCREEN_PERIOD, driver_of
from tui.app import HelpdeckApp
from tui.config import RemotePCSettings, Secret, Settings
from tui.desk import Desk
from tui.models.users import User
from tui.panes.users import UsersPane
from tui.services.answer import Answer
from tui.services.failures import Peer
from tui.services.remotepc.answers import exact_users_of

USERS: Final = 10_000

FEW: Final = 10

BOUND: Final = 2.0
"""Times the bare decoding and the first paint of FEW."""

FILTER_BOUND: Final = 50.0
"""Milliseconds from a letter to its effect."""

LETTERS: Final = "branch-7"

SIZE: Final = (120, 40)

PEER: Final = Peer("RemotePC", "remotepc", "https://127.0.0.1")


def body_of(count: int) -> bytes:
    """A user list as RemotePC would answer it."""
    rows = [
        {
            "alloted_computers": number % 7,
            "created_date": f"{1 + number % 12:02}-{1 + number % 28:02}-{2010 + number % 14}",
            "isActive": number % 9 > 0,
            "utilized_computers": number % 3,
            "username": f"branch-{number}@customer{number % 500}.example.com",
        }
        for number in range(count)
    ]
    return json.dumps({"status": "OK", "code": 200, "message": {"resellerUsersList": rows}}).encode()


def decoded(body: bytes) -> tuple[User, ...]:
    """As the service decodes it."""
    users = exact_users_of(Answer(PEER, 200, body))
    assert users is not None
    return users


class Bench:
    """The program on the users pane, wide."""

    def __init__(self, desk: Desk, app: HelpdeckApp) -> None:
        self._desk = desk
        self._app = app
        self._pane = app.query_one(UsersPane)

    async def few(self, body: bytes, few: tuple[User, ...]) -> float:
        """Milliseconds for the bare decoding and the paint of FEW rows."""
        await self._empty()
        begun = time.perf_counter()
        json.loads(body)
        await self._paint(few)
        return (time.perf_counter() - begun) * 1000

    async def many(self, body: bytes) -> float:
        """Milliseconds for all of them."""
        await self._empty()
        begun = time.perf_counter()
        await self._paint(decoded(body))
        return (time.perf_counter() - begun) * 1000

    async def letter(self, text: str) -> float:
        """Milliseconds from one more letter of the filter to its paint."""
        driver = self._driver
        before = len(driver.written)
        begun = time.perf_counter()
        self._pane.set_filter(text)
        await self._painted(driver, before)
        return (time.perf_counter() - begun) * 1000

    async def refill(self, users: tuple[User, ...]) -> None:
        """Another list of the same users, as every five minutes."""
        await self._empty()
        await self._paint(users)

    @property
    def _driver(self) -> Terminal:
        driver = driver_of(self._app)
        assert isinstance(driver, Terminal)
        return driver

    async def _empty(self) -> None:
        self._pane.set_filter("")
        if len(users_of(self._desk)):
            await self._paint(())
        gc.collect()

    async def _paint(self, users: tuple[User, ...]) -> None:
        driver = self._driver
        before = len(driver.written)
        users_of(self._desk).replace(users, self._desk.clock.now())
        self._pane.frame(self._desk.clock.now())
        await self._painted(driver, before)

    async def _painted(self, driver: Terminal, before: int) -> None:
        while len(driver.written) == before:
            await asyncio.sleep(0)


async def measure(rounds: int) -> tuple[list[float], list[float], list[float]]:
    """Few, many and letters, in milliseconds."""
    settings = Settings(remotepc=RemotePCSettings(api_key=Secret("key")))
    desk = Desk(settings)
    app = HelpdeckApp(desk, frame_seconds=3600.0)
    app.driver_class = Terminal
    body, few_users = body_of(USERS), decoded(body_of(FEW))
    few: list[float] = []
    many: list[float] = []
    letters: list[float] = []
    # The toolkit paints at most sixty times a second; its waiting is nobody's work, so it is left out on both sides.
    with patch(SCREEN_PERIOD, 0.001):
        async with app.run_test(headless=False, size=SIZE) as pilot:
            await pilot.press("3", "z")
            await pilot.pause()
            bench = Bench(desk, app)
            users = decoded(body)
            for _ in range(rounds):
                few.append(await bench.few(body, few_users))
                many.append(await bench.many(body))
                await bench.refill(users)
                letters += [await bench.letter(LETTERS[: count + 1]) for count in range(len(LETTERS))]
    return few, many, letters


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and say; the exit code is 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--bound", type=float, default=BOUND)
    parser.add_argument("--filter-bound", type=float, default=FILTER_BOUND)
    asked = parser.parse_args(arguments)
    few, many, letters = asyncio.run(measure(asked.rounds))
    print(f"json.loads and {FEW} rows painted   {spread(few)}")
    print(f"{USERS} users decoded and painted  {spread(many)}")
    print(f"a letter of the filter to its paint {spread(letters)}")
    kept = [
        verdict(f"{USERS} users, times json.loads and {FEW} rows", ratio(many, few), asked.bound),
        verdict("a letter of the filter, 95 of 100", percentile(letters, 95), asked.filter_bound, " ms"),
    ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
