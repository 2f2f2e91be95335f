"""One async class for each of the three systems, and what they share: HTTP, request budgets, pacing, errors."""
