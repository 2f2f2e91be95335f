"""The config, read again while the program runs: what changed is said, and applied where that is safe.

Credentials that a system has refused are not sent again for a mere wish to ask again: eight wrong passwords lock an
extension. The person is asked, and decides.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from msgspec.structs import fields, replace

from tui.config import Settings
from tui.config.problems import ConfigError, Problem
from tui.config.settings import HooksSettings
from tui.desk.counter import Counter
from tui.models.links import Phase
from tui.models.waiting import in_thread

LIVE: Final = frozenset(
    {"ui.readonly", "ui.bell", "ui.timezone", "calls.claim_minutes", "calls.callback_minutes"}
    | {f"hooks.{each.name}" for each in fields(HooksSettings)}
)
"""Keys beside the systems' that are applied to a program that runs; the others need a restart."""

NAMED: Final = 3
"""Keys that are named of those that changed."""


class Reread(Protocol):
    """Reads the config again; may take long, and runs beside the loop."""

    def __call__(self, *, wholly: bool) -> Settings | None:
        """The settings, or None where nothing changed since they were read and not all is wanted.

        Raises:
            ConfigError: they cannot be used now.
        """


@dataclass(frozen=True, slots=True)
class Again:
    """What came of the wish to ask a system again."""

    said: str = ""
    question: str = ""
    """What the person is to decide before anything is sent; empty where it was sent, or need not be."""
    problems: tuple[Problem, ...] = ()
    """Why the config cannot be used now: the old one stays."""


class Rereading:
    """Asks the systems again, after a look at the config."""

    def __init__(
        self,
        counters: Mapping[str, Counter[Any, Any, Any]],
        settings: Settings,
        adopt: Callable[[Settings], None],
        reread: Reread | None,
    ) -> None:
        """``adopt`` is called with the settings to go by from now on."""
        self._counters = counters
        self._settings = self._last = settings
        self._adopt = adopt
        self._reread = reread
        self._is_reading = False
        self._held: set[str] = set()
        """Systems whose new settings were refused before: they wait for the person's word."""

    async def ask_again(self, system: str) -> Again:
        """Read the config anew, and ask the system as soon as its limits allow."""
        if self._is_reading:
            return Again("the config is still being read")
        counter, told = self._counters[system], ""
        begun: frozenset[str] = frozenset()
        problems: tuple[Problem, ...] = ()
        if self._reread is not None:
            self._is_reading = True
            try:
                is_refused = counter.link.phase is Phase.REFUSED
                found = await in_thread(partial(self._reread, wholly=is_refused), "config")
                if found is not None:
                    told, begun = await self._take(found)
            except ConfigError as error:
                problems = error.problems
            finally:
                self._is_reading = False
        is_refused = system in self._held or counter.link.phase is Phase.REFUSED
        if is_refused and counter.was_refused:
            return Again(told, counter.question, problems)
        said = told if system in begun else "; ".join(filter(None, (told, counter.refresh())))
        return Again(said, problems=problems)

    async def insist(self, system: str) -> str:
        """Send what was refused before once more: the person has said so. Says what will happen."""
        counter = self._counters[system]
        if system in self._held:
            self._held.discard(system)
            await counter.begin_anew(None)
        return counter.refresh()

    async def _take(self, found: Settings) -> tuple[str, frozenset[str]]:
        """Apply what can be applied; says what changed, and which systems begin anew."""
        changed, self._last = changes(self._last, found), found
        before = self._settings
        ui = replace(before.ui, readonly=found.ui.readonly, bell=found.ui.bell, timezone=found.ui.timezone)
        systems = {name: getattr(found, name) for name in self._counters}
        self._settings = replace(before, **systems, calls=found.calls, hooks=found.hooks, ui=ui)
        self._adopt(self._settings)
        begun = set()
        for system, counter in self._counters.items():
            if counter.begins_anew_for(changed):
                if counter.was_refused:
                    self._held.add(system)
                else:
                    self._held.discard(system)
                    await counter.begin_anew(getattr(before, system))
                    begun.add(system)
        return self._told(changed), frozenset(begun)

    def _told(self, changed: list[str]) -> str:
        now = [key for key in changed if key.partition(".")[0] in self._counters or key in LIVE]
        later = [key for key in changed if key not in now]
        parts = (f"changed: {_named(now)}" if now else "", f"changed after a restart: {_named(later)}" if later else "")
        return "; ".join(filter(None, parts))


def changes(before: Settings, after: Settings) -> list[str]:
    """The keys that differ, dotted; a section that came or went is named whole."""
    found = []
    for each in fields(Settings):
        old, new = getattr(before, each.name), getattr(after, each.name)
        if isinstance(old, dict):
            found += [f"keys.{id}" for id in sorted({*old, *new}) if old.get(id) != new.get(id)]
        elif old is None or new is None:
            found += [each.name] if old is not new else []
        else:
            found += [
                f"{each.name}.{key.name}" for key in fields(old) if getattr(old, key.name) != getattr(new, key.name)
            ]
    return found


def _named(keys: list[str]) -> str:
    shown = [f"[{key}]" if "." not in key else key for key in keys[:NAMED]]
    return ", ".join(shown) + (f" and {len(keys) - NAMED} more" if len(keys) > NAMED else "")
