"""Phone numbers in what people write: none that is something else, and each of several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.dialling import read_target
from tui.models.found_numbers import FOUND_MOST, found_numbers


def found(text: str, region: str = "TR", besides: str = "") -> list[str]:
    return list(found_numbers(text, region, besides=besides))


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("call back at 0532 123 45 67, please", "TR", "+90 532 123 45 67"),
        ("Tel:05321234567", "TR", "+90 532 123 45 67"),
        ("(0212) 555 12 34 dahili 12", "TR", "+90 212 555 12 34"),
        ("0850 222 0 444", "TR", "+90 850 222 0444"),
        ("0532\u00a0123\u00a045\u00a067", "TR", "+90 532 123 45 67"),
        ("０５３２１２３４５６７", "TR", "+90 532 123 45 67"),
        ("٠٥٣٢١٢٣٤٥٦٧", "TR", "+90 532 123 45 67"),
        ("(+90) 532 123 45 67", "TR", "+90 532 123 45 67"),
        ("617-555-0119 ext. 12", "US", "+1 617-555-0119"),
        ("(617) 555-0119", "US", "+1 617-555-0119"),
        ("no. 212 555 1234", "US", "+1 212-555-1234"),
        ("2026-11-27 2125551234", "US", "+1 212-555-1234"),
        ("+44 20 7946 0958", "TR", "+44 20 7946 0958"),
        ("+44 20 7946 0958", "", "+44 20 7946 0958"),
        ("since 14:30, 5 times: 0532 123 45 67 (3 min, 2 PCs)", "TR", "+90 532 123 45 67"),
    ],
)
def test_a_number_is_found_however_it_is_written(text: str, region: str, number: str) -> None:
    assert found(text, region) == [number]


@pytest.mark.parametrize(
    "text",
    [
        "0532 123 45 67 or 0212 555 12 34",
        "0532 123 45 67/0212 555 12 34",
        "0532 123 45 67 0212 555 12 34",
        "0532 123 45 67 - 0212 555 12 34",
        "05321234567 02125551234",
        "05321234567,02125551234",
        "Tel:05321234567;Fax:02125551234",
        "0532 123 45 67\n0212 555 12 34",
        "+905321234567+902125551234",
        "0532 123 45 67, 0212 555 12 34, 532-123-4567",
    ],
)
def test_each_of_two_numbers_is_found_once(text: str) -> None:
    assert found(text) == ["+90 532 123 45 67", "+90 212 555 12 34"]


@pytest.mark.parametrize("region", ["TR", "US", "DE", ""])
@pytest.mark.parametrize(
    "text",
    [
        "2026112701", "SR-2026112701", "Ticket 2026112701", "2026 11 27 01", "20 26 11 27 01", "27112026 01",
        "20261127-0001", "27.11.2026", "27.11.2026 14:30", "27/11/2026", "2026-11-27 10:00", "2026-11-27T10:00:00",
        "10:00-11:30", "00:12:34.567", "11:22:33", "1732012345", "192.168.100.123", "10.0.0.1:8080", "255.255.255.0",
        "10.0.19045.3570", "00:1B:44:11:3A:B7", "S/N 5321234567", "SN:6175550119", "SN5321234567",
        "serial no: 6175550119", "seri no 532 123 45 67", "IMEI 490154203237518", "T.C. 12345678901",
        "TC kimlik no: 12345678901", "ref 6175550119", "AnyDesk 532 123 4567", "TR33 0006 1005 1978 6457 8413 26",
        "5321234567x", "x_5321234567", "#5321234567", "5321234567@example.com", "http://example.com/5321234567",
        "AB-6175550119", "5.321.234.567 TL", "1.250.000,00 TL", "$2125551234", "2125551234 $", "5321234567.50",
        "5321234567,50", "₺5321234567", "6175550119 USD", "1 250 000 000", "99999999999999999999", "0000000000",
        "1234567", "", "+", "+90", "() - / .",
    ],
)  # fmt: skip
def test_what_is_something_else_is_no_number(text: str, region: str) -> None:
    assert found(text, region) == []


@pytest.mark.parametrize("written", ["0532 123 45 67", "5321234567", "6175550119", "0090 532 123 45 67"])
def test_without_a_region_only_numbers_with_a_plus_count(written: str) -> None:
    assert found(f"{written} or +44 20 7946 0958", "") == ["+44 20 7946 0958"]


@pytest.mark.parametrize("besides", ["6175550119", "617-555-0119", "SR 6175550119", "1 617 555 0119", "6175550119/2"])
@pytest.mark.parametrize("text", ["6175550119", "617 555 0119", "see 617-555-0119.", "+1 617 555 0119"])
def test_the_digits_of_the_support_number_are_none_however_they_are_written(text: str, besides: str) -> None:
    assert found(text, "US") == ["+1 617-555-0119"]
    assert found(text, "US", besides) == []
    assert found(f"{text} 617 555 0142", "US", besides) == ["+1 617-555-0142"]


def test_of_very_many_only_so_many_are_offered() -> None:
    assert len(found(" ".join(f"+1617555{number:04d}," for number in range(100, 200)))) == FOUND_MOST


NUMBERS = st.sampled_from(
    ["0532 123 45 67", "+1 617 555 0119", "(0212) 555 12 34", "(+44) 20 7946 0958", "٠٥٣٢١٢٣٤٥٦٧"]
)


@given(st.lists(NUMBERS | st.text(max_size=12) | st.text("0123456789 ()+-./,", max_size=20), max_size=6))
def test_what_is_found_can_be_typed_and_means_the_same(parts: list[str]) -> None:
    for number, typed in found_numbers(" ".join(parts), "TR").items():
        assert read_target(typed, region="TR", accepts_sip=False).shown == number
