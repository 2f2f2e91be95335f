"""Finds out that lines have moved: a terminal can move them itself, for the price of one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from operator import ne
from typing import Final

from tui.terminal.picture import Picture

FEWEST: Final = 4
"""Touched lines below which nothing is looked for."""

LEAST: Final = 8
"""Changed cells in each changed line below which nothing is looked for: a clock in every line is no scrolling."""

LIKENESS: Final = 3
"""A line has come from where it is so many times as cheap to make."""

PRICE: Final = 24
"""Cells that moving lines must save: what the sequence for it costs."""


def scrolled(shown: Picture, wanted: Picture, touched: Sequence[int]) -> tuple[int, int, int] | None:
    """The lines that have moved, as (first, last, lines up), down where negative; None where nothing is gained."""
    if len(touched) < FEWEST:
        return None
    costs = {y: sum(map(ne, shown.characters[y], wanted.characters[y])) for y in touched}
    changed = [y for y, cost in costs.items() if cost]
    if sum(costs.values()) <= max(PRICE, LEAST * len(changed)):
        return None
    up = _most_frequent_move(shown, wanted, changed)
    if not up:
        return None
    # The longest run of touched lines that are cheaper when they come from there.
    best, gained, run_start, run_gain = None, PRICE, 0, 0
    for y in range(wanted.height):
        came_from = y + up
        if not 0 <= came_from < wanted.height:
            run_gain = 0
            continue
        moved = sum(map(ne, shown.characters[came_from], wanted.characters[y]))
        cost = costs.get(y, 0)
        if moved * LIKENESS > max(cost, LIKENESS):
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


def _most_frequent_move(shown: Picture, wanted: Picture, changed: Sequence[int]) -> int:
    """By how many lines most of the changed lines have gone up."""
    places: dict[str, list[int]] = {}
    for y in range(shown.height):
        if key := _key(shown.characters[y]):
            places.setdefault(key, []).append(y)
    moves = Counter(before - y for y in changed for before in places.get(_key(wanted.characters[y]), ()) if before != y)
    if not moves:
        return 0
    [(move, times)] = moves.most_common(1)
    return move if times > 1 else 0


def _key(characters: list[str]) -> str:
    """What a line is known by again: its first half, for what counts on mostly stands behind a name."""
    return "".join(characters[: len(characters) // 2]).strip()
