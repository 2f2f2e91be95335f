"""The stage of a screen test: the real program over the real desk, against the simulated systems on loopback."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from msgspec.structs import replace
from textual import events
from textual.driver import Driver

from tests.clock import START, FakeClock
from tests.counters import calls_of
from tests.quiescence import Threads, until_nothing_is_ready
from tests.screen.terminal import Terminal
from tests.toolkit import driver_of, has_batch, is_soon, timers_of
from tests.waiting import until
from tui.app import HelpdeckApp
from tui.config import ArchiveSettings, Settings
from tui.config.reader import settings_from
from tui.config.secret import NO_SECRET
from tui.demo import Simulation
from tui.desk import Desk
from tui.state import State
from tui.terminal.toolkit import is_ending, key_of

SMALL: Final = (80, 24)
LARGE: Final = (120, 40)
SIZES: Final = (SMALL, LARGE)

LIVE: Final = ("AltiGen live", "Alpemix live", "RemotePC live")
"""What the status line says once all three systems answered."""

SNAPSHOT_SECONDS: Final = 5.0
"""After this the calls that the channel opened with are taken as complete; every test begins then, at 09:00:05."""

FRAME_SECONDS: Final = 0.02
"""The program's own frame clock runs faster here, so that no test waits a quarter of a second."""

PAINT_SECONDS: Final = 0.002
"""How often the toolkit paints, for the same reason."""

TOGETHER_SECONDS: Final = 0.001
"""Keys that come closer than this came in one piece; nobody types so here."""

SOON_SECONDS: Final = 0.1
"""What the program has put off by no more than this belongs to what it is doing; by more, it waits for a person."""

POLL_SECONDS: Final = 0.001
"""How often to look whether what is known to be under way has ended."""

LEAP_MOST: Final = 300.0
"""Seconds that pass at once: less than those that a channel may be silent for."""

KNOCK_SECONDS: Final = 15.0
"""After this the channel is asked for a sign of life."""

SLEEPERS: Final = 6
"""Who waits for the clock once all is live: the watch over the channel, its sign of life, the two that poll, who keeps
the calls, and who reads whom to call back."""

CALL_SLEEPERS: Final = 2
"""Those of them that are there where calls are kept: the recorder and the list of call-backs."""

SYSTEMS: Final = ("altigen", "alpemix", "remotepc")

sloppiness: int | None = None
"""The seed of the forms in which the systems answer, in a test with the mark ``sloppy``; None: as their pages say."""

Result = TypeVar("Result")


class AppDriver:
    """What a test does and sees: it types keys and reads text."""

    def __init__(self, simulation: Simulation, app: HelpdeckApp, clock: FakeClock, threads: Threads) -> None:
        self.simulation = simulation
        self.app = app
        self.clock = clock
        self._threads = threads
        self._typed_at = 0.0

    @property
    def terminal(self) -> Terminal:
        """The terminal that the program writes to."""
        return cast(Terminal, driver_of(self.app))  # or another that stands for one

    async def press(self, *keys: str) -> None:
        """Press keys by their names, each after the one before has had its effect."""
        for key in keys:
            self._key(key)
            await self.settle()

    async def type(self, text: str) -> None:
        """Type a text into what has the focus."""
        for letter in text:
            self._key(letter)
        await self.settle()

    def _key(self, key: str) -> None:
        name = key_of(key) if len(key) == 1 and not key.isalnum() else key
        letter = key if len(key) == 1 else {"space": " ", "enter": "\r", "tab": "\t"}.get(key)
        event = events.Key(name, letter)
        self._typed_at = event.time = max(event.time, self._typed_at + 2 * TOGETHER_SECONDS)
        self.terminal.process_message(event)

    async def fill(self, *texts: str) -> None:
        """Type into the fields of a form one after the other, tab between them."""
        for place, text in enumerate(texts):
            if place:
                await self.press("tab")
            await self.type(text)

    async def call(self, number: str) -> None:
        """Call a number by the form."""
        await self.press("c")
        await self.type(number)
        await self.press("enter")

    async def paste(self, text: str) -> None:
        """Paste a text, as a terminal hands it over."""
        self.terminal.process_message(events.Paste(text))
        await self.settle()

    async def arrive(self, data: str) -> None:
        """Keys that a slow line delivers in one piece."""
        self.terminal.arrive(data)
        await self.settle()

    async def resize(self, width: int, height: int) -> None:
        """Drag the window to another size."""
        self.terminal.resize(width, height)
        await self.settle()

    async def settle(self) -> None:
        """Let everything that was asked for be done and painted.

        When this returns, nothing goes on by itself: no message, callback, task or socket of the loop is ready to be
        handled, and none is put off. Everything that acts later without being ready now is one of these, and is
        waited for: a key that waits for the one before it; a thread; a timer that acts once, soon; a screen's paint,
        and with it each layout, scroll, repaint and callback after a refresh, for which a screen has its timer running;
        a batch of updates; a frame that the driver has not sent. What is left after that needs the clock of the test,
        the program's frame clock (see :meth:`frames`), a person, or a system that does not answer yet.
        """
        while True:
            await until_nothing_is_ready()
            if not self.is_open or not self._has_put_off():
                return
            await asyncio.sleep(POLL_SECONDS)

    def _has_put_off(self) -> bool:
        """Whether something is under way that is not ready to go on now."""
        app = self.app
        if app.has_keys_waiting or has_batch(app) or self._threads.are_at_work:
            return True
        next_poll = getattr(self.terminal, "next_poll", None)
        if next_poll is not None and next_poll.when() - asyncio.get_running_loop().time() <= SOON_SECONDS:
            return True
        return any(is_soon(timer, SOON_SECONDS) for timer in timers_of(app))

    @property
    def is_open(self) -> bool:
        """Whether the program still runs."""
        return not is_ending(self.app)

    async def pass_seconds(self, seconds: float) -> None:
        """Let time pass for the program and the systems alike, and be shown."""
        if seconds > LEAP_MOST:  # a sign of life that comes before the leap is looked at after it
            seconds -= KNOCK_SECONDS
            self.clock.advance(KNOCK_SECONDS)
            await self.settle()
        self.clock.advance(seconds)
        await self.frames()

    async def frames(self) -> None:
        """Let the program look at its data once more, by its own clock."""
        await self.settle()
        begun = asyncio.get_running_loop().time()
        await until(lambda: self.app.polled_at > begun or not self.is_open)
        await self.settle()

    @property
    def lines(self) -> list[str]:
        """What stands on the screen, line by line."""
        return self.terminal.lines

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return "\n".join(self.lines)

    @property
    def footer(self) -> str:
        """The last line."""
        return self.lines[-1]

    def line(self, *parts: str) -> str:
        """The one line that holds all these parts."""
        found = [line for line in self.lines if all(part in line for part in parts)]
        assert len(found) == 1, f"{len(found)} lines hold {parts}:\n{self.text}"
        return found[0]

    def field_line(self, label: str) -> int:
        """In which line the field of a form with this label stands."""
        (found,) = [place for place, line in enumerate(self.lines) if line[2:20].rstrip() == label]
        return found

    def rows(self, *marks: str) -> list[str]:
        """The marks that are on the screen, from the top to the bottom."""
        places = {mark: place for mark in marks if (place := self.text.find(mark)) >= 0}
        return sorted(places, key=lambda mark: places[mark])

    async def until(self, *parts: str) -> None:
        """Wait until all these texts are on the screen."""
        await self.when(lambda: all(part in self.text for part in parts), f"not on the screen: {parts}")

    async def until_gone(self, *parts: str) -> None:
        """Wait until none of these texts is on the screen."""
        await self.when(lambda: not any(part in self.text for part in parts), f"still on the screen: {parts}")

    async def when(self, is_so: Callable[[], bool], complaint: str = "it did not come about") -> None:
        """Wait until something is true."""
        try:
            await until(is_so)
        except TimeoutError:
            raise AssertionError(f"{complaint}\n{self.text}") from None
        await self.settle()


def settings_of(simulation: Simulation, **changed: Mapping[str, Any]) -> Settings:
    """The settings that fit the simulated systems, with some keys of some sections changed."""
    table = tomllib.loads(simulation.config())
    for section, values in changed.items():
        table[section] = {**table.get(section, {}), **values}
    return settings_from(table, Path("config.toml"))


def without_secrets(settings: Settings) -> Settings:
    """The settings of a person who may only read what a team's archive holds."""
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    alpemix = replace(settings.alpemix, secret_key=NO_SECRET)
    return replace(settings, alpemix=alpemix, remotepc=replace(settings.remotepc, api_key=NO_SECRET))


@asynccontextmanager
async def app_driver(
    size: tuple[int, int] = SMALL,
    *,
    scenario: str = "desk",
    opening: bool = False,
    scripted: bool = False,
    without: tuple[str, ...] = (),
    is_connecting: bool = True,
    prepare: Callable[[Simulation], object] | None = None,
    simulated: Mapping[str, Any] | None = None,
    state: State | None = None,
    state_folder: Path | None = None,
    archive: Path | ArchiveSettings | None = None,
    began: datetime = START,
    driver: type[Driver] = Terminal,
    frame_seconds: float = FRAME_SECONDS,
    has_secrets: bool = True,
    **changed: Mapping[str, Any],
) -> AsyncIterator[AppDriver]:
    """The program, running and connected, at a size; empty systems unless ``opening`` fills them.

    ``simulated`` are settings of the simulated systems, ``changed`` sections of the configuration, ``without`` sections
    that it lacks; ``prepare`` is given the simulation before the program starts. The audit is kept in ``state_folder``,
    if anywhere, and what is remembered in ``archive``. Where ``is_connecting`` is false, the test begins at once and
    not when all three systems are live. Where ``has_secrets`` is false, nobody is asked but AltiGen.
    """
    clock = FakeClock(began)
    if sloppiness is not None:
        scenario = "sloppy"
        simulated = {name: {"sloppiness": sloppiness, **(simulated or {}).get(name, {})} for name in SYSTEMS}
    async with Simulation(
        scenario,
        scripted=scripted,
        opening=opening,
        clock=clock.tick,
        calendar=lambda: clock.now().at,
        **(simulated or {}),
    ) as simulation:
        if prepare is not None:
            prepare(simulation)
        # The clock leaps over more seconds than a channel may be silent for.
        patient = {"stale_seconds": 600, "dead_seconds": 3600}
        sections = {**changed, "altigen": {**patient, **changed.get("altigen", {})}}
        absent: dict[str, Any] = dict.fromkeys(without)
        settings = replace(settings_of(simulation, **sections), **absent)
        if not has_secrets:
            settings = without_secrets(settings)
        remembers = ArchiveSettings(path=str(archive)) if isinstance(archive, Path) else archive
        if remembers is not None:
            settings = replace(settings, archive=remembers)
        desk = Desk(settings, clock=clock, state_folder=state_folder, archive=remembers)
        app = HelpdeckApp(desk, state, frame_seconds=frame_seconds)
        app.driver_class = driver
        threads = Threads()
        async with asyncio.TaskGroup() as group, app.run_test(headless=False, size=size):
            engine = group.create_task(desk.run())
            try:
                standing = AppDriver(simulation, app, clock, threads)
                if is_connecting:
                    await standing.when(lambda: calls_of(desk).is_settling, "the event channel does not open")
                    await standing.until(*(("5 live", "40 today", "128 users") if opening else ()), *LIVE[1:])
                    await clock.until_sleeping(
                        SLEEPERS if remembers is None or remembers.calls else SLEEPERS - CALL_SLEEPERS
                    )
                    await standing.pass_seconds(SNAPSHOT_SECONDS)
                    await standing.until(*LIVE)
                yield standing
            finally:
                engine.cancel()
