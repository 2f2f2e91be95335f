"""How many colours the terminal is to be sent, by what the environment says of it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from rich.color import ColorSystem


def colours_of(environment: Mapping[str, str], found: ColorSystem | None) -> ColorSystem | None:
    """The colours to draw with, where Rich has ``found`` these; None for none at all.

    Rich gives every terminal but ``dumb`` 16 colours, so the terminal's own description is asked, too. ``NO_COLOR``
    and ``FORCE_COLOR`` count as set where they are not empty (no-color.org, force-color.org).
    """
    if environment.get("NO_COLOR"):
        return None
    if found is not None and not is_colourless(environment.get("TERM", "")):
        return found
    return ColorSystem.STANDARD if environment.get("FORCE_COLOR") else None


def is_colourless(terminal: str) -> bool:
    """Whether a terminal of this type is known to have no colours, as the ``vt100`` and the ``vt220``."""
    if "color" in terminal:
        return False  # nearly all: their description need not be read before the first frame
    with suppress(ImportError):
        import curses

        with suppress(curses.error):
            curses.setupterm(terminal, 1)
            return curses.tigetnum("colors") <= 0
    return terminal == "dumb"
