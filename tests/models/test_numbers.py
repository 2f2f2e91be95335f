"""One number is one number, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.numbers import e164, is_extension, one_number

ISTANBUL = "+902125550199"


@pytest.mark.parametrize(
    "written",
    [
        "+90 212 555 01 99",
        "+902125550199",
        "00902125550199",
        "0212 5550199",
        "(0212) 555 01 99",
        "0212/555.01-99",
        "2125550199",
        "902125550199",
        "90212\u00a05550199",
        "9902125550199",
        "902125550199;transport=tcp",
        "02125550199#",
        "902125550199@sip.example.com",
        "sip:+902125550199@sip.example.com;user=phone",
        "tel:+90-212-555-0199",
        "  +902125550199  ",
    ],
)
def test_every_spelling_of_a_number_is_that_number(written: str) -> None:
    assert e164(written, "TR", "9") == one_number(written, "TR", "9") == ISTANBUL


@pytest.mark.parametrize("written", ["900902125550199", "902125550199", "902125550199;x", "92125550199"])
def test_a_trunk_code_before_it_makes_no_other_number(written: str) -> None:
    assert one_number(written, "TR", "9") == ISTANBUL


def test_a_number_that_only_looks_as_if_it_began_with_the_trunk_code_is_taken_as_it_is() -> None:
    assert one_number("9165550119", "US", "9") == "+19165550119"
    assert one_number("99165550119", "US", "9") == "+19165550119"


@pytest.mark.parametrize("written", ["201", "7", "123456", "00201"])
def test_an_extension_is_never_a_number_outside(written: str) -> None:
    assert e164(written, "TR", "9") == ""
    assert one_number(written, "TR", "9") == written
    assert is_extension(one_number(written, "TR", "9"))


def test_an_extension_and_the_number_outside_that_ends_like_it_are_apart() -> None:
    assert one_number("0199", "TR") != one_number("02125550199", "TR")


def test_without_a_region_only_a_number_with_its_country_code_can_be_told() -> None:
    assert e164("+90 212 555 01 99", "") == ISTANBUL
    assert e164("0212 555 01 99", "") == ""
    assert one_number("0212 555 01 99", "") == "02125550199"
    assert one_number("00 90 212 555 01 99", "") == ISTANBUL


def test_a_number_that_no_country_has_is_known_by_its_digits() -> None:
    assert e164("0212 555", "TR") == ""
    assert one_number("0212 555", "TR") == one_number("0212555", "TR") == "0212555"


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            " ",
            "anonymous",
            "Anonim",
            "gizli numara",
            "非通知",
            "مجهول",
            "unknown",
            "restricted",
            "-missing-",
            "+",
            "#",
            "*67",
        ),
        *("#31#", "????", "sip:anonymous@anonymous.invalid", "0" * 200, "9" * 400, "+" * 50, "1-800-FLOWERS", "()"),
        *("12 (34", "٠٢١٢٥٥٥٠١٩٩"),
    ],
)
def test_who_shows_no_number_has_none_or_the_digits_that_came(written: str) -> None:
    assert e164(written, "TR", "9") == ""
    assert one_number(written, "TR", "9") in ("", "1234")


@given(st.text(max_size=400), st.sampled_from(["TR", "US", "DE", ""]), st.sampled_from(["", "9", "0", "*9"]))
def test_whatever_came_is_one_number_at_most_and_stays_it(written: str, region: str, trunk: str) -> None:
    number = one_number(written, region, trunk)
    assert len(number) <= 40
    assert set(number) <= set("+0123456789")
    found = e164(written, region, trunk)
    assert found in ("", number)
    if found:
        assert one_number(found, region, trunk) == found
