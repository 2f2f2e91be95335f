"""What a typed text calls, and what is said of one that cannot be called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.dialling import DialFormat, Undialable, country_of, read_target


@pytest.mark.parametrize("typed", ["201", " 201 ", "7", "123456", "*97", "#12"])
def test_few_digits_are_an_extension_and_go_as_they_are(typed: str) -> None:
    target = read_target(typed, region="US", accepts_sip=False)
    assert (target.kind, target.sent) == ("extension", typed.strip())


@pytest.mark.parametrize("typed", ["6175550119", "617 555 0119", "(617) 555-0119", "617.555.0119", "+1 617 555 0119"])
def test_a_number_is_read_however_it_is_written(typed: str) -> None:
    assert read_target(typed, region="US", accepts_sip=False) == ("number", "+16175550119", "+1 617-555-0119")


@pytest.mark.parametrize(
    ("dial_format", "sent"), [("e164", "+16175550119"), ("national", "6175550119"), ("typed", "16175550119")]
)
def test_the_setting_decides_how_a_number_is_sent(dial_format: DialFormat, sent: str) -> None:
    target = read_target("1 617 555 0119", region="US", accepts_sip=False, dial_format=dial_format)
    assert target.sent == sent


def test_the_region_decides_what_a_number_without_a_country_means() -> None:
    assert read_target("0212 555 01 07", region="TR", accepts_sip=False).sent == "+902125550107"


def test_a_number_without_its_area_code_goes_as_it_was_typed() -> None:
    assert read_target("555 0123", region="US", accepts_sip=False).sent == "5550123"


@pytest.mark.parametrize(
    "typed", ["5325550141", "05325550141", "0532 555 01 41", "905325550141", "00905325550141", "5550141", "9" * 20]
)
@pytest.mark.parametrize("dial_format", ["e164", "national", "typed"])
def test_without_a_region_no_number_without_its_country_code_is_called(typed: str, dial_format: DialFormat) -> None:
    with pytest.raises(Undialable, match=r"set altigen\.region, or begin with \+ and the country code"):
        read_target(typed, region="", accepts_sip=False, dial_format=dial_format)


@pytest.mark.parametrize(("typed", "sent"), [("201", "201"), ("*97", "*97"), ("+90 532 555 01 41", "+905325550141")])
def test_without_a_region_extensions_and_international_numbers_are_called(typed: str, sent: str) -> None:
    assert read_target(typed, region="", accepts_sip=False).sent == sent


@pytest.mark.parametrize(
    ("typed", "region", "said"),
    [
        ("05325550141", "US", "too long for a phone number in United States (altigen.region)"),
        ("0532 5", "TR", "too short for a phone number in Turkey (altigen.region)"),
        ("+90 532 555 01 41 99 99", "US", "too long for a phone number in Turkey"),
        ("+90 532", "US", "too short for a phone number in Turkey"),
    ],
)
def test_a_number_that_does_not_fit_is_said_with_its_country_and_the_setting(
    typed: str, region: str, said: str
) -> None:
    with pytest.raises(Undialable) as refused:
        read_target(typed, region=region, accepts_sip=False)
    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("typed", "region", "country"),
    [
        ("5325550141", "TR", "Turkey"),
        ("+905325550141", "US", "Turkey"),
        ("3125550150", "US", "United States"),
        ("+1 416 555 0150", "US", "Canada"),
        ("+44 20 7946 0000", "TR", "United Kingdom"),
        ("+7 727 255 5555", "TR", "Kazakhstan"),
        ("+800 1234 5678", "US", "no single country"),
        ("201", "US", ""),
    ],
)
def test_the_country_of_a_number_is_known_by_its_name(typed: str, region: str, country: str) -> None:
    assert country_of(read_target(typed, region=region, accepts_sip=False)) == country


@pytest.mark.parametrize("region", ["TR", ""])
def test_a_number_of_another_country_is_not_sent_without_it(region: str) -> None:
    with pytest.raises(Undialable, match="dial_format is national: a number in United States would lose its country"):
        read_target("+1 617 555 0119", region=region, accepts_sip=False, dial_format="national")


def test_only_maxacd_takes_sip_addresses() -> None:
    assert read_target("sip:desk@pbx.example.com", region="US", accepts_sip=True).kind == "SIP address"
    with pytest.raises(Undialable, match="only MaxACD"):
        read_target("sip:desk@pbx.example.com", region="US", accepts_sip=False)


@pytest.mark.parametrize(
    "typed", ["", "  ", "hello", "12a", "+", "+1", "9" * 20, "555-CALL-NOW", "٣٤٥", "sip:", "\x1b[31m", "201;drop"]
)
def test_what_cannot_be_called_is_said(typed: str) -> None:
    with pytest.raises(Undialable) as refused:
        read_target(typed, region="US", accepts_sip=True)
    assert str(refused.value)


@given(st.text(max_size=40), st.sampled_from(["e164", "national", "typed"]))
def test_whatever_is_typed_only_dialling_signs_are_sent(typed: str, dial_format: DialFormat) -> None:
    try:
        target = read_target(typed, region="US", accepts_sip=False, dial_format=dial_format)
    except Undialable:
        return
    assert target.sent
    assert set(target.sent) <= set("+0123456789*#")
