"""How a server writes JSON: the guide mixes the letter cases of its fields, and a serializer may have others."""

import json
from collections.abc import Callable
from typing import Any, Literal

Spelling = Literal["guide", "pascal", "lower", "mixed"]

WORDS = frozenset({"eventType", "callEventType", "direction", "recordingState"})
"""Fields whose value is a word of the protocol, which a server could spell differently as well."""


def pascal(name: str) -> str:
    """A name as .NET's serializers write it."""
    return name[:1].upper() + name[1:]


_SPELLED: dict[Spelling, Callable[[str], str]] = {
    "guide": str,
    "pascal": pascal,
    "lower": str.lower,
    "mixed": lambda name: (pascal, str.lower, str.upper)[len(name) % 3](name),
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


def json_text(value: object) -> str:
    """The JSON text of a value; a lone surrogate can only travel as an escape."""
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text
