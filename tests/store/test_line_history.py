"""What came of a number before a call: its last calls, and what was done without one."""

from __future__ import annotations

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON, OTHERS
from tests.store.test_calls import numbered
from tui.archive import Store
from tui.archive.records import DONE_READ, LINE_CALLS_READ
from tui.models.call_history import LineHistory
from tui.models.callbacks import Step, StepKind


def done(number: int, line: str = KEPT.line, kind: StepKind = StepKind.DONE) -> Step:
    return Step(id=str(number), line=line, kind=kind, by="ada", at=NOON + number, until=NOON + 99, why=f"why {number}")


async def test_the_earlier_calls_of_a_number_are_told_the_newest_first_whichever_extension_had_them(
    store: Store,
) -> None:
    every = [numbered(number, line=KEPT.line, extension=str(201 + number % 3)) for number in range(1, 13)]
    other = numbered(20, line="+903124440011")
    await store.store_calls([*every, other], [], NOON)
    found = await store.line_history(KEPT.line, "", NOON + 11)
    assert [call.id for call in found.calls] == [call.id for call in every[9::-1][:LINE_CALLS_READ]]
    assert (found.more, found.done) == (10 - LINE_CALLS_READ, ())
    assert await store.line_history(KEPT.line, "", NOON + 1) == LineHistory()


async def test_neither_the_call_itself_is_told_nor_anything_of_one_without_a_number(store: Store) -> None:
    await store.store_calls([KEPT, replace(numbered(3, line=""), start=NOON - 60)], [], NOON)
    await store.store_calls([OTHERS], [], NOON)
    for id in (KEPT.id, OTHERS.id):
        assert await store.line_history(KEPT.line, id, NOON + 99) == LineHistory()
    assert await store.line_history("", "", NOON + 99) == LineHistory()


async def test_what_was_done_without_a_call_is_told_with_why(store: Store) -> None:
    for number in range(DONE_READ + 1):
        await store.finish_callback(done(number))
    await store.finish_callback(done(8, line="205"))
    await store.take_callback(done(9, kind=StepKind.TAKEN), 0.0)
    found = await store.line_history(KEPT.line, "", NOON)
    assert [step.why for step in found.done] == [f"why {number}" for number in range(DONE_READ, 0, -1)]
