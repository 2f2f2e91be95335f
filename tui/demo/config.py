"""The configuration of Helpdeck that fits the simulated systems."""

from collections.abc import Mapping

KEYS = {
    "altigen": ("user", "password", "system", "events_path", "bind", "record_path"),
    "alpemix": ("user", "secret_key", "timezone"),
    "remotepc": ("api_key",),
}
"""What lets a client in, and what the guides leave open; what is absent has the default of the configuration."""

REGION = "US"


def section(system: str, url: str, values: Mapping[str, object]) -> dict[str, object]:
    """A system's section; of the values, those that a client must know."""
    known = {key: str(values[key]) for key in KEYS[system] if key in values}
    return {"url": url, **known, **({"region": REGION} if system == "altigen" else {})}
