"""Finds out that lines have moved: a terminal can move them itself, for the price of one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import ne
from typing import Final

from tui.terminal.picture import Characters, Picture

FEWEST: Final = 4
"""Lines that must differ before it is looked for."""

LIKENESS: Final = 3
"""A line counts as moved if redrawing it from its old place is at least this many times cheaper."""

PRICE: Final = 24
"""Cells that moving lines must save: what the sequence for it costs."""


def scrolled(shown: Picture, wanted: Picture, touched: Sequence[int]) -> tuple[int, int, int] | None:
    """The lines that have moved, as (first, last, lines up), down where negative; None where nothing is gained."""
    if len(touched) < FEWEST:
        return None
    up = _most_frequent_move(shown, wanted, touched)
    if not up:
        return None
    costs = {y: sum(map(ne, shown.characters[y], wanted.characters[y])) for y in touched}
    # The longest run of touched lines that are cheaper when they come from there.
    best, gained, run_start, run_gain = None, PRICE, 0, 0
    for y in range(wanted.height):
        came_from = y + up
        is_there = 0 <= came_from < wanted.height
        moved = sum(map(ne, shown.characters[came_from], wanted.characters[y])) if is_there else 0
        cost = costs.get(y, 0)
        if not is_there or moved * LIKENESS > max(cost, LIKENESS):
            run_gain = 0
            continue
        if run_gain == 0:
            run_start = y
        run_gain += cost - moved
        if run_gain > gained and cost > moved:
            best, gained = (run_start, y), run_gain
    if best is None:
        return None
    first, last = best
    top, bottom = min(first, first + up), max(last, last + up)
    # Lines that the move brings in blank, or takes away, are written anew.
    saved = sum(costs.get(y, 0) - _cost(shown, wanted, y, top, bottom, up) for y in range(top, bottom + 1))
    return (top, bottom, up) if saved > PRICE else None


def _cost(shown: Picture, wanted: Picture, y: int, top: int, bottom: int, up: int) -> int:
    """Cells of a line to be written after the move."""
    if not top <= y + up <= bottom:
        return sum(character != " " for character in wanted.characters[y])
    return sum(map(ne, shown.characters[y + up], wanted.characters[y]))


def _most_frequent_move(shown: Picture, wanted: Picture, touched: Sequence[int]) -> int:
    """By how many lines most of the touched lines have gone up; none where few have."""
    before = {y: _key(shown.characters[y]) for y in range(shown.height)}
    changed = {y: key for y in touched if (key := _key(wanted.characters[y])) and key != before[y]}
    if len(changed) < FEWEST:
        return 0
    places: dict[str, list[int]] = {}
    for y, key in before.items():
        places.setdefault(key, []).append(y)
    moves = Counter(place - y for y, key in changed.items() for place in places.get(key, ()))
    [(move, times)] = moves.most_common(1) or [(0, 0)]
    return move if times > 1 else 0


def _key(characters: Characters) -> str:
    """What a line is known by again: its first half, for what counts on mostly stands behind a name."""
    return "".join(characters[: len(characters) // 2]).strip()
