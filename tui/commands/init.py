"""`helpdeck init`: asks for the three systems, tries what was typed, and writes a configuration.

What the system's file says for all who work here is tried with it, and not written once more.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from msgspec.structs import FieldInfo, fields

from tui.commands.check import Outcome, check_one
from tui.commands.conversation import Conversation
from tui.commands.country import likely_region
from tui.commands.foreground import run_in_foreground
from tui.config import Settings
from tui.config.layers import Layer
from tui.config.problems import ConfigError, nearest, shown
from tui.config.reader import settings_from, settings_of
from tui.config.regions import NAMES, region_named
from tui.config.settings_reader import is_secret
from tui.config.writer import obstacle, write_config
from tui.desk.counter import Counter
from tui.desk.systems import SYSTEMS
from tui.exit_codes import FAILED, FINE, WRONG_USAGE

NO_REGION: Final = "none"

Answers = dict[str, str]

System = type[Counter[Any, Any, Any]]


def _try_out(system: str, settings: Settings) -> Outcome:
    return run_in_foreground(check_one(system, settings))


class Setup:
    """One run through the questions."""

    def __init__(
        self,
        path: Path,
        conversation: Conversation,
        try_out: Callable[[str, Settings], Outcome] = _try_out,
        team: Layer | None = None,
    ) -> None:
        """``team``: the system's file."""
        self._path = path
        self._talk = conversation
        self._try_out = try_out
        self._team = team

    def run(self) -> int:
        """Ask, try, write; gives the exit code. Until the last moment nothing is on the disk."""
        say = self._talk.say
        name = shown(str(self._path))
        if reason := obstacle(self._path):
            say(f"{name} cannot be written: {reason}.")
            return FAILED
        if self._path.exists() and not self._talk.confirm(f"{name} exists. Replace it?", default=False):
            say("It was left as it is.")
            return FAILED
        say("Enter takes what stands in brackets. Passwords are not shown as you type them.")
        asked = ((system.name, self._section(system.counter)) for system in SYSTEMS)
        found = {name: answers for name, answers in asked if answers is not None}
        if not found:
            say("\nNo system was set up, so nothing was written.")
            return FAILED
        try:
            write_config(self._path, found)
        except OSError as error:
            say(f"\n{name} could not be written: {error.strerror}.")
            return FAILED
        say(f"\nWritten: {name} (only you can read it). `helpdeck` opens the dashboard.")
        return FINE

    def _section(self, system: System) -> Answers | None:
        say = self._talk.say
        say()
        if not self._talk.confirm(f"Set up {system.title} ({system.purpose})?", default=True):
            return None
        keys = [key for key in system.questions if not (_is_secret(system, key) and self._of_team(system, key))]
        answers: Answers = {}
        while True:
            self._ask(system, keys, answers)
            say(f"  asking {system.title} …")
            outcome = self._tried(system, answers)
            say(f"  {outcome.word}: {outcome.sentence}")
            if outcome.exit_code == FINE:
                return self._beyond_defaults(system, answers)
            match self._talk.choose("  What now?", ("correct", "keep", "skip")):
                case "keep":
                    return self._beyond_defaults(system, answers)
                case "skip":
                    return None
            # For example ca_file, which few need: asked for where the answer speaks of it.
            said = {outcome.setting, *(word.strip(".,:;?()") for word in outcome.sentence.split())}
            keys += [key for key in _texts(system) if f"{system.name}.{key}" in said and key not in keys]

    def _ask(self, system: System, keys: list[str], answers: Answers) -> None:
        for key in keys:
            question = "  " + system.questions.get(key, key)

            def fault(value: str, key: str = key) -> str:
                return self._fault(system, key, value)

            if key == "region":
                answers[key] = self._region(question, answers.get(key, self._of_team(system, key) or None))
            elif _is_secret(system, key):
                answers[key] = self._talk.ask_secret(question, fault, kept=answers.get(key, ""))
            else:
                answers[key] = self._talk.ask(question, answers.get(key) or self._default(system, key), fault)

    def _region(self, question: str, chosen: str | None) -> str:
        """The two letters of a country, asked for by its name: a guess that nobody can read is no choice."""
        likely = likely_region() if chosen is None else chosen

        def fault(answer: str) -> str:
            if answer == NO_REGION or region_named(answer):
                return ""
            near = nearest(answer, NAMES.values())
            return "no country of this name" + (f" (did you mean {near}?)" if near else "")

        return region_named(self._talk.ask(question, NAMES.get(likely, NO_REGION), fault))

    def _fault(self, system: System, key: str, value: str) -> str:
        """What the configuration would say about this value."""
        try:
            settings_from({system.name: {key: value}}, self._path)
        except ConfigError as error:
            for problem in error.problems:
                if problem.key == f"{system.name}.{key}":
                    question = f" (did you mean {problem.suggestion}?)" if problem.suggestion else ""
                    return f"{problem.message}{question}"
        return ""

    def _tried(self, system: System, answers: Answers) -> Outcome:
        """What comes of the answers, over what the system's file says of this system and of the archive."""
        layers = [Layer(self._path, {system.name: answers})]
        if self._team is not None:
            said = {name: self._team.table[name] for name in (system.name, "archive") if name in self._team.table}
            layers.insert(0, Layer(self._team.file, said, is_shared=True))
        try:
            settings = settings_of(layers)
        except ConfigError as error:
            return Outcome(system.name, "problem", "; ".join(map(str, error.problems)), WRONG_USAGE)
        return self._try_out(system.name, settings)

    def _beyond_defaults(self, system: System, answers: Answers) -> Answers:
        """What has to be written: what is left out follows the system's file, or else the program."""
        return {key: value for key, value in answers.items() if value != self._default(system, key)}

    def _default(self, system: System, key: str) -> str:
        default = _fields(system)[key].default
        return self._of_team(system, key) or (default if isinstance(default, str) else "")

    def _of_team(self, system: System, key: str) -> str:
        """What the system's file says of a key; of several values the first one."""
        found = None if self._team is None else self._team.find(system.name, key)
        if found is None:
            return ""
        _, raw = found
        return str(raw[0] if isinstance(raw, list) and raw else raw)


def _fields(system: System) -> dict[str, FieldInfo]:
    """The settings of a system, whose section may be absent."""
    section, _ = get_args(get_type_hints(Settings)[system.name])
    return {each.name: each for each in fields(section)}


def _texts(system: System) -> list[str]:
    """The keys whose default is a text: what is typed can be their value."""
    return [key for key, each in _fields(system).items() if isinstance(each.default, str)]


def _is_secret(system: System, key: str) -> bool:
    return is_secret(_fields(system)[key].type)
