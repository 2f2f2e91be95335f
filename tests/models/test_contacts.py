"""Contacts and ties: what people have said of a number, whoever says it, in whatever order it comes."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui.models.contacts import (
    NAME_MOST,
    Contact,
    Did,
    OneName,
    TieKind,
    TieStep,
    contact_of,
    last_steps,
    name_key,
)

LINE = "+902125550199"


def contact(name: str, line: str = LINE, **fields: Any) -> Contact:
    given: dict[str, Any] = {"source": "list.csv", "at": 1_000.0, "by": "ada", **fields}
    return contact_of(line, name, **given)


def step(other: str, **fields: Any) -> TieStep:
    given: dict[str, Any] = {
        "id": "aa",
        "kind": TieKind.CUSTOMER,
        "one": LINE,
        "did": Did.CONFIRMED,
        "at": 2_000.0,
        "by": "ada",
        **fields,
    }
    return TieStep(other=other, **given)


def same(one: str, other: str, at: float = 2_000.0, did: Did = Did.CONFIRMED) -> TieStep:
    return step(other, kind=TieKind.SAME, one=name_key(one), at=at, did=did, id=f"{one}{other}{at}{did}")


def test_two_contacts_that_say_the_same_in_other_letters_have_one_id() -> None:
    assert contact("Acme  İnşaat").id == contact("ACME inşaat", source="other", by="eve").id
    others = [contact("Acme"), contact("Acme", line="205"), contact("Acme", device="T-1"), contact("Acme", account="a")]
    assert len({each.id for each in [*others, contact("Acme", customer="T-1")]}) == 5


def test_what_comes_from_outside_is_made_safe_and_short() -> None:
    made = contact("a\x1b[31m\u202eb\n\tc" + "x" * 1_000, source="\x00", device="\ud800")
    assert made.name.startswith("a␛[31m�b c")
    assert len(made.name) == NAME_MOST
    assert (made.source, made.device) == ("␀", "�")


def test_the_last_step_of_each_tie_is_what_holds() -> None:
    steps = [
        step("Acme", id="1"),
        step("ACME", id="2", at=2_001.0, did=Did.TAKEN_BACK),
        step("Beta", id="3"),
        step("Acme", id="4", one="205"),
    ]
    for order in (steps, steps[::-1]):
        last = last_steps(order)
        assert {(one, key): each.id for (_, one, key), each in last.items()} == {
            (LINE, "acme"): "2",
            (LINE, "beta"): "3",
            ("205", "acme"): "4",
        }


def test_names_that_are_one_customer_have_one_name_until_that_is_taken_back() -> None:
    merged = [same("Acme Ltd", "Acme"), same("Acme", "Acme Group", 2_001.0)]
    names = OneName(merged)
    assert {names.of(name) for name in ("ACME  ltd", "acme", "Acme Group")} == {"Acme Group"}
    assert names.of("Beta") == "Beta"
    split = OneName([*merged, same("Acme", "Acme Group", 2_002.0, Did.TAKEN_BACK)])
    assert [split.of(name) for name in ("Acme Ltd", "Acme Group")] == ["Acme", "Acme Group"]


NAMES = st.sampled_from(["Acme", "Acme Ltd", "ACME", "Beta", "Gamma"])


@given(st.lists(st.builds(same, NAMES, NAMES, st.floats(0, 9), st.sampled_from(list(Did))), max_size=12), NAMES)
def test_whoever_merges_what_in_whichever_order_a_customer_has_one_name(steps: list[TieStep], name: str) -> None:
    names = OneName(steps)
    found = names.of(name)
    assert names.of(found) == found
    assert OneName(steps[::-1]).of(name) == names.of(name)
