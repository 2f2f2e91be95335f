"""One archive of what two have kept of an account. Pure, and the same for every engine.

Neither the later value of a connection is lost nor an earlier one, and to merge the same again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec.structs import replace

from tui.archive.records import CHANGES_KEPT
from tui.models.days import Day

Said = tuple[object, ...]
"""What a report said of a connection: its start, and the other columns in their order (``REPORTED``)."""


class Kept(NamedTuple):
    """A connection as it is kept."""

    said: Said
    problem: str
    """Why it could only be read in part; empty where it could be read."""
    seen_at: float
    changed_at: float
    earlier: tuple[tuple[float, Said], ...] = ()
    """What was said before, each with the time at which it was replaced, the latest last."""


class KeptDay(NamedTuple):
    """A day of an account, its connections by their numbers."""

    proof: Day | None
    rows: dict[str, Kept]


def merged(ours: KeptDay, theirs: KeptDay) -> KeptDay:
    """Both in one, the same as ``ours`` where ``theirs`` has nothing more."""
    rows = dict(ours.rows)
    for uid, kept in theirs.rows.items():
        rows[uid] = _row(rows[uid], kept) if uid in rows else kept
    if ours.proof is None or theirs.proof is None:
        proof = ours.proof or theirs.proof
    else:
        proof = _proof(ours.proof, theirs.proof)
    if proof is not None and len(rows) > len(ours.rows):
        proof = replace(proof, rows=len(rows))
    return KeptDay(proof, rows)


def _row(ours: Kept, theirs: Kept) -> Kept:
    # One that can only be read in part never takes the place of one that could be read.
    is_ours = (not ours.problem, ours.changed_at) >= (not theirs.problem, theirs.changed_at)
    later, other = (ours, theirs) if is_ours else (theirs, ours)
    before = list(ours.earlier)
    before += [each for each in theirs.earlier if each not in before]
    if _compared(later.said) != _compared(other.said):
        replaced = max(ours.changed_at, theirs.changed_at), other.said
        if replaced not in before:
            before.append(replaced)
    if len(before) > len(ours.earlier):
        before = sorted(before, key=lambda each: each[0])[-CHANGES_KEPT:]
    return later._replace(seen_at=min(ours.seen_at, theirs.seen_at), earlier=tuple(before))


def _compared(said: Said) -> Said:
    """What makes a row another; how its date is written does not, as long as it can be read."""
    started, text, *rest = said
    return (text if started is None else started, *rest)


def _proof(ours: Day, theirs: Day) -> Day:
    closed_at = _least(ours.closed_at, theirs.closed_at)
    gap_since = None
    if closed_at is None:
        gap_since = _least(*_open_gaps(ours, theirs))
    known_until = [each for each in (ours.until, theirs.until) if each is not None]
    if gap_since is not None:
        known_until = [each for each in known_until if each < gap_since]
    return replace(
        ours,
        whole_at=_most(ours.whole_at, theirs.whole_at),
        until=_most(*known_until),
        gap_since=gap_since,
        repaired=max(ours.repaired, theirs.repaired),  # not their sum: the same may be merged once more
        repaired_at=_most(ours.repaired_at, theirs.repaired_at),
        closed_at=closed_at,
        read_at=_most(ours.read_at, theirs.read_at),
        late=max(ours.late, theirs.late),
    )


def _open_gaps(ours: Day, theirs: Day) -> Iterator[float | None]:
    """The gaps of each that the other does not close: one that knows the whole day until later has missed nothing."""
    for day, other in ((ours, theirs), (theirs, ours)):
        gap = day.gap_since
        is_known = other.whole_at is not None and other.until is not None and gap is not None and other.until >= gap
        yield None if is_known else gap


def _most(*values: float | None) -> float | None:
    return max((each for each in values if each is not None), default=None)


def _least(*values: float | None) -> float | None:
    return min((each for each in values if each is not None), default=None)
