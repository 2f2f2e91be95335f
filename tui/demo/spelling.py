"""How a server spells the names of its fields: the guide mixes its letter cases, and a serializer may have others."""

from collections.abc import Callable
from typing import Any, Literal

Spelling = Literal["guide", "pascal", "lower", "mixed"]

WORDS = frozenset({"eventType", "callEventType", "direction", "recordingState"})
"""Fields whose value is a word of the protocol, which a server could spell differently as well."""


def _pascal(name: str) -> str:
    return name[:1].upper() + name[1:]


_SPELLED: dict[Spelling, Callable[[str], str]] = {
    "guide": str,
    "pascal": _pascal,
    "lower": str.lower,
    "mixed": lambda name: (_pascal, str.lower, str.upper)[len(name) % 3](name),
}


def respelled(value: Any, spelling: Spelling) -> Any:
    """The same object with every key, and every word of the protocol, in this spelling."""
    if spelling == "guide" or not isinstance(value, dict):
        return value
    spell = _SPELLED[spelling]
    return {
        spell(key): spell(each) if key in WORDS and isinstance(each, str) else respelled(each, spelling)
        for key, each in value.items()
    }
