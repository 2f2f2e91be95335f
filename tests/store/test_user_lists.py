"""The lists of users: the last of each day is kept, and read as it was."""

from __future__ import annotations

from datetime import date, timedelta

from tests.store.harness import Place
from tui.archive import Store
from tui.archive.records import USER_LISTS_KEPT, UserList
from tui.models.users import User

ACCOUNT = "resellers at https://example.com"
EVERYTHING = User(
    username="a@example.com",
    allotted=3,
    used=None,
    active=False,
    created=date(2023, 1, 13),
    created_text="01-13-2023",
    problem="utilized_computers: many",
    extra=(("plan", "Zürich ␛[31m 😀"),),
)


def found(day: str, at: float, *names: str) -> UserList:
    return UserList(
        day, at, tuple(User(username=name, allotted=1, used=0, active=True, created=None) for name in names)
    )


async def test_a_list_is_read_as_it_was_stored(store: Store) -> None:
    stored = UserList("2024-08-22", 1724320800.25, (EVERYTHING, *found("", 0, "b@example.com").users))
    await store.store_users(ACCOUNT, stored)
    assert await store.users_of(ACCOUNT, "2024-08-22") == stored


async def test_an_empty_list_is_a_list(store: Store) -> None:
    await store.store_users(ACCOUNT, found("2024-08-22", 5.0))
    assert await store.users_of(ACCOUNT, "2024-08-22") == found("2024-08-22", 5.0)


async def test_where_there_is_no_list_none_is_given(store: Store) -> None:
    assert await store.users_of(ACCOUNT, "2024-08-22") is None
    await store.store_users(ACCOUNT, found("2024-08-22", 5.0, "a"))
    assert await store.users_of("another", "2024-08-22") is None
    assert await store.users_of(ACCOUNT, "2024-08-21") is None


async def test_the_last_list_of_a_day_stays_whatever_comes_late(store: Store) -> None:
    await store.store_users(ACCOUNT, found("2024-08-22", 5.0, "a"))
    await store.store_users(ACCOUNT, found("2024-08-22", 7.0, "a", "b"))
    await store.store_users(ACCOUNT, found("2024-08-22", 6.0, "c"))
    assert await store.users_of(ACCOUNT, "2024-08-22") == found("2024-08-22", 7.0, "a", "b")


async def test_a_day_without_a_list_shows_that_of_the_last_day_before_it(store: Store) -> None:
    await store.store_users(ACCOUNT, found("2024-08-20", 5.0, "a"))
    await store.store_users(ACCOUNT, found("2024-08-22", 6.0, "b"))
    await store.store_users(ACCOUNT, found("2062-01-01", 7.0, "from a clock that is wrong"))
    assert await store.users_of(ACCOUNT, "2024-08-21") == found("2024-08-20", 5.0, "a")
    assert await store.users_of(ACCOUNT, "2024-08-31") == found("2024-08-22", 6.0, "b")


async def test_the_oldest_days_go_and_those_of_others_stay(store: Store) -> None:
    first = date(2023, 1, 1)
    days = [(first + timedelta(days=number)).isoformat() for number in range(USER_LISTS_KEPT + 3)]
    await store.store_users("another", found(days[0], 1.0, "a"))
    for number, day in enumerate(days):
        await store.store_users(ACCOUNT, found(day, float(number), "a"))
    assert await store.users_of(ACCOUNT, days[2]) is None
    assert await store.users_of(ACCOUNT, days[3]) == found(days[3], 3.0, "a")
    assert await store.users_of("another", days[0]) == found(days[0], 1.0, "a")


async def test_a_list_is_there_for_whoever_opens_the_store_later(shared: Place) -> None:
    async with shared.open() as store:
        await store.store_users(ACCOUNT, found("2024-08-22", 5.0, "a"))
    async with shared.open() as store:
        assert await store.users_of(ACCOUNT, "2024-08-22") == found("2024-08-22", 5.0, "a")
