"""`helpdeck collect`: the desk without a screen. What the systems forget is kept while nobody looks.

Where systemd asks, it is told that the service is ready as soon as the feeds run, and not when the first answer is
kept: a system or a server that is away is no reason to be started anew, and what the service waits for is its status.
"""

from __future__ import annotations

import asyncio
from typing import Any, Final, Never

from msgspec.structs import replace

from tui.archive import open_store
from tui.archive.errors import StoreError
from tui.commands.check import Outcome, exit_code, outcome_of
from tui.commands.conversation import Say
from tui.commands.foreground import run_in_foreground
from tui.commands.service_manager import ServiceManager
from tui.config import Secret, Settings, masked
from tui.desk import Desk
from tui.desk.counter import KeptCounter
from tui.desk.systems import SYSTEMS
from tui.exit_codes import FAILED, WRONG_USAGE
from tui.identity import host_name
from tui.models.links import Phase
from tui.models.text import clean
from tui.services.errors import describe
from tui.state import state_folder

KEPT: Final = tuple(system for system in SYSTEMS if issubclass(system.counter, KeptCounter))
"""The systems that forget. None of them gives a licence that a person might need."""

LOOK_SECONDS: Final = 1.0
"""How often to look for what changed."""

ONCE_SECONDS: Final = 240.0
"""How long `--once` may take: two requests at their longest, and a wait for the budget beside them."""

ENDING_SECONDS: Final = 4.0
"""After a signal nothing takes longer than this."""

NO_DISK: Final = "{sentence} What is collected is to be kept: name a file that can be written in archive.path."


def collect(settings: Settings, say: Say, *, once: bool = False) -> int:
    """Keep what the systems tell until a signal comes, or ``once`` what is due; gives the exit code.

    ``say`` is given one line for each change. Raises Interrupted.
    """
    counters = [system.counter(settings) for system in KEPT]
    if all(counter.section is None or counter.why_not_asked for counter in counters):
        for counter in counters:
            say(f"helpdeck: {counter.why_not_asked or counter.why_off}")
        say("helpdeck: so there is nothing to keep")
        return WRONG_USAGE
    # Nothing is changed from here: services that could are not even made.
    settings = replace(settings, ui=replace(settings.ui, readonly=True))
    try:
        return run_in_foreground(_collect(settings, say, once=once), ending_seconds=ENDING_SECONDS)
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends here, with its report
        from tui.crash import write_crash_report

        say(write_crash_report(error, state_folder()))
        return FAILED


async def _collect(settings: Settings, say: Say, *, once: bool) -> int:
    if why := await _why_not_kept(settings):
        say(f"helpdeck: {why}")
        return WRONG_USAGE
    desk = Desk(
        settings,
        state_folder=state_folder(),
        archive=settings.archive,
        crash_folder=state_folder(),
        systems=KEPT,
        keeper=host_name(),
    )
    if once:
        outcomes = await _keep_once(desk)
        for outcome in outcomes:
            say(str(outcome))
        return exit_code(outcomes)
    manager = ServiceManager()
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.run(), name="desk")
        try:
            await tell_changes(desk, say, manager)
        finally:
            manager.stopping()


async def _why_not_kept(settings: Settings) -> str:
    """Why the archive keeps nothing, where a fallback would take its place; a server has none."""
    if settings.archive.url:
        return ""
    async with open_store(settings.archive) as store:
        try:
            await store.changed()
        except StoreError:
            return ""  # it may pass, and the feeds say what it is
        return "" if store.degraded_by is None else NO_DISK.format(sentence=store.degraded_by.sentence)


async def _keep_once(desk: Desk) -> list[Outcome]:
    """Let each system's counter keep what is due, side by side."""
    async with open_store(desk.settings.archive, desk.clock) as archive, asyncio.TaskGroup() as group:
        asked = [group.create_task(_kept_once(counter, archive)) for counter in _asked(desk)]
    return [task.result() for task in asked]


async def _kept_once(counter: KeptCounter[Any, Any, Any], archive: Any) -> Outcome:
    async def keep() -> str:
        await counter.keep_once(counter.section, archive)
        return counter.kept or "nothing is due yet"

    return await outcome_of(counter.name, keep, ONCE_SECONDS)


async def tell_changes(desk: Desk, say: Say, manager: ServiceManager) -> Never:
    """Say what changed, and let the service manager know how it stands; for ever."""
    told: dict[tuple[str, str], str] = {}
    status, is_ready = "", False
    look_seconds = min(LOOK_SECONDS, manager.ping_seconds or LOOK_SECONDS)
    while True:
        manager.ping()  # from the loop that everything runs in: where it stands still, nobody says that it lives
        counters = _asked(desk)
        for counter in counters:
            for about, text in (("link", _state_of(counter)), ("kept", counter.kept and f"kept {counter.kept}")):
                if text and told.get((counter.name, about)) != text:
                    told[counter.name, about] = text
                    say(_safe(f"{counter.title}: {text}"))
        now = "; ".join(f"{counter.title} {told.get((counter.name, 'link'), 'starting')}" for counter in counters)
        if status != now:
            status = now
            manager.status(_safe(status))
        if not is_ready and all(counter.feed is not None for counter in counters):
            is_ready = True
            manager.ready()
        await asyncio.sleep(look_seconds)


def _state_of(counter: KeptCounter[Any, Any, Any]) -> str:
    """How the link stands, without what changes with every request; empty on the way to another state."""
    link = counter.link
    if link.phase is Phase.CONNECTING:
        return ""
    reason = describe(link.reason, link.detail, link.setting) if link.reason else ""
    trouble = "" if counter.trouble in reason else counter.trouble
    return ": ".join(filter(None, (str(link.phase), " ".join(filter(None, (reason, trouble))))))


def _asked(desk: Desk) -> list[KeptCounter[Any, Any, Any]]:
    """The counters that have something to keep."""
    counters = [counter for counter in desk.counters.values() if isinstance(counter, KeptCounter)]
    return [counter for counter in counters if counter.section is not None and not counter.why_not_asked]


def _safe(text: str) -> str:
    """A line without secrets, which a system may repeat in its complaint."""
    return clean(masked(text, Secret.living()))
