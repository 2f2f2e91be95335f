"""Many Helpdecks of one account that all hammer `r`: `python -m tests.benchmarks.hammer`.

Each is a process of its own with a real desk, on one archive. Some are killed at any moment and begin anew, some stand
still for a while, and the wall clock of all of them jumps. The strict simulator counts: not one request over either
limit, and at the end every process shows the same rows, which are the simulator's.

``--hosts 3``: they are of three hosts, whose requests leave from addresses of their own, and share a PostgreSQL server
that is crashed ten times meanwhile. ``--one-egress``: all requests of the hosts leave from one address.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx

from tests.benchmarks.figures import verdict
from tests.counters import connections_of
from tests.postgres.server import PostgresServer
from tui.config.reader import settings_from
from tui.demo import Simulation
from tui.desk import Desk
from tui.models.clock import Clock, Moment

PROCESSES: Final = 20
SECONDS: Final = 180.0
KILL_EVERY: Final = 2.5
ADD_EVERY: Final = 0.7
CRASHES: Final = 10
SETTLE_SECONDS: Final = 75.0
"""Until a slot is free again at the end, and everybody has looked."""

STEP: Final = timedelta(hours=1)


class JumpingClock(Clock):
    """The machine's clock, whose time of day somebody sets."""

    set_by = timedelta()

    def now(self) -> Moment:
        at, tick = super().now()
        return Moment(at + self.set_by, tick)


def leave_from(address: str) -> None:
    """Let every request of this process leave from this address, as those of one host do."""
    begin = httpx.AsyncHTTPTransport.__init__

    def begin_there(self: httpx.AsyncHTTPTransport, **options: Any) -> None:
        begin(self, **{**options, "local_address": address})

    setattr(httpx.AsyncHTTPTransport, "__init__", begin_there)  # noqa: B010


async def work(folder: Path, address: str) -> None:
    """One Helpdeck: presses `r` all the time until it is told to stop, then says what it shows."""
    clock = JumpingClock()
    leave_from(address)
    settings = settings_from(tomllib.loads((folder / "config.toml").read_text("utf-8")), folder / "config.toml")
    desk = Desk(settings, clock=clock, state_folder=folder / "state", archive=settings.archive)
    loop = asyncio.get_running_loop()
    stopping, leaving = asyncio.Event(), asyncio.Event()

    def jump() -> None:
        clock.set_by = STEP - clock.set_by

    loop.add_signal_handler(signal.SIGUSR1, jump)
    loop.add_signal_handler(signal.SIGUSR2, stopping.set)
    loop.add_signal_handler(signal.SIGTERM, leaving.set)
    print("ready", flush=True)
    async with asyncio.TaskGroup() as group:
        engine = group.create_task(desk.run())
        rng = random.Random()
        while not stopping.is_set():
            desk.counters["alpemix"].refresh()
            await asyncio.sleep(rng.uniform(0.05, 0.4))
        await leaving.wait()
        for row in connections_of(desk):
            print(row.uid, row.seconds, row.explanation, sep="\t", flush=True)
        engine.cancel()


class Team:
    """The processes."""

    def __init__(self, hosts: Sequence[tuple[Path, str]], count: int) -> None:
        """``hosts``: the folder of each, and the address that its requests leave from."""
        self._hosts = hosts
        self._begun: list[subprocess.Popen[str]] = []
        self.members = [self._begin(place) for place in range(count)]
        self.kills = 0
        self.stops = 0

    def _begin(self, place: int) -> subprocess.Popen[str]:
        folder, address = self._hosts[place % len(self._hosts)]
        command = [sys.executable, "-m", "tests.benchmarks.hammer", "--worker", str(folder), "--address", address]
        self._begun.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return self._begun[-1]

    async def are_ready(self) -> None:
        """Wait for those that have begun: a signal that comes before its handler would end them."""
        while self._begun:
            member = self._begun.pop()
            if member in self.members:  # and was not killed before it was ready
                assert member.stdout is not None
                await asyncio.to_thread(member.stdout.readline)

    def kill_one(self, rng: random.Random) -> None:
        """One dies in whatever it does, and another takes its place."""
        place = rng.randrange(len(self.members))
        _close(self.members[place])
        self.members[place] = self._begin(place)
        self.kills += 1

    async def stop_one(self, rng: random.Random) -> None:
        """One stands still for a while, as behind ctrl+z."""
        member = rng.choice(self.members)
        member.send_signal(signal.SIGSTOP)
        self.stops += 1
        await asyncio.sleep(rng.uniform(0.2, 1.0))
        member.send_signal(signal.SIGCONT)

    def tell(self, number: signal.Signals) -> None:
        for member in self.members:
            member.send_signal(number)

    async def shown(self) -> list[list[str]]:
        """What each shows at its end."""
        self.tell(signal.SIGTERM)
        said = [await asyncio.to_thread(member.communicate) for member in self.members]
        return [[line for line in out.splitlines() if line != "ready"] for out, _ in said]

    def end(self) -> None:
        for member in self.members:
            _close(member)


def _close(member: subprocess.Popen[str]) -> None:
    member.kill()
    member.wait()
    if member.stdout is not None:
        member.stdout.close()


def most_in(times: Sequence[float], window: float = 60.0) -> int:
    """The most that ever came within a window."""
    return max((sum(1 for each in times if 0 <= each - first < window) for first in times), default=0)


@contextmanager
def archives(folder: Path, hosts: int) -> Iterator[tuple[str, PostgresServer | None]]:
    """The section of the config that says where the archive is, and its server, where it has one."""
    if hosts == 1:
        yield f'[archive]\npath = "{folder / "archive.sqlite"}"\n', None
        return
    with PostgresServer() as server, server.database() as url:
        yield f'[archive]\nurl = "{url}"\n', server


def host(folder: Path, number: int, config: str, *, one_egress: bool) -> tuple[Path, str]:
    """A host with its config: its folder, and the address that its requests leave from."""
    (folder / f"host{number}").mkdir()
    egress = "office" if one_egress else f"office {number}"
    (folder / f"host{number}" / "config.toml").write_text(
        config.replace("[alpemix]", f'[alpemix]\negress = "{egress}"')
    )
    return folder / f"host{number}", "127.0.0.1" if one_egress else f"127.0.0.{number}"


async def hammer(
    count: int, seconds: float, settle: float, seed: int, *, is_short: bool, hosts: int = 1, one_egress: bool = False
) -> bool:
    """Let them hammer, and hold what the simulator has counted against the limits.

    ``is_short``: no window passes, so what is shown at the end is only held against each other.
    """
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as name, archives(Path(name), hosts) as (archive, server):
        async with Simulation(scripted=False) as simulation:
            alpemix = simulation.alpemix
            sections = tomllib.loads(simulation.config())["alpemix"]
            config = "\n".join(f'{key} = "{value}"' for key, value in sections.items())
            config = f"[alpemix]\n{config}\nrefresh_seconds = 20\nlast = 10\n{archive}"
            places = [host(Path(name), number + 1, config, one_egress=one_egress) for number in range(hosts)]
            team = Team(places, count)
            try:
                await team.are_ready()
                await _make_trouble(team, simulation, server, seconds, rng)
                team.tell(signal.SIGUSR2)
                await asyncio.sleep(settle)
                shown = await team.shown()
            finally:
                team.end()
            newest = sorted(alpemix.connections, key=lambda row: (str(row["dt"]), str(row["uid"])), reverse=True)
            truth = shown[0] if is_short else [f"{row['uid']}\t{row['dur']}\t{row['exp']}" for row in newest]
            crashes = "" if server is None else f", the server crashed {CRASHES} times"
            print(
                f"{count} processes for {seconds:.0f} s; {team.kills} killed, {team.stops} stopped for a while{crashes}"
            )
            print(f"  {len(alpemix.report_requests)} reports and {len(alpemix.token_requests)} tokens were asked for")
            print(f"  {len(truth)} connections; {sum(each == truth for each in shown)} of {count} show exactly these")
            egresses = len({address for _, address in places})
            return all(
                [
                    verdict("refused for a limit", alpemix.violations, 0),
                    verdict("reports within a minute", most_in(alpemix.report_requests), 3),
                    verdict("tokens within a minute", most_in(alpemix.token_requests), 5 * egresses),
                    verdict("tokens in all", len(alpemix.token_requests), hosts + team.kills),
                    verdict("processes that show other rows", sum(each != truth for each in shown), 0),
                ]
            )


async def _make_trouble(
    team: Team, simulation: Simulation, server: PostgresServer | None, seconds: float, rng: random.Random
) -> None:
    crashes = [] if server is None else [time.monotonic() + seconds * (each + 0.5) / CRASHES for each in range(CRASHES)]
    ends = time.monotonic() + seconds
    next_kill = time.monotonic() + KILL_EVERY / 2
    jumps = [time.monotonic() + seconds / 3, time.monotonic() + 2 * seconds / 3]
    while time.monotonic() < ends:
        await asyncio.sleep(ADD_EVERY)
        added = simulation.alpemix.add_connection(dur=rng.randrange(3000), exp=f"note {rng.randrange(1000)}")
        if rng.random() < 0.2:
            simulation.alpemix.explain(str(added["uid"]), exp="written later")
        if time.monotonic() >= next_kill:
            next_kill += KILL_EVERY
            if rng.random() < 0.7:
                team.kill_one(rng)
            else:
                await team.stop_one(rng)
        if server is not None and crashes and time.monotonic() >= crashes[0]:
            crashes.pop(0)
            await asyncio.to_thread(server.restart, "immediate")
        if jumps and time.monotonic() >= jumps[0]:
            jumps.pop(0)
            await team.are_ready()
            team.tell(signal.SIGUSR1)
    await team.are_ready()


def main(arguments: Sequence[str] | None = None) -> int:
    """Hammer, tell, and give 1 where a limit was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.hammer", description=__doc__)
    parser.add_argument("--processes", type=int, default=PROCESSES)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--settle", type=float, default=SETTLE_SECONDS)
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--short", action="store_true", help="compare the processes with each other only")
    parser.add_argument("--hosts", type=int, default=1)
    parser.add_argument("--one-egress", action="store_true")
    parser.add_argument("--address", default="127.0.0.1", help=argparse.SUPPRESS)
    parser.add_argument("--worker", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.worker is not None:
        asyncio.run(work(asked.worker, asked.address))
        return 0
    run = hammer(
        asked.processes,
        asked.seconds,
        asked.settle,
        asked.seed,
        is_short=asked.short,
        hosts=asked.hosts,
        one_egress=asked.one_egress,
    )
    return 0 if asyncio.run(run) else 1


if __name__ == "__main__":
    sys.exit(main())
