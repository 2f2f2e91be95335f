"""What is ordered by a text is ordered by its code points, in every language of a database."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from tests.models.test_kept_calls import KEPT, NOON
from tests.store.harness import Kept, row
from tests.store.test_search import find
from tui.archive import Store
from tui.models.connections import Connection
from tui.models.listening import Spell

TEXTS: Final = ("10", "9", "A", "B", "Z", "_", "a", "a-b", "ab", "b", "i", "I", "ı", "İ", "ç", "é", "z", "Ω")
"""A language puts them in another order; some make no difference between a and A, or leave out the hyphen."""


async def test_connections_of_one_moment(kept: Kept) -> None:
    await kept.keep([row(text, customer=f"Customer {text}") for text in TEXTS])
    assert [each.uid for each in await kept.rows()] == sorted(TEXTS, reverse=True)
    devices = [each.uid for each in await kept.same_device(row("other"))]
    assert devices == sorted(TEXTS, reverse=True)[: len(devices)]
    await kept.keep([row(text, customer=f"Client {text}") for text in TEXTS])
    assert [len(await kept.earlier(row(text))) for text in TEXTS] == [1] * len(TEXTS)
    found = [each.row for each in await find(kept.store, "client")]
    assert {each.uid for each in found if isinstance(each, Connection)} == set(TEXTS)


async def test_calls_of_one_moment_and_the_extensions(store: Store) -> None:
    calls = [replace(KEPT, id=text, handle=number) for number, text in enumerate(TEXTS)]
    spells = [Spell(id=text, extension=text, host="h", began=NOON, until=NOON + 1) for text in TEXTS]
    await store.store_calls(calls, spells, NOON)
    assert [each.id for each in await store.calls_of("201", KEPT.day)] == sorted(TEXTS, reverse=True)
    assert await store.extensions() == sorted(["201", *TEXTS])
    assert await store.spells_of("I", NOON - 1, NOON + 2) == [spells[TEXTS.index("I")]]


async def test_days_with_a_number_between(kept: Kept) -> None:
    """A day is a text of its year, month and day, whose order is that of the days."""
    days = ["2024-08-09", "2024-08-10", "2024-08-22", "2024-12-01", "2025-01-01"]
    for day in reversed(days):
        await kept.store.store_calls([replace(KEPT, id=day, day=day)], [], NOON)
    assert await kept.store.call_days("201") == days
    await kept.store.forget_calls("2024-08-22")
    assert await kept.store.call_days("201") == days[2:]
