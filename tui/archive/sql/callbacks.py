"""Who is to be called back, and what people have done about it. All that write belong into a transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec.structs import astuple

from tui.archive.sql.database import Database
from tui.models.callbacks import (
    MISSED_OUTCOMES,
    Callbacks,
    Missed,
    Step,
    StepKind,
    claim_of,
    holds,
    open_callbacks,
)
from tui.models.calls import Outcome

MISSED_MOST: Final = 5_000
"""Missed calls that are looked at, the newest: within two weeks a team has some hundred."""

STEPS_MOST: Final = 5_000

_STEP_COLUMNS: Final = Step.__struct_fields__

_OUTCOMES: Final = ", ".join(f"'{outcome.value}'" for outcome in MISSED_OUTCOMES)

# Of a number that was not shown nobody knows who else showed none. A CASE, so that they are not looked for either.
_MISSED: Final = f"""
SELECT line, extension, start, known_at, number, name, called, outcome, CASE WHEN line <> '' THEN (
    SELECT max(other.talk_at) FROM calls AS other WHERE other.line = calls.line AND other.start > ?
) END
FROM calls
WHERE talk_at IS NULL AND direction <> 'out' AND rang = 1 AND outcome IN ({_OUTCOMES}) AND start > ?
ORDER BY start DESC LIMIT {MISSED_MOST}
"""

_STEPS: Final = f"SELECT {', '.join(_STEP_COLUMNS)} FROM callback_steps"

_PUT: Final = f"""
INSERT INTO callback_steps ({", ".join(_STEP_COLUMNS)}) VALUES ({", ".join("?" * len(_STEP_COLUMNS))})
ON CONFLICT (id) DO NOTHING
"""


def callbacks(database: Database, since: float) -> Callbacks:
    """Who was missed since then and is to be called back."""
    missed: list[Missed] = []
    talks: dict[str, float] = {}
    for line, extension, start, known_at, number, name, called, outcome, talk_at in database.execute(
        _MISSED, (since, since)
    ):
        missed.append(
            Missed(
                line=line,
                extension=extension,
                start=start,
                known_at=known_at,
                number=number,
                name=name,
                called=called,
                is_certain=outcome == Outcome.MISSED,
            )
        )
        if talk_at is not None:
            talks[line] = talk_at
    steps = database.execute(f"{_STEPS} WHERE at > ? ORDER BY at DESC LIMIT {STEPS_MOST}", (since,))
    return open_callbacks(missed, talks, map(_step, steps))


def take(database: Database, step: Step, since: float) -> Step:
    """Take one, unless another holds it; gives the claim that holds."""
    found = database.execute(f"{_STEPS} WHERE line = ? AND at > ?", (step.line, since))
    claim = claim_of(_last_talk(database, step.line, since), map(_step, found))
    if claim is not None and claim.by != step.by and holds(claim, step.at):
        return claim
    database.execute("DELETE FROM callback_steps WHERE kind = ? AND at < ?", (StepKind.TAKEN.value, since))
    put(database, [step])
    return step


def put(database: Database, steps: Iterable[Step]) -> None:
    """Keep what was done."""
    database.executemany(_PUT, ((*astuple(step)[:2], step.kind.value, *astuple(step)[3:]) for step in steps))


def done_of(database: Database, line: str, most: int) -> list[Step]:
    """The last call-backs of a number that were done without a call, the newest first."""
    found = database.execute(
        f"{_STEPS} WHERE line = ? AND kind = '{StepKind.DONE.value}' ORDER BY at DESC LIMIT {most:d}", (line,)
    )
    return [_step(values) for values in found]


def forget(database: Database, before: float) -> None:
    """Drop what was done before this moment."""
    database.execute("DELETE FROM callback_steps WHERE at < ?", (before,))


def after(database: Database, id: str, most: int) -> list[Step]:
    """What was done about any number in the order of their ids, from behind this one on."""
    return [_step(values) for values in database.execute(f"{_STEPS} WHERE id > ? ORDER BY id LIMIT {most:d}", (id,))]


def _last_talk(database: Database, line: str, since: float) -> float | None:
    found = database.execute("SELECT max(talk_at) FROM calls WHERE line = ? AND start > ?", (line, since)).fetchone()
    talk_at: float | None = found[0]
    return talk_at


def _step(values: Sequence[Any]) -> Step:
    fields = dict(zip(_STEP_COLUMNS, values, strict=True))
    return Step(**{**fields, "kind": StepKind(fields["kind"])})
