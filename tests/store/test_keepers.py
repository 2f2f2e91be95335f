"""Who keeps the days while nobody looks: each store can tell."""

from __future__ import annotations

from tests.store.harness import ACCOUNT, LIMIT, TODAY, Kept, Place, row
from tui.archive import Store, open_store
from tui.archive.records import KEEPER_SECONDS, Keeper
from tui.config import ArchiveSettings


async def noted(kept: Kept, host: str, seconds: float) -> None:
    kept.clock.set_uptime(seconds)
    await kept.store.note_keeper(LIMIT, host)


async def test_nobody_keeps_the_days_before_somebody_says_so(kept: Kept) -> None:
    assert (await kept.state(1000)).keeper is None


async def test_who_keeps_the_days_is_told_with_the_time_when_they_last_said_so(kept: Kept) -> None:
    await noted(kept, "host1", 1000)
    assert (await kept.state(1012)).keeper == Keeper("host1", 1000)
    await noted(kept, "host1", 1030)
    assert (await kept.state(1042)).keeper == Keeper("host1", 1030)


async def test_a_claim_tells_it_too(kept: Kept) -> None:
    await noted(kept, "host1", 1000)
    kept.clock.set_uptime(1012)
    assert (await kept.store.claim(LIMIT, lambda _: None)).state.keeper == Keeper("host1", 1000)


async def test_of_two_the_first_is_named_for_as_long_as_it_goes_on(kept: Kept) -> None:
    await noted(kept, "host1", 1000)
    await noted(kept, "host2", 1010)
    await noted(kept, "host1", 1030)
    await noted(kept, "host2", 1040)
    assert (await kept.state(1050)).keeper == Keeper("host1", 1030)
    after = 1030 + KEEPER_SECONDS + 1
    await noted(kept, "host2", after)
    assert (await kept.state(after)).keeper == Keeper("host2", after)


async def test_each_account_has_a_keeper_of_its_own(kept: Kept) -> None:
    await noted(kept, "host1", 1000)
    await kept.store.note_keeper(LIMIT._replace(account="another"), "host2")
    assert (await kept.state(1000)).keeper == Keeper("host1", 1000)


async def test_a_keeper_is_known_to_every_process(shared: Place) -> None:
    async with shared.open() as ours, shared.open() as theirs:
        await noted(Kept(theirs, shared.clock), "host1", 1000)
        assert (await Kept(ours, shared.clock).state(1012)).keeper == Keeper("host1", 1000)


async def test_a_name_that_would_harm_a_terminal_is_made_harmless(kept: Kept) -> None:
    await noted(kept, "host\x1b]0;1", 1000)
    keeper = (await kept.state(1000)).keeper
    assert keeper is not None
    assert keeper.host == "host␛]0;1"


async def test_what_is_noted_changes_nothing_of_the_days(kept: Kept, store: Store) -> None:
    await kept.keep([row("1")])
    before = await store.days(ACCOUNT)
    await store.note_keeper(LIMIT, "host1")
    assert await store.days(ACCOUNT) == before
    assert [each.uid for each in await kept.rows(TODAY)] == ["1"]


async def test_a_server_tells_nobody_that_its_keeper_goes_on(postgres_url: str) -> None:
    settings = ArchiveSettings(url=postgres_url)
    async with open_store(settings) as ours, open_store(settings) as theirs:
        await theirs.note_keeper(LIMIT, "host1")
        await ours.fetch_state(LIMIT)
        await ours.changed()
        await theirs.note_keeper(LIMIT, "host1")
        assert (await ours.fetch_state(LIMIT)).keeper is not None
        assert not await ours.changed()
