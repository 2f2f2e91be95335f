"""Two archives of one account become one: nothing is lost, and to do it once more changes nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from tui.archive.merging import Kept, KeptDay, Said, merged
from tui.archive.records import CHANGES_KEPT
from tui.models.days import Day

TIMES = some.integers(1, 6).map(float)
MAYBE = some.none() | TIMES
TEXTS = some.sampled_from("abc")


def said(text: str, problem: str = "") -> Said:
    return ("2024-08-22T12:00:00", "12:00:00 22.08.2024", 60, text, problem)


@some.composite
def rows(draw: some.DrawFn) -> Kept:
    """A row that was changed now and then, as the store keeps it."""
    first, *changes = sorted(draw(some.sets(TIMES, min_size=1, max_size=4)))
    values = [said(draw(TEXTS)) for _ in (first, *changes)]
    problem = draw(some.sampled_from(["", "", "", "half read"]))
    return Kept(
        values[-1], problem, first, changes[-1] if changes else first, tuple(zip(changes, values, strict=False))
    )


@some.composite
def proofs(draw: some.DrawFn) -> Day:
    until = draw(MAYBE)
    closed_at = draw(MAYBE)
    gap = None if until is None or closed_at is not None else draw(some.none() | some.just(until + 1))
    late, repaired = draw(some.integers(0, 3)), draw(some.integers(0, 3))
    return Day(
        day="2024-08-22",
        until=until,
        closed_at=closed_at,
        gap_since=gap,
        repaired=repaired,
        late=late,
        whole_at=draw(MAYBE),
        repaired_at=draw(MAYBE),
        read_at=draw(MAYBE),
    )


@some.composite
def days(draw: some.DrawFn) -> KeptDay:
    return KeptDay(draw(some.none() | proofs()), draw(some.dictionaries(some.sampled_from("12"), rows(), max_size=2)))


@given(days(), days())
def test_to_merge_the_same_once_more_changes_nothing(ours: KeptDay, theirs: KeptDay) -> None:
    once = merged(ours, theirs)
    assert merged(once, theirs) == once
    assert merged(once, ours) == once


@given(days())
def test_a_day_merged_with_itself_stays_as_it_is(ours: KeptDay) -> None:
    assert merged(ours, ours) == ours


@given(days(), days())
def test_no_value_is_lost(ours: KeptDay, theirs: KeptDay) -> None:
    once = merged(ours, theirs)
    for side in (ours, theirs):
        for uid, kept in side.rows.items():
            found = once.rows[uid]
            values = [found.said, *(value for _, value in found.earlier)]
            assert kept.said in values
            assert all(value in values for _, value in kept.earlier)
            assert found.seen_at <= kept.seen_at


@given(days(), days())
def test_the_later_value_is_the_one_that_stays(ours: KeptDay, theirs: KeptDay) -> None:
    once = merged(ours, theirs)
    for uid in ours.rows.keys() & theirs.rows.keys():
        both = [ours.rows[uid], theirs.rows[uid]]
        readable = [each for each in both if not each.problem] or both
        assert once.rows[uid].changed_at == max(each.changed_at for each in readable)


@given(days(), days())
def test_earlier_values_stand_in_the_order_of_time(ours: KeptDay, theirs: KeptDay) -> None:
    for kept in merged(ours, theirs).rows.values():
        assert [until for until, _ in kept.earlier] == sorted(until for until, _ in kept.earlier)


def test_no_more_earlier_values_are_kept_than_the_store_keeps() -> None:
    one, other = (
        Kept(said("now"), "", 0.0, 1e6, tuple((float(at), said(str(at))) for at in range(first, first + CHANGES_KEPT)))
        for first in (0, 50)
    )
    (row,) = merged(KeptDay(None, {"1": one}), KeptDay(None, {"1": other})).rows.values()
    assert row.earlier == other.earlier


def day(**values: float | None) -> KeptDay:
    return KeptDay(Day(day="2024-08-22", **values), {})  # type: ignore[arg-type]


def proof(one: KeptDay, other: KeptDay) -> Day:
    found = merged(one, other).proof
    assert found is not None
    return found


def test_a_gap_of_one_is_none_where_the_other_knows_the_whole_day_until_later() -> None:
    gap, whole = day(whole_at=10.0, until=10.0, gap_since=20.0), day(whole_at=30.0, until=30.0)
    for found in (proof(gap, whole), proof(whole, gap)):
        assert (found.gap_since, found.until) == (None, 30.0)


def test_a_gap_of_one_stays_where_the_other_knows_only_the_end_of_the_day() -> None:
    gap, part = day(whole_at=10.0, until=10.0, gap_since=20.0), day(until=30.0)
    for found in (proof(gap, part), proof(part, gap)):
        assert (found.gap_since, found.until) == (20.0, 10.0)


def test_a_day_that_one_has_closed_is_closed_and_has_no_gap() -> None:
    found = proof(day(until=10.0, gap_since=20.0), day(closed_at=90.0, read_at=90.0))
    assert (found.gap_since, found.closed_at) == (None, 90.0)
