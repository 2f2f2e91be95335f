"""How much was listened to, as scripts read it beside every figure of calls."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from typing import Final

from tui.models.cell import Cell
from tui.models.listening import Listened

COVERAGE: Final = ("listened_from", "listened_until", "gaps", "gap_seconds", "reporting", "of")
"""What scripts rely on: more may come, and none is renamed."""


def coverage_cells(listened: Listened, zone: tzinfo | None) -> list[Cell]:
    """The values of those columns, with times in a zone (None: this machine's)."""
    found = listened.coverage
    if found is None:
        return [None, None, None, None, listened.reporting, listened.of]
    begun, ended = (
        datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (found.listened_from, found.listened_until)
    )
    return [begun, ended, found.gaps, found.gap_seconds, listened.reporting, listened.of]
