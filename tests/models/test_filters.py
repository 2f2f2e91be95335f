"""What a filter asks for, as it was typed so far."""

from __future__ import annotations

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.filters import Filter, Kind, Term, read_filter

FIELDS = {"customer": Kind.TEXT, "talk": Kind.LENGTH, "used": Kind.NUMBER, "start": Kind.TIME}


def needle(text: str, field: str = "", *, is_inverted: bool = False) -> Term:
    return Term(field, text, None, 0.0, is_inverted)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("  Harbour  DENTAL ", [needle("harbour"), needle("dental")]),
        ("customer:Acme", [needle("acme", "customer")]),
        ('"Harbour Dental"', [needle("harbour dental")]),
        ('customer:"Acme Corp" open', [needle("acme corp", "customer"), needle("open")]),
        ('!customer:"Acme Corp"', [needle("acme corp", "customer", is_inverted=True)]),
        ('"not closed yet', [needle("not closed yet")]),
        ('pre"fix and"', [needle("prefix and")]),
        ("!", []),
        ('"', []),
        ('""', []),
        ("customer:", []),
        ("talk>", []),
        ("!talk>=", []),
        ("12:30", [needle("12:30")]),
        (":", [needle(":")]),
        (">5", [needle(">5")]),
        ('"customer:acme"', [needle("customer:acme")]),
        ("a@example.com", [needle("a@example.com")]),
    ],
)
def test_it_asks_for_what_was_typed(text: str, terms: list[Term]) -> None:
    assert read_filter(text, FIELDS) == Filter(terms, "")


@pytest.mark.parametrize(
    ("text", "field", "compare", "bound"),
    [
        ("talk>90", "talk", operator.gt, 90),
        ("talk>=5m", "talk", operator.ge, 300),
        ("talk<1:30", "talk", operator.lt, 90),
        ("talk<=1:00:05", "talk", operator.le, 3605),
        ("talk>1h30m", "talk", operator.gt, 5400),
        ("talk>2min", "talk", operator.gt, 120),
        ("used>0", "used", operator.gt, 0),
        ("used<10", "used", operator.lt, 10),
    ],
)
def test_lengths_and_numbers_are_compared(text: str, field: str, compare: object, bound: int) -> None:
    assert read_filter(text, FIELDS).terms == [Term(field, "", compare, bound, False)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("cutsomer:acme", "no field cutsomer"),
        ("cutsomer>5", "no field cutsomer"),
        ("open cutsomer:", "no field cutsomer"),
        ("talk>soon", "soon is no length"),
        ("talk>٣", "٣ is no length"),
        ("used>5m", "5m is no number"),
        (f"talk>{'9' * 5000}", f"{'9' * 5000} is no length"),
        ("customer>5", "customer is no number"),
        ("start>12:00", "start is no number"),
    ],
)
def test_what_is_not_understood_is_said_and_the_rest_holds(text: str, problem: str) -> None:
    found = read_filter(f"{text} dental", FIELDS)
    assert found.problem == problem
    assert found.terms[-1] == needle("dental")
    assert all(term.needle != text for term in found.terms)


@pytest.mark.parametrize(("text", "is_looked_for"), [("12", False), ("12:30", True), ("12a", True), ("start:12", True)])
def test_a_number_alone_is_not_looked_for_in_times(text: str, is_looked_for: bool) -> None:
    (term,) = read_filter(text, FIELDS).terms
    assert (bool(term.field) or term.looks_in(Kind.TIME)) is is_looked_for
    assert term.looks_in(Kind.TEXT)


@given(st.text(alphabet='abtalk>=<:!"1230 hm\t', max_size=30))
def test_whatever_is_typed_is_a_filter(text: str) -> None:
    found = read_filter(text, FIELDS)
    assert all(term.needle or term.is_above for term in found.terms)
