"""Plays a script on the three systems: applies each step when its time has come."""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from datetime import timedelta
from itertools import chain
from typing import Any

from tui.demo.alpemix import Alpemix
from tui.demo.altigen import Altigen
from tui.demo.remotepc import RemotePc
from tui.demo.report import Row
from tui.demo.scenario import Scenario, rng_for
from tui.demo.script import events
from tui.demo.steps import (
    AccountExists,
    AccountRefused,
    Broken,
    CallAnswered,
    CallBegins,
    CallEnds,
    CallRecorded,
    ChannelsDropped,
    ConnectionExplained,
    FrameSent,
    RemoteConnection,
    ReportRefused,
    RowListed,
    ServerStatus,
    Step,
)
from tui.demo.switchboard import Call, Refused
from tui.demo.system import SimulatedSystem

CALLEE_ANSWERS_SECONDS = 3.0
CALLEE_TALKS_SECONDS = 90.0
CALLS_REMEMBERED = 5_000
CONNECTIONS_REMEMBERED = 5_000


class Player:
    """Applies the events of a scenario's script to the simulated systems."""

    def __init__(self, scenario: Scenario, altigen: Altigen, alpemix: Alpemix, remotepc: RemotePc) -> None:
        self._altigen = altigen
        self._alpemix = alpemix
        self._remotepc = remotepc
        systems: tuple[SimulatedSystem, ...] = (altigen, alpemix, remotepc)
        self._systems = {system.name: system for system in systems}
        self._rng = rng_for(scenario.seed + 3)
        self._events = events(scenario)
        self._calls: OrderedDict[int, Call] = OrderedDict()
        self._rows: OrderedDict[int, Row] = OrderedDict()

    async def open(self) -> None:
        """Apply every event that is due at time 0."""
        for event in self._events:
            if event.at > 0:
                self._events = chain([event], self._events)
                return
            await self._apply(event.step)

    async def play(self) -> None:
        """Play the remaining events at their times."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.TaskGroup() as answering:
            self._altigen.on_placed = lambda handle: answering.create_task(self._answer(handle))
            for event in self._events:
                if event.at == 0:
                    continue
                await asyncio.sleep(max(0.0, began + event.at - loop.time()))
                await self._apply(event.step)

    async def _answer(self, handle: int) -> None:
        """The other side of a call that a client placed takes it, and hangs up after some time."""
        placed = self._altigen.calls[handle]
        await asyncio.sleep(CALLEE_ANSWERS_SECONDS * self._rng.uniform(0.5, 1.5))
        if self._still_there(placed):
            await self._altigen.connect(handle)
        await asyncio.sleep(CALLEE_TALKS_SECONDS * self._rng.uniform(0.5, 1.5))
        if self._still_there(placed):
            await self._altigen.disconnect(handle)

    async def _apply(self, step: Step) -> None:
        match step:
            case CallBegins(call, direction, info):
                handle = await self._altigen.begin(direction, info)
                self._calls[call] = self._altigen.calls[handle]
                _forget_oldest(self._calls, CALLS_REMEMBERED)
            case CallAnswered(call) if self._goes_on(call):
                await self._altigen.connect(self._calls[call].handle)
            case CallEnds(call) if self._goes_on(call):
                await self._altigen.disconnect(self._calls.pop(call).handle)
            case CallRecorded(call) if self._goes_on(call):
                with suppress(Refused):  # a client records it already
                    await self._altigen.record(self._calls[call].handle)
            case RemoteConnection(connection, fields, seconds_ago):
                started = self._alpemix.calendar() - timedelta(seconds=seconds_ago)
                self._rows[connection] = self._alpemix.add_connection(started=started, **fields)
                _forget_oldest(self._rows, CONNECTIONS_REMEMBERED)
            case ConnectionExplained(connection, seconds, explanation, number) if connection in self._rows:
                self._rows.pop(connection).update({"exp": explanation, "supnum": number, "dur": seconds})
            case AccountExists(username, account, days_ago):
                created = (self._remotepc.calendar() - timedelta(days=days_ago)).date()
                self._remotepc.add_user(username, created=created, **account)
            case RowListed(row):
                self._remotepc.extra_rows.append(row)
            case ServerStatus(is_connected):
                await self._altigen.status(is_connected)
            case ChannelsDropped(code):
                await self._altigen.drop_channels(code or 1001, abort=code is None)
            case FrameSent(frame):
                await self._altigen.send(frame)
            case ReportRefused(error_number):
                self._alpemix.answer_with(error_number)
            case AccountRefused(description, status):
                self._remotepc.refuse(description, status)
            case Broken(system, kind, path, status, body, seconds):
                self._systems[system].fault(kind, path=path, status=status, body=body, seconds=seconds)

    def _goes_on(self, call: int) -> bool:
        """Whether this call of the script has begun, and no client dropped it."""
        return call in self._calls and self._still_there(self._calls[call])

    def _still_there(self, call: Call) -> bool:
        now = self._altigen.calls.get(call.handle)
        return now is not None and now.serial == call.serial


def _forget_oldest(remembered: OrderedDict[int, Any], most: int) -> None:
    while len(remembered) > most:
        remembered.popitem(last=False)
