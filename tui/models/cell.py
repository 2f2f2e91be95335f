"""One value of an export: what it is, and not yet how a file writes it."""

from __future__ import annotations

from datetime import date, datetime

Cell = str | int | bool | date | datetime | None
"""None is not known. Lengths are whole seconds, times are aware."""
