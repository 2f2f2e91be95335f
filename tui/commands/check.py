"""Asks each system whether it lets us in, and leaves nothing behind: no session, no licence."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tui.config import Settings, masked
from tui.desk.systems import SYSTEMS, counter_of
from tui.exit_codes import FAILED, FINE, TRY_AGAIN
from tui.models.text import clean
from tui.services.errors import LicenceInUse, Limited, NotBound, ServiceError, Unreachable

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
    outcome = await _outcome(system, partial(counter.check, counter.section), seconds)
    return Outcome(
        system, outcome.word, _without_secrets(outcome.sentence, settings), outcome.exit_code, outcome.setting
    )


def exit_code(outcomes: list[Outcome]) -> int:
    """One code for all: a refusal goes first, because trying again does not help against it."""
    codes = {outcome.exit_code for outcome in outcomes}
    return next((code for code in (FAILED, TRY_AGAIN) if code in codes), FINE)


async def _outcome(system: str, asking: Callable[[], Awaitable[str]], seconds: float) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            return Outcome(system, "ok", await asking(), FINE)
    except TimeoutError:
        return Outcome(system, "unreachable", f"no answer within {seconds:g} s", TRY_AGAIN)
    except ServiceError as error:
        word, code = _word_and_code(error)
        sentence = error.sentence
        if isinstance(error, Limited):
            sentence += f" The next request may go in {math.ceil(error.seconds)} s."
        words = f" It says: {error.detail}" if error.detail and error.detail not in error.sentence else ""
        return Outcome(system, word, f"{sentence}{words}", code, error.setting)
    except Exception as error:  # noqa: BLE001 - a fault of ours here must not hide what the other systems say
        return Outcome(system, "failed", f"a fault of Helpdeck itself ({type(error).__name__})", FAILED)


def _word_and_code(error: ServiceError) -> tuple[str, int]:
    match error:
        case NotBound():
            return "refused", FAILED
        case LicenceInUse() | Limited():
            return "busy", TRY_AGAIN
        case Unreachable():
            return "unreachable", TRY_AGAIN
    return "refused", FAILED


def _without_secrets(sentence: str, settings: Settings) -> str:
    """The sentence as it may be shown: a system may repeat a password in its complaint."""
    counters = [system.counter(settings) for system in SYSTEMS]
    secrets = [each.credentials(each.section).secret for each in counters if each.section is not None]
    return clean(masked(sentence, secrets))
