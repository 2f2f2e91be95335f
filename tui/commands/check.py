"""Asks each system whether it lets us in, and leaves nothing behind: no session, no licence."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tui.config import Secret, Settings, masked
from tui.desk.systems import SYSTEMS, counter_of
from tui.exit_codes import FAILED, FINE, TRY_AGAIN
from tui.models.text import clean
from tui.services.errors import OwnFault, ServiceError, Unreachable, describe_error

SECONDS: Final = 15.0
"""How long one system may take to answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of asking one system."""

    system: str
    word: str
    sentence: str
    exit_code: int
    setting: str = ""
    """Key of the configuration to look at; may be empty."""

    def __str__(self) -> str:
        return f"{self.system:<10} {self.word}: {self.sentence}"


async def check_all(settings: Settings, seconds: float = SECONDS) -> list[Outcome]:
    """Ask the systems side by side; the outcomes come in the order of :data:`SYSTEMS`."""
    # Not gather: when it is cancelled, it does not wait until each has logged off.
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(check_one(system.name, settings, seconds)) for system in SYSTEMS]
    return [task.result() for task in asked]


async def check_one(system: str, settings: Settings, seconds: float = SECONDS) -> Outcome:
    """Ask one system, which may be switched off."""
    counter = counter_of(system)(settings)
    if counter.section is None:
        return Outcome(system, "off", f"there is no section [{system}]", FINE)
    if reason := counter.why_not_asked:
        return Outcome(system, "not asked", reason, FINE)
    return await outcome_of(system, partial(counter.check, counter.section), seconds)


def exit_code(outcomes: list[Outcome]) -> int:
    """One code for all: a refusal goes first, because trying again does not help against it."""
    codes = {outcome.exit_code for outcome in outcomes}
    return next((code for code in (FAILED, TRY_AGAIN) if code in codes), FINE)


async def outcome_of(system: str, asking: Callable[[], Awaitable[str]], seconds: float) -> Outcome:
    """What comes of asking one system."""
    try:
        async with asyncio.timeout(seconds):
            word, said, code, setting = "ok", await asking(), FINE, ""
    except Exception as error:  # noqa: BLE001 - a fault of ours here must not hide what the other systems say
        is_late = isinstance(error, TimeoutError)
        failure = Unreachable(f"no answer within {seconds:g} s") if is_late else failure_of(error)
        word, code, _ = failure.verdict
        said, setting = describe_error(failure), failure.setting
    # A system may repeat a password in its complaint.
    return Outcome(system, word, clean(masked(said, Secret.living())), code, setting)


def failure_of(error: Exception) -> ServiceError:
    """The error itself, or what is to be said of a fault of our own, of which a report is written."""
    if isinstance(error, ServiceError):
        return error
    from tui.crash import FaultReports
    from tui.state import state_folder

    return OwnFault(FaultReports(state_folder()).write(error))
