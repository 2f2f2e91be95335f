"""What is held against other people's tables, and what importing this package costs."""

from __future__ import annotations

import subprocess
import sys

import phonenumbers

from tui.config.regions import REGIONS


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
