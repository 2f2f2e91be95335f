"""The fields of an answer, however they are spelled and typed."""

from __future__ import annotations

from typing import Any

import pytest

from tui.services.fields import folded, whole


@pytest.mark.parametrize(
    "key",
    ["isActive", "IsActive", "ISACTIVE", "is_active", " isActive ", "isActive:", "İSACTİVE", "İsActive", "ısActıve"],
)
def test_a_key_is_the_same_in_every_spelling_that_of_a_turkish_windows_too(key: str) -> None:
    assert folded(key) == "isactive"


@pytest.mark.parametrize(
    ("written", "number"),
    [(7, 7), ("7", 7), (" +7\r\n", 7), (7.0, 7), ("7.0", 7), ("-7.00", -7), ("0.0", 0), ("9" * 18 + ".0", 10**18 - 1)],
)
def test_a_whole_number_is_read_however_it_is_written(written: Any, number: int) -> None:
    assert whole(written) == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        ".",
        "7.",
        ".0",
        "7.5",
        "7.05",
        "7,0",
        "1.000.0",
        "7e2",
        "0x7",
        "٧",
        "7.0x",
        "9" * 20,
        "9" * 19 + ".0",
        True,
    ],
)
def test_what_may_be_no_whole_number_is_none(written: Any) -> None:
    assert whole(written) is None


def test_a_number_of_a_hundred_thousand_digits_is_none_at_once() -> None:
    assert whole("7." + "0" * 100_000) is None
    assert whole("7" * 100_000) is None
