"""A long report was mostly kept before: only what is new or another is written, and all of it comes to the same."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from tests.store.harness import NOON, YESTERDAY, Kept, row
from tui.archive.sql.connections import MANY

ROWS = [row(f"{number:04}", NOON - timedelta(seconds=number), extra=(("os", "é"),)) for number in range(MANY)]
OF_YESTERDAY = row("9999", NOON - timedelta(days=1), problem="no readable duration", seconds=None)


async def test_of_the_same_once_more_nothing_is_a_change(kept: Kept) -> None:
    for second in range(3):
        await kept.keep([*ROWS, OF_YESTERDAY], at=NOON + timedelta(seconds=second))
    assert await kept.rows() == ROWS
    assert await kept.rows(YESTERDAY) == [OF_YESTERDAY]
    assert [await kept.earlier(each) for each in ROWS[:2]] == [[], []]


async def test_what_is_another_is_a_change_and_what_is_new_is_there(kept: Kept) -> None:
    await kept.keep([*ROWS, OF_YESTERDAY])
    changed = replace(ROWS[7], explanation="printer")
    written_otherwise = replace(ROWS[8], started_text="12.00")
    new = row("0a00", NOON + timedelta(seconds=1))
    await kept.keep([new, *ROWS[:7], changed, written_otherwise, *ROWS[9:]], at=NOON + timedelta(minutes=1))
    assert await kept.rows() == [new, *ROWS[:7], changed, *ROWS[8:]]
    assert [each.row for each in await kept.earlier(changed)] == [ROWS[7]]
    assert await kept.earlier(ROWS[8]) == []
