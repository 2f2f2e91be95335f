"""What the program remembers by itself from one run to the next: sorts, filters, the theme.

It is a small JSON file in the user's state folder; the config is never rewritten. A file that cannot be read or
written is no reason to stop: the program then starts as new.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace
from platformdirs import user_state_path

from tui.private_file import read_plain, write_private

SIZE_LIMIT: Final = 65_536
TEXT_LIMIT: Final = 200

FILTERS_KEPT: Final = 10
"""Filters of a pane that can be taken again."""


class PaneState(Struct):
    """How one pane was left."""

    sort: str = ""
    inverted: bool = False
    filter: str = ""
    filters: Sequence[str] = ()
    """Those of before, the newest last."""


class State(Struct):
    """How the screen was left."""

    theme: str = ""
    """The theme chosen on the screen; empty: the config's."""
    configured_theme: str = ""
    """The config's theme at that time: a config that was changed since then wins."""
    panes: dict[str, PaneState] = msgspec.field(default_factory=dict)


STATE_FILE: Final = "state.json"


def state_folder() -> Path:
    """Where the state is kept, and the id of the AltiGen session."""
    return user_state_path("helpdeck")


def load_state(path: Path) -> State:
    """The state of the last run, or an empty one where there is none that can be read."""
    try:
        held: Any = msgspec.json.decode(read_plain(path, SIZE_LIMIT))
        panes = {str(name): _pane(pane) for name, pane in held.get("panes", {}).items()}
        return State(_text(held.get("theme")), _text(held.get("configured_theme")), panes)
    except (OSError, msgspec.MsgspecError, ValueError, AttributeError, RecursionError):
        return State()


def save_state(path: Path, state: State) -> None:
    """Keep the state for the next run, as far as that is possible."""
    # A filter that is too long to be taken again would make the whole file too long.
    panes = {
        name: replace(pane, filter=_text(pane.filter), filters=tuple(map(_text, pane.filters)))
        for name, pane in state.panes.items()
    }
    written = msgspec.json.format(msgspec.json.encode(replace(state, panes=panes)), indent=1)
    with contextlib.suppress(OSError):
        write_private(path, written + b"\n")


def _pane(held: Any) -> PaneState:
    before = held.get("filters")
    filters = tuple(filter(None, map(_text, before[-FILTERS_KEPT:]))) if isinstance(before, list) else ()
    return PaneState(_text(held.get("sort")), held.get("inverted") is True, _text(held.get("filter")), filters)


def _text(value: object) -> str:
    """A short printable text, or nothing: the file may have been written by anybody."""
    return value if isinstance(value, str) and len(value) <= TEXT_LIMIT and value.isprintable() else ""
