"""A scenario: the settings of the three systems and of the script that is played, read from a small TOML file."""

import random
import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert, field

SCENARIOS = Path(__file__).parent / "scenarios"


class BadScenario(ValueError):
    """A scenario that is not there or says something unknown."""


Count = Annotated[int, Meta(ge=0, le=1_000_000)]
Amount = Annotated[float, Meta(ge=0, le=1_000_000)]
Share = Annotated[float, Meta(ge=0, le=1)]


class Parameters(Struct, frozen=True):
    """What a script is made of: how many calls, how long, what goes wrong."""

    calls_per_minute: Amount = 12.0
    """How many calls begin, by day and night; with 0, none but those of the start."""
    talk_seconds: Amount = 45.0
    """How long a conversation lasts, about."""
    calls_going: Count = 5
    """How many calls exist at the start."""
    calls_most: Count = 40
    """With this many going, no further one begins."""
    accounts: Count = 128
    connections_today: Count = 40
    connections_yesterday: Count = 60
    missed: Share = 0.2
    """The share of calls that nobody takes."""
    recorded: Share = 0.25
    remote: Share = 0.6
    """The share of answered calls that get a remote connection."""
    outgoing: Share = 0.2
    unexplained: Share = 0.25
    """The share of remote connections whose report stays empty."""
    is_hostile: bool = False
    """Whether names, rows and frames are made to do harm."""
    link_seconds: Amount = 0.0
    """How often a link breaks; 0 is never."""
    refusal_seconds: Amount = 0.0
    """How often a system refuses; 0 is never."""


class Scenario(Struct, frozen=True):
    """Everything that differs between one simulation and another."""

    name: str
    seed: int = 1
    about: str = ""
    altigen: dict[str, Any] = field(default_factory=dict)
    """Constructor arguments of the simulated system; so for the other two."""
    alpemix: dict[str, Any] = field(default_factory=dict)
    remotepc: dict[str, Any] = field(default_factory=dict)
    parameters: Parameters = field(default_factory=Parameters)


KEYS = frozenset(Scenario.__struct_fields__) - {"name", "parameters"}


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
        plot = convert(written.pop("plot", {}), dict[str, Any])
        _refuse_unknown(plot, Parameters.__struct_fields__)
        _refuse_unknown(written, KEYS)
        scenario = convert({**written, "name": path.stem, "parameters": plot}, Scenario)
    except FileNotFoundError:
        raise BadScenario(
            f"there is no scenario {str(name)!r}: use {', '.join(names())} or the path of a .toml"
        ) from None
    except (OSError, ValueError, ValidationError) as error:  # ValueError: no TOML, no UTF-8, or unknown keys
        raise BadScenario(f"{path}: {error}") from error
    return _with_credentials(scenario)


def _refuse_unknown(written: Collection[str], known: Collection[str]) -> None:
    if unknown := set(written).difference(known):
        raise ValueError(f"unknown keys: {', '.join(sorted(unknown))}")


def _with_credentials(scenario: Scenario) -> Scenario:
    """What opens the simulated systems is made from the seed, so that a printed config stays good."""
    rng = rng_for(scenario.seed)
    scenario.altigen.setdefault("user", "201")
    scenario.alpemix.setdefault("user", "helpdesk")
    scenario.altigen.setdefault("password", f"{rng.randrange(10**6):06d}")
    scenario.alpemix.setdefault("secret_key", f"{rng.getrandbits(128):032x}")
    scenario.remotepc.setdefault("api_key", f"{rng.getrandbits(128):032x}")
    return scenario
