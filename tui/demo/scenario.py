"""A scenario: the settings of the three systems and of the script that is played, read from a small TOML file."""

import random
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

SCENARIOS = Path(__file__).parent / "scenarios"


class BadScenario(ValueError):
    """A scenario that is not there or says something unknown."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """What a script is made of: how many calls, how long, what goes wrong."""

    calls_per_minute: float = 12.0
    """How many calls begin, by day and night."""
    talk_seconds: float = 45.0
    """How long a conversation lasts, about."""
    calls_going: int = 5
    """How many calls exist at the start."""
    calls_most: int = 40
    """With so many going, no further one begins."""
    accounts: int = 128
    connections_today: int = 40
    connections_yesterday: int = 60
    missed: float = 0.2
    """The share of calls that nobody takes."""
    recorded: float = 0.25
    remote: float = 0.6
    """The share of answered calls that get a remote connection."""
    outgoing: float = 0.2
    unexplained: float = 0.25
    """The share of remote connections whose report stays empty."""
    is_hostile: bool = False
    """Whether names, rows and frames are made to do harm."""
    link_seconds: float = 0.0
    """How often a link breaks; 0 is never."""
    refusal_seconds: float = 0.0
    """How often a system refuses; 0 is never."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that differs between one simulation and another."""

    name: str
    seed: int = 1
    about: str = ""
    altigen: dict[str, Any] = field(default_factory=dict)
    """Constructor arguments of the simulated system; so for the other two."""
    alpemix: dict[str, Any] = field(default_factory=dict)
    remotepc: dict[str, Any] = field(default_factory=dict)
    parameters: Parameters = field(default_factory=Parameters)


def rng_for(seed: int) -> random.Random:
    """The random numbers of a script: the same seed gives the same script."""
    return random.Random(seed)  # noqa: S311 - it decides who calls, not a secret


def names() -> list[str]:
    """The scenarios that come with the program."""
    return sorted(each.stem for each in SCENARIOS.glob("*.toml"))


def read(name: str | Path) -> Scenario:
    """A scenario by its name, or by the path of its file."""
    path = Path(name) if str(name).endswith(".toml") else SCENARIOS / f"{name}.toml"
    try:
        written = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise BadScenario(
            f"there is no scenario {str(name)!r}: use {', '.join(names())} or the path of a .toml"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise BadScenario(f"{path}: {error}") from error
    parameters = written.pop("plot", {})
    _refuse_unknown(path, parameters, Parameters)
    _refuse_unknown(path, written, Scenario)
    scenario = Scenario(name=path.stem, parameters=Parameters(**parameters), **written)
    return _with_credentials(scenario)


def _refuse_unknown(path: Path, written: dict[str, Any], kind: type[Parameters] | type[Scenario]) -> None:
    unknown = written.keys() - {each.name for each in fields(kind)}
    if unknown:
        raise BadScenario(f"{path}: unknown keys: {', '.join(sorted(unknown))}")


def _with_credentials(scenario: Scenario) -> Scenario:
    """What opens the simulated systems is made from the seed, so that a printed config stays good."""
    rng = rng_for(scenario.seed)
    scenario.altigen.setdefault("user", "201")
    scenario.alpemix.setdefault("user", "helpdesk")
    scenario.altigen.setdefault("password", f"{rng.randrange(10**6):06d}")
    scenario.alpemix.setdefault("secret_key", f"{rng.getrandbits(128):032x}")
    scenario.remotepc.setdefault("api_key", f"{rng.getrandbits(128):032x}")
    return scenario
