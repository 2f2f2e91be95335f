"""`helpdeck audit`: what was changed from this account, by whom, and what came of it."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path

from tui.audit import ASKED, Record, last_changes
from tui.commands.conversation import Say
from tui.exit_codes import FAILED, FINE


def show_audit(path: Path, count: int, zone: tzinfo | None, say: Say, complain: Say) -> int:
    """Say the last changes, the newest last; returns the exit code. ``zone``: of the times (None: this machine's)."""
    try:
        changes = last_changes(path, count)
    except OSError as error:
        complain(f"helpdeck: {path} cannot be read: {error.strerror or error}")
        return FAILED
    for change in changes:
        say(_line(change, zone))
    if not changes:
        complain(f"Nothing has been changed from here yet: {path} is empty.")
    return FINE


def _line(change: Record, zone: tzinfo | None) -> str:
    result = "no result was written: Helpdeck was cut off" if change.result == ASKED else change.result
    return f"{_local(change.at, zone):<19}  {change.user:<10}  {change.what:<16}  {change.on}: {result}"


def _local(at: str, zone: tzinfo | None) -> str:
    try:
        return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M:%S}"
    except (ValueError, OverflowError):
        return at[:19]
