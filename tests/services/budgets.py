"""What is known of a budget now."""

from __future__ import annotations

from tui.services.request_budget import RequestBudget


def left(budget: RequestBudget) -> int:
    """How many requests may be sent right now."""
    return budget.known.left(budget._clock.uptime().seconds)


def seconds_to_next(budget: RequestBudget) -> float:
    """Seconds until one may be sent, 0 if now."""
    return budget.known.seconds_to_next(budget._clock.uptime().seconds)
