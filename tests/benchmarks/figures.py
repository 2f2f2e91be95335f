"""Figures as people read them: the median, and from where to where they reach."""

from __future__ import annotations

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """``212 ms (198 to 240)``."""
    return f"{statistics.median(values):.4g} {unit} ({min(values):.4g} to {max(values):.4g})".replace(" )", ")")


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this percentage does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    """The median of the ratios of runs that were taken in turn: a machine whose speed drifts does not show in it."""
    return statistics.median(our / their for our, their in zip(ours, theirs, strict=True))


def verdict(what: str, figure: float, bound: float, unit: str = "") -> bool:
    """Say whether a bound is kept."""
    is_kept = figure <= bound
    print(f"{'kept' if is_kept else 'BROKEN'}: {what}: {figure:.3g}{unit}, at most {bound:g}{unit}")
    return is_kept
