"""What is looked for, and in which text: every spelling of a number, and letters as the filters fold them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.search import LEAST, SEARCH_MOST, TEXT_MOST, search_of, searched
from tui.models.text import clean


def finds(typed: str, text: str, region: str = "TR", trunk_code: str = "") -> bool:
    """Whether a search finds a text, by the rule itself."""
    search = search_of(typed, region, trunk_code)
    return search is not None and any(all(word in text for word in way) for way in search.ways)


CALL = searched("Işık Hastanesi", "0212 555 01 99", "+902125550199", "Support")


@pytest.mark.parametrize(
    "typed",
    [
        "+90 212 555 01 99",
        "00902125550199",
        "0212 5550199",
        "2125550199",
        "(0212) 555-01-99",
        "0212/555.01-99",
        "9902125550199",
        "sip:+902125550199",
        "+90 212 555",
        "0090 212 555",
        "0212 55",
        "555 01",
        "0199",
        "212",
    ],
)
def test_every_spelling_of_a_number_and_every_part_of_it_finds_it(typed: str) -> None:
    assert finds(typed, CALL, trunk_code="9")


def test_another_number_is_not_found() -> None:
    assert not finds("0212 555 01 98", CALL)
    assert not finds("+49 212 5550199", CALL)


@pytest.mark.parametrize("typed", ["+90 532 111 22 33", "0532 1112233", "5321112233", "00905321112233", "532 111"])
def test_a_number_that_somebody_wrote_into_an_explanation_is_found_too(typed: str) -> None:
    assert finds(typed, searched("called back on 0532-111 22 33, printer"))


@pytest.mark.parametrize("typed", ["ışık", "IŞIK", "Işık", "işık hast", "HASTANESİ", "support ışık"])
def test_letters_are_folded_as_the_filters_fold_them(typed: str) -> None:
    assert finds(typed, CALL)


def test_all_words_must_occur_in_any_order_and_a_number_may_stand_among_them() -> None:
    assert finds("hastanesi 0212 555 01 99 sup", CALL)
    assert finds("212 55 ışık", CALL)
    assert not finds("hastanesi printer", CALL)


def test_no_word_is_found_across_two_texts_of_a_row() -> None:
    assert not finds("cabd", searched("abc", "abdomen"))


def test_of_less_than_three_letters_nothing_is_looked_for() -> None:
    assert [search_of(typed) for typed in ("", "  ", "ab", "a ", "é", "12", "\t\n")] == [None] * 7
    assert search_of("abc") is not None
    assert finds("a b", searched("plan a b"))
    assert not finds("a b", searched("ab"))


@pytest.mark.parametrize("typed", ['"abc"', "abc*", "NOT abc", "abc OR xyz", "a%c", "a_c", "abc\\", "col:abc", "'; --"])
def test_what_is_an_operator_elsewhere_stands_for_itself(typed: str) -> None:
    assert not finds(typed, "abc")
    assert finds(typed, searched(f"before {typed} behind"))


def test_a_number_with_blanks_is_one_word() -> None:
    search = search_of("harbour 0532 111 22 33", "TR")
    assert search is not None
    assert search.ways == (("harbour", "0532 111 22 33"), ("harbour", "5321112233"))


def test_a_support_number_with_zeros_before_it_is_found_as_it_stands() -> None:
    assert finds("0012345", searched("SR 0012345"))
    assert finds("10.0.0.5", searched("from 10.0.0.5"))


@given(st.text(), st.sampled_from(["", "TR", "US"]))
def test_whatever_is_typed_is_looked_for_or_not(typed: str, region: str) -> None:
    search = search_of(typed, region)
    if search is not None:
        assert all(any(len(word) >= LEAST for word in way) for way in search.ways)


def test_a_long_text_is_bounded_on_both_sides() -> None:
    assert len(searched("a" * 10_000, "0212 555 01 99 " * 9_000)) <= TEXT_MOST
    search = search_of("a" * 10_000)
    assert search is not None
    assert search.ways == (("a" * SEARCH_MOST,),)


@given(st.text(min_size=3, max_size=40))
def test_a_text_is_found_by_itself(text: str) -> None:
    if search_of(text) is not None:
        assert finds(text, searched(clean(text)), region="")
