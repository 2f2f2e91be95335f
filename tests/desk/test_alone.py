"""A desk that is alone with its systems, in real time: after each failure the next good answer comes by itself.

Nothing here moves a clock, and no second process shares the account: what only another one would notice shows here.
All cases run beside each other, because most of their time is waiting.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pytest

from tests.counters import connections_of, report_budget_of, users_of
from tests.waiting import PATIENCE_SECONDS
from tui.config import AlpemixSettings, AltiGenSettings, ArchiveSettings, RemotePCSettings, Secret, Settings
from tui.demo import Alpemix, Altigen, RemotePc
from tui.demo.addresses import listening_socket
from tui.demo.system import SimulatedSystem
from tui.desk import Desk
from tui.services.alpemix.client import LASTING_WAIT
from tui.services.pacing import LONGEST_DELAY

LOOK_SECONDS: Final = 0.1

INTERVAL: Final = {"altigen": 0.0, "alpemix": 20.0, "remotepc": 10.0}
"""Seconds between two requests that go by themselves: the shortest that the settings allow."""

MINUTE: Final = 61.0

BODIES: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "html", "status": 200},
    {"kind": "html", "status": 500},
    {"kind": "half"},
    {"kind": "cut"},
    {"kind": "empty"},
    {"kind": "redirect"},
    {"kind": "reset"},
    {"kind": "reset_after"},
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 404},
)

NUMBERS: Final[tuple[dict[str, Any], ...]] = tuple(
    {"kind": "status", "status": 200, "body": {"errornumber": number}} for number in (103, 105, 108, 203)
)

USED_UP: Final[dict[str, Any]] = {"kind": "status", "status": 200, "body": {"errornumber": 205}}
"""Somebody else uses the requests: each such answer costs a minute."""

HANDSHAKES: Final[tuple[dict[str, Any], ...]] = (
    {"kind": "html", "status": 500},
    {"kind": "empty"},
    {"kind": "reset"},
    {"kind": "reset_after"},
    {"kind": "close", "status": 1011},
    {"kind": "close", "status": 1005},
)


@dataclass(frozen=True, slots=True)
class Case:
    """One thing that goes wrong with one system, at one step."""

    system: str
    step: str
    fault: dict[str, Any]
    times: int
    after: int = 0
    method: str | None = None
    presses_r: bool = False

    def __str__(self) -> str:
        said = " ".join(str(value) for value in self.fault.values())
        return f"{self.system}, {self.step}, {said}, {self.times}x{', r' if self.presses_r else ''}"


def cases() -> list[Case]:
    """Every failure at every step of every feed, once and three times in a row, with and without `r`."""
    alpemix = itertools.product(
        enumerate(("token", "first report", "yesterday", "later report")), [*BODIES, *NUMBERS], (1, 3)
    )
    remotepc = itertools.product(enumerate(("first list", "later list")), BODIES, (1, 3))
    found = [Case("alpemix", step, fault, times, after) for (after, step), fault, times in alpemix]
    found += [Case("alpemix", "first report", USED_UP, 1, 1), Case("alpemix", "later report", USED_UP, 1, 3)]
    found += [Case("remotepc", step, fault, times, after) for (after, step), fault, times in remotepc]
    found += [Case("altigen", "log-on", fault, times, 0, "POST") for fault in BODIES for times in (1, 3)]
    found += [Case("altigen", "channel", fault, times, 0, "WEBSOCKET") for fault in HANDSHAKES for times in (1, 3)]
    return [replace(case, presses_r=place // 2 % 2 == 1) for place, case in enumerate(found)]


def simulated(system: str) -> tuple[SimulatedSystem, Callable[[], Settings]]:
    """A system of its own, and the settings that fit once it listens."""
    if system == "altigen":
        altigen = Altigen(licences=9)  # a log-on whose answer is spoilt has taken one, and nobody knows its id
        return altigen, lambda: Settings(
            altigen=AltiGenSettings(url=(altigen.url,), user=altigen.user, password=Secret(altigen.password))
        )
    if system == "alpemix":
        alpemix = Alpemix(secret_key="a key")
        alpemix.add_connection()
        seconds = int(INTERVAL["alpemix"])
        return alpemix, lambda: Settings(
            alpemix=AlpemixSettings(
                url=alpemix.url, user=alpemix.user, secret_key=Secret("a key"), refresh_seconds=seconds
            )
        )
    remotepc = RemotePc(api_key="a-key")
    return remotepc, lambda: Settings(
        remotepc=RemotePCSettings(url=remotepc.url, api_key=Secret("a-key"), refresh_seconds=int(INTERVAL["remotepc"]))
    )


@contextlib.asynccontextmanager
async def alone(case: Case, folder: Path) -> AsyncIterator[tuple[Desk, SimulatedSystem]]:
    """A desk with nothing but this system, which will fail as the case says."""
    system, settings = simulated(case.system)
    fault = dict(case.fault)
    system.fault(fault.pop("kind"), case.times, after=case.after, method=case.method, **fault)
    async with asyncio.TaskGroup() as serving:
        await system.start(listening_socket(), serving)
        desk = Desk(settings(), state_folder=folder, archive=ArchiveSettings(path=str(folder / "archive.sqlite")))
        async with asyncio.TaskGroup() as group:
            engine = group.create_task(desk.run())
            try:
                yield desk, system
            finally:
                engine.cancel()
        await system.stop()


class Watch:
    """What a person would see who never looks away, and what they would not forgive."""

    def __init__(self, case: Case, desk: Desk, system: SimulatedSystem) -> None:
        self.case = case
        self.desk = desk
        self.system = system
        self.begun = time.monotonic()
        self.complaints: set[str] = set()

    def look(self) -> None:
        """Look at the link once."""
        link = self.desk.counters[self.case.system].link
        interval = INTERVAL[self.case.system]
        if not interval:
            return
        now = self.desk.clock.now()
        known = connections_of(self.desk).fetched if self.case.system == "alpemix" else users_of(self.desk).fetched
        if link.is_live and (known is None or now.seconds_since(known) > 2 * interval + 1):
            self.complaints.add("it said live over data that is older than twice the interval")
        asked = self.system.requests[-1].at if self.system.requests else self.begun
        budget = report_budget_of(self.desk)
        may_ask = budget is None or budget[0] > 0
        if may_ask and time.monotonic() - asked > 3 * interval + PATIENCE_SECONDS:
            self.complaints.add("it has asked nothing for three intervals, although it could")

    def is_well(self, since: float) -> bool:
        """Whether the system was asked and has answered well since then."""
        if not self.desk.counters[self.case.system].link.is_live or len(self.system.faults):
            return False
        if self.case.system == "altigen":
            return True
        known = connections_of(self.desk).fetched if self.case.system == "alpemix" else users_of(self.desk).fetched
        return known is not None and known.tick > since


def patience(case: Case) -> float:
    """Seconds within which it must have become well: what the budget and the backoff cost, and a slow machine."""
    if case.system != "alpemix":
        return PATIENCE_SECONDS + 2 * INTERVAL[case.system] + LONGEST_DELAY
    budget = MINUTE * (1 + (case.times > 1) + (case.fault is USED_UP))
    return PATIENCE_SECONDS + 2 * INTERVAL[case.system] + max(budget, LASTING_WAIT * case.times)


async def outcome(case: Case, folder: Path) -> list[str]:
    """What was wrong with how a desk took its failure; nothing where it took it well."""
    async with alone(case, folder) as (desk, system):
        watch = Watch(case, desk, system)
        left = case.after + case.times
        failed_at: float | None = None
        while time.monotonic() - watch.begun < patience(case):
            watch.look()
            if failed_at is None and not len(system.faults):
                failed_at = time.monotonic()
            if failed_at is not None and watch.is_well(failed_at):
                break
            if case.presses_r and len(system.requests) > case.after and len(system.requests) <= left + 1:
                desk.counters[case.system].refresh()
            await asyncio.sleep(LOOK_SECONDS)
        else:
            state = desk.counters[case.system].link.text(desk.clock.now())
            asked = [round(asked.at - watch.begun, 1) for asked in system.requests]
            return [f"it did not become well again: {state}; requests at {asked}", *watch.complaints]
        return list(watch.complaints)


@pytest.mark.timeout(400)
async def test_after_every_failure_the_next_good_answer_comes_by_itself(tmp_path: Path) -> None:
    wrong: dict[str, list[str]] = {}

    async def try_out(number: int, case: Case) -> None:
        folder = tmp_path / str(number)
        folder.mkdir(mode=0o700)
        if found := await outcome(case, folder):
            wrong[str(case)] = found

    async with asyncio.TaskGroup() as group:
        for number, case in enumerate(cases()):
            group.create_task(try_out(number, case))
    assert not wrong, "\n".join(f"{case}: {'; '.join(said)}" for case, said in sorted(wrong.items()))
