"""What is held against other people's tables, and what importing this package costs."""

from __future__ import annotations

import subprocess
import sys

import phonenumbers
import pytest

from tui.config.regions import NAMES, REGIONS, region_named


def test_the_regions_are_those_of_the_telephone_library() -> None:
    assert set(phonenumbers.SUPPORTED_REGIONS) == REGIONS


def test_reading_a_configuration_loads_nothing_heavy() -> None:
    code = (
        "import sys, pathlib; from tui.config.reader import read_config; "
        "read_config(pathlib.Path('/dev/null')); "
        "print(*sorted({'textual', 'rich', 'httpx', 'pydantic', 'platformdirs', 'subprocess', 'zoneinfo',"
        " 'asyncio', 'websockets', 'phonenumbers', 'tomli_w'} & set(sys.modules)))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.split() == []


def test_every_region_has_a_name_of_its_own_that_fits_a_line() -> None:
    assert all(name.isascii() and 2 < len(name) <= 32 for name in NAMES.values())
    assert len(set(NAMES.values())) == len(NAMES)


@pytest.mark.parametrize(
    ("text", "region"),
    [("TR", "TR"), ("tr", "TR"), ("uk", "GB"), (" turkey ", "TR"), ("Türkiye", "TR"), ("United  Kingdom", "GB"),
     ("USA", "US"), ("", ""), ("Turkye", ""), ("ZZ", "")],
)  # fmt: skip
def test_a_region_is_known_by_its_letters_and_by_its_name(text: str, region: str) -> None:
    assert region_named(text) == region
