"""Asks each system whether it lets us in, and leaves nothing behind: no session, no licence."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tui.config import AlpemixSettings, AltiGenSettings, ArchiveSettings, RemotePCSettings, Secret, Settings, masked
from tui.models.calls import AltiGenEvent, Unreadable
from tui.models.text import clean
from tui.services.errors import LicenceInUse, Limited, NotBound, ServiceError, Unreachable

SECONDS: Final = 15.0
"""How long one system may take to answer."""

SYSTEMS: Final = ("altigen", "alpemix", "remotepc")

SPENT: Final = "one token request of 5 and one report of 3 a minute are spent"

OK: Final = 0
REFUSED: Final = 1
TRY_AGAIN: Final = 3


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
    """Ask the three side by side; the outcomes come in the order of :data:`SYSTEMS`."""
    # Not gather: when it is cancelled, it does not wait until each has logged off.
    async with asyncio.TaskGroup() as group:
        asked = [group.create_task(check_one(system, settings, seconds)) for system in SYSTEMS]
    return [task.result() for task in asked]


async def check_one(system: str, settings: Settings, seconds: float = SECONDS) -> Outcome:
    """Ask one system, which may be switched off."""
    asking = _asking(system, settings)
    if asking is None:
        return Outcome(system, "off", f"there is no section [{system}]", OK)
    outcome = await _outcome(system, asking, seconds)
    return Outcome(
        system, outcome.word, _without_secrets(outcome.sentence, settings), outcome.exit_code, outcome.setting
    )


def exit_code(outcomes: list[Outcome]) -> int:
    """One code for all: a refusal goes first, because trying again does not help against it."""
    codes = {outcome.exit_code for outcome in outcomes}
    return REFUSED if REFUSED in codes else TRY_AGAIN if TRY_AGAIN in codes else OK


async def _outcome(system: str, asking: Callable[[], Awaitable[str]], seconds: float) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            return Outcome(system, "ok", await asking(), OK)
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
        return Outcome(system, "failed", f"a fault of Helpdeck itself ({type(error).__name__})", REFUSED)


def _word_and_code(error: ServiceError) -> tuple[str, int]:
    match error:
        case NotBound():
            return "refused", REFUSED
        case LicenceInUse() | Limited():
            return "busy", TRY_AGAIN
        case Unreachable():
            return "unreachable", TRY_AGAIN
    return "refused", REFUSED


def _asking(system: str, settings: Settings) -> Callable[[], Awaitable[str]] | None:
    match system, settings:
        case "altigen", Settings(altigen=AltiGenSettings() as altigen):
            return lambda: _altigen(altigen)
        case "alpemix", Settings(alpemix=AlpemixSettings() as alpemix):
            return lambda: _alpemix(alpemix, settings.archive)
        case "remotepc", Settings(remotepc=RemotePCSettings() as remotepc):
            return lambda: _remotepc(remotepc)
    return None


async def _altigen(settings: AltiGenSettings) -> str:
    from tui.services.altigen import AltiGenReader

    async with AltiGenReader(settings) as service:
        await service.log_on()
        async with service.channel() as channel:
            await channel.bind()
            told = await channel.first_sign()
            await service.log_off()  # before the channel goes, which would release the session too
    remark = "" if settings.region else "; altigen.region is not set: only extensions and numbers with + can be called"
    return f"logged on as {settings.user}, {_of_channel(told.events)}, logged off{remark}"


def _of_channel(events: Sequence[AltiGenEvent]) -> str:
    """What the event channel showed of itself."""
    if not events:
        return "the event channel stands (no call came on it yet)"
    if all(isinstance(event, Unreadable) for event in events):
        return "what the event channel tells cannot be read: check altigen.events_path"
    return "the event channel tells of calls"


async def _alpemix(settings: AlpemixSettings, archive: ArchiveSettings) -> str:
    from tui.archive import open_store
    from tui.services.alpemix import AlpemixService

    # Its requests count like those of a dashboard that runs beside it; the kept token is left alone: the key is tried.
    async with (
        open_store(archive) as shared,
        AlpemixService(settings, archive=shared) as service,
    ):
        await service.last(1)
    return f"got a token as {settings.user}, and a report ({SPENT})"


async def _remotepc(settings: RemotePCSettings) -> str:
    from tui.services.remotepc import RemotePCReader

    async with RemotePCReader(settings) as service:
        users = await service.list_users()
    return f"let in, {len(users)} users"


def _without_secrets(sentence: str, settings: Settings) -> str:
    """The sentence as it may be shown: a system may repeat a password in its complaint."""
    secrets: list[Secret] = []
    if settings.altigen:
        secrets.append(settings.altigen.password)
    if settings.alpemix:
        secrets.append(settings.alpemix.secret_key)
    if settings.remotepc:
        secrets.append(settings.remotepc.api_key)
    return clean(masked(sentence, secrets))
