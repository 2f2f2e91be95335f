"""The example configuration is the reference: it is held against the settings, key by key."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from msgspec import NODEFAULT
from msgspec.structs import FieldInfo, fields

from tui.config import Secret, Settings
from tui.config.reader import read_config, settings_from

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
SECTIONS = ("altigen", "alpemix", "remotepc", "archive", "calls", "hooks", "billing", "team", "ui")


def uncommented() -> dict[str, Any]:
    """The example with the sign taken away from every line that shows a default."""
    text = EXAMPLE.read_text("utf-8")
    shown_once = re.sub(r"^# url = \[.*$", "", text, flags=re.MULTILINE)  # the example of several addresses
    return tomllib.loads(re.sub(r'^# ((?:[a-z_]+|"[a-z_.]+") = )', r"\1", shown_once, flags=re.MULTILINE))


def section_type(name: str) -> Any:
    hint = get_type_hints(Settings)[name]
    return next(iter(get_args(hint)), hint)


def is_needed(section: str, each: FieldInfo) -> bool:
    """Whether it must be there where no team's store is read instead."""
    return each.required or each.name == getattr(section_type(section), "to_ask", "")


def test_it_can_be_used_as_it_stands() -> None:
    settings = read_config(EXAMPLE)
    assert settings.altigen is not None
    assert settings.alpemix is not None
    assert settings.remotepc is not None


def test_it_can_be_used_with_every_default_written_out() -> None:
    assert settings_from({**uncommented(), "keys": {}}, EXAMPLE) == read_config(EXAMPLE)


def test_it_shows_every_section_and_nothing_more() -> None:
    assert set(uncommented()) == {each.name for each in fields(Settings)}


@pytest.mark.parametrize("section", SECTIONS)
def test_it_shows_every_key_of_a_section_and_nothing_more(section: str) -> None:
    assert list(uncommented()[section]) == [each.name for each in fields(section_type(section))]


@pytest.mark.parametrize("section", SECTIONS)
def test_what_it_shows_is_the_default(section: str) -> None:
    optional = [each for each in fields(section_type(section)) if not is_needed(section, each)]
    defaults = {each.name: {} if each.default is NODEFAULT else each.default for each in optional}
    shown: dict[str, Any] = {name: tuple(each) if each == [] else each for name, each in uncommented()[section].items()}
    assert {name: Secret(shown[name]) if name == "password" else shown[name] for name in defaults} == defaults


@pytest.mark.parametrize("section", SECTIONS)
def test_only_what_has_no_default_is_not_commented_out(section: str) -> None:
    needed = [each.name for each in fields(section_type(section)) if is_needed(section, each)]
    assert list(tomllib.loads(EXAMPLE.read_text("utf-8"))[section]) == needed


def test_every_key_has_a_sentence_above_it() -> None:
    lines = EXAMPLE.read_text("utf-8").splitlines()
    keys = [n for n, line in enumerate(lines) if re.match(r"(# )?[a-z_]+ = ", line) and n > 20]
    bare = [lines[n] for n in keys if not (lines[n - 1].startswith("# ") or re.match(r"(# )?url = ", lines[n]))]
    assert bare == []


def test_it_fits_a_terminal_of_120_columns() -> None:
    assert max(map(len, EXAMPLE.read_text("utf-8").splitlines())) <= 120
