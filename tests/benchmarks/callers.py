"""From the ring on the socket to the name on the screen: `python -m tests.benchmarks.callers`.

In turn: a number of the contacts, one whose customer is learnt from its calls, and, for a baseline, one of which
nothing is known: its row comes with a frame as any other.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

from tests.benchmarks.figures import percentile, spread, verdict
from tests.pty.terminal import HELPDECK, LARGE, Terminal
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import ArchiveSettings, Settings
from tui.config.reader import settings_from
from tui.demo import Simulation
from tui.models.calls import Outcome
from tui.models.clock import Clock
from tui.models.connections import Connection, Report, ReportKind
from tui.models.contacts import contact_of
from tui.models.kept_calls import KeptCall

ROUNDS: Final = 30
BOUND: Final = 100.0
CONTACTS: Final = 20_000
LEARNT: Final = 500_000
"""From here on numbers are of no contact."""

DAYS: Final = 30
CALLS_A_DAY: Final = 400
CONNECTIONS_A_DAY: Final = 250
WARM_SECONDS: Final = 2.0

PAUSE_SECONDS: Final = 0.6
"""Between two rings: not in step with the frames."""


def line_of(number: int) -> str:
    """A number in its one form."""
    return f"+1312{number + 2_000_000:07}"


async def fill(settings: Settings, contacts: int, days: int) -> None:
    """An archive with a month in it: a customer whose device is connected to in each of its calls is among them."""
    assert settings.alpemix is not None
    assert settings.altigen is not None
    zone = settings.zone_of_connections
    limit = Limit(settings.alpemix.account, "reports", 3, 60.0)
    clock = Clock()
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
    async with open_store(settings.archive) as store:
        made = [
            contact_of(line_of(number), f"Contact {number}", source="list.csv", at=0.0, by="ada")
            for number in range(contacts)
        ]
        await store.add_contacts(made)
        for back in range(1, days + 1):
            day = noon - timedelta(days=back)
            minutes = list(range(CALLS_A_DAY))
            Random(back).shuffle(minutes)
            calls = [_call(back, number, day.timestamp() + 60 * minutes[number]) for number in range(CALLS_A_DAY)]
            await store.store_calls(calls, [], noon.timestamp())
            rows = tuple(
                Connection(
                    f"{back}-{number}",
                    at := (day + timedelta(seconds=60 * minutes[number] + 20)).astimezone(zone),
                    f"{at:%H:%M:%S %d.%m.%Y}",
                    600,
                    technician="desk1",
                    customer=f"Customer {number:03}",
                    customer_device=f"T-{number:03}",
                )
                for number in range(CONNECTIONS_A_DAY)
            )
            requested = RequestedReport(ReportKind.TODAY, 0, 5, clock.uptime(), f"{at.date()}")
            await store.store_report(limit, requested, Report(rows=rows), day.timestamp())
        while await store.bring_on_searched():
            pass


def _call(back: int, number: int, start: float) -> KeptCall:
    """Calls that are known by no contact, a minute each, with a connection in each of them."""
    return KeptCall(
        id=f"{back:04x}{number:012x}",
        listener="bench",
        extension="299",
        hosts="bench",
        handle=number,
        day=datetime.fromtimestamp(start, UTC).date().isoformat(),
        start=start,
        known_at=start + 55,
        direction="in",
        number=line_of(LEARNT + number),
        line=line_of(LEARNT + number),
        name="WIRELESS CALLER",
        called="Support",
        rang=True,
        talk_at=start + 5,
        at_least=False,
        outcome=Outcome.ANSWERED,
        recorded_seconds=None,
        user_data="",
    )


async def measure(rounds: int, contacts: int, days: int, bound: float) -> bool:
    """Ring, tell the figures, and whether the bound is kept."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        async with Simulation(scripted=False) as simulation:
            config = home / "config.toml"
            archive = home / "archive.sqlite"
            config.write_text(f"{simulation.config()}\n[archive]\npath = {json.dumps(str(archive))}\n", "utf-8")
            config.chmod(0o600)
            settings = settings_from(tomllib.loads(config.read_text("utf-8")), config)
            assert settings.archive == ArchiveSettings(path=str(archive))
            await fill(settings, contacts, days)
            async with Terminal([*HELPDECK, "--config", str(config)], LARGE, home=home) as terminal:
                await terminal.until("AltiGen live")
                await terminal.watch(WARM_SECONDS)
                times = await _rung(simulation, terminal, rounds)
    print(f"from the ring to the name, {rounds} rounds, {contacts:,} contacts, {days} days of {CALLS_A_DAY} calls")
    for what, each in times.items():
        print(f"  {what:24} {spread(each)}, 95th percentile {percentile(each, 95):.1f} ms")
    named = [*times["of a contact"], *times["learnt, as a maybe"]]
    return verdict("95th percentile of both", percentile(named, 95), bound, " ms")


async def _rung(simulation: Simulation, terminal: Terminal, rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {"of a contact": [], "learnt, as a maybe": [], "of nobody: the row": []}
    for turn in range(rounds):
        learnt = turn % CONNECTIONS_A_DAY
        for (what, each), (number, seen) in zip(
            times.items(),
            (
                (line_of(turn * 7), f"Contact {turn * 7} "),
                (line_of(LEARNT + learnt), f"maybe Customer {learnt:03}"),
                (f"+1312777{turn:04}", f"Nobody {turn:04}"),
            ),
            strict=True,
        ):
            began = time.perf_counter()
            handle = await simulation.altigen.ring(number, seen if what.startswith("of nobody") else "WIRELESS CALLER")
            each.append((await terminal.until(seen) - began) * 1_000)
            await simulation.altigen.disconnect(handle)
            await terminal.watch(PAUSE_SECONDS + 0.037 * (turn % 7))
    return times


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, tell, and give 1 where the bound is broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.callers", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--bound", type=float, default=BOUND, help="milliseconds")
    parser.add_argument("--contacts", type=int, default=CONTACTS)
    parser.add_argument("--days", type=int, default=DAYS, help="of calls and connections")
    asked = parser.parse_args(arguments)
    return 0 if asyncio.run(measure(asked.rounds, asked.contacts, asked.days, asked.bound)) else 1


if __name__ == "__main__":
    sys.exit(main())
