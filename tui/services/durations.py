"""How long something lasted, as a server may write it."""

from __future__ import annotations

import re
from typing import Final

from tui.services.fields import whole

_CLOCK: Final = re.compile(r"([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])")
_ZEROS: Final = re.compile(r"([0-9]{1,19})\.0{1,9}")


def seconds_of(value: object) -> int | None:
    """A length in whole seconds, also as ``00:05:30`` or ``12.0``; None where it is none, or not whole."""
    if isinstance(value, str):
        value = value.strip()
        if (clock := _CLOCK.fullmatch(value)) is not None:
            hours, minutes, seconds = map(int, clock.groups())
            return 3600 * hours + 60 * minutes + seconds
        if (number := _ZEROS.fullmatch(value)) is not None:
            value = number[1]
    found = whole(value)
    return found if found is not None and found >= 0 else None
