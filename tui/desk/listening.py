"""How much of some time was listened to, by all who share the archive: what every figure made of calls rests on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tui.models.listening import Listened, Spell, coverage_of

if TYPE_CHECKING:
    from tui.archive import Store


async def listened(archive: Store, since: float, now: float, known: Iterable[Spell] = ()) -> Listened:
    """Tell it of the time from a moment to now. ``known``: what may not be stored yet. Raises StoreError."""
    from tui.archive.records import SILENT_SECONDS

    spells = list(known)
    for extension in await archive.extensions():
        spells += await archive.spells_of(extension, since, now)
    reporting = {spell.extension for spell in spells if spell.until > now - SILENT_SECONDS}
    of = {spell.extension for spell in spells}
    return Listened(coverage=coverage_of(spells, since, now), reporting=len(reporting), of=len(of))
