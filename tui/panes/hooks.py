"""What came of the programs that calls start: a card of all of them, and those of one call for its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from tui.models.hook_runs import EVENTS, HookRun, HookRuns
from tui.widgets.times import local_time
from tui.widgets.view import Entries


def hook_entries(runs: HookRuns, why_none: str, zone: tzinfo | None) -> Entries:
    """How often each was started and what went wrong, then the last runs, the newest first."""
    entries = [("None is started", why_none)] if why_none else [("Now", f"{runs.running} running")]
    entries += [(event, _counts(runs, event)) for event in EVENTS]
    for run in runs.last:
        entries += [("", ""), (f"{local_time(run.at.at, zone)} {run.event}", run.who), *_told(run)]
    return entries


def hooks_of_call(runs: HookRuns, key: int, zone: tzinfo | None) -> Iterator[tuple[str, str]]:
    """What came of those that a call has started. ``key``: of the call on the board."""
    for run in runs.last:
        if run.key == key:
            (_, said), *lines = _told(run)
            yield f"Hook {run.event}", f"{local_time(run.at.at, zone)} {said}"
            yield from lines


def _counts(runs: HookRuns, event: str) -> str:
    counts = (
        (runs.over[event], "over"),
        (runs.failed[event], "failed"),
        (runs.dropped[event], "not started, as others were still running"),
    )
    return ", ".join(f"{count:,} {what}" for count, what in counts if count) or "none yet"


def _told(run: HookRun) -> Entries:
    said = f"{run.why or 'went well'} ({run.seconds:.1f} s)"
    return [("", said), *(("", line) for line in run.lines)]
