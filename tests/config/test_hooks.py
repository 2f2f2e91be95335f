"""Programs that calls start, as the file names them: lists, no line for a shell, and a word where one is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import Settings
from tui.config.layers import read_layers
from tui.config.origins import origins
from tui.config.problems import ConfigError, Problem
from tui.config.reader import read_config
from tui.config.settings import HooksSettings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    return path


def hooks(file: Path, text: str) -> tuple[HooksSettings, list[str]]:
    """What was read, and what is to be put right."""
    file.write_text(f"[hooks]\n{text}\n")
    warnings: list[Problem] = []
    return read_config(file, warnings=warnings).hooks, [str(warning) for warning in warnings]


def complaints(file: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        hooks(file, text)
    return [problem.message for problem in raised.value.problems]


def program(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("#!/bin/sh\n")
    path.chmod(0o700)
    return path


def test_none_is_started_where_the_file_names_none(file: Path) -> None:
    assert Settings().hooks == HooksSettings()
    assert hooks(file, "ring = []\nmissed = []") == (HooksSettings(), [])
    assert [HooksSettings().command(event) for event in ("ring", "missed", "ended")] == [()] * 3


def test_a_program_has_its_arguments_as_they_stand_there(file: Path) -> None:
    found, warnings = hooks(file, 'ring = ["sh", "-c", "echo $HOME;  x", "--help", "ğ"]\nended = "true"')
    assert found.command("ring") == ("sh", "-c", "echo $HOME;  x", "--help", "ğ")
    assert found.ended == ("true",)
    assert warnings == []


def test_a_path_to_a_program_begins_at_the_home_folder_or_beside_the_file(file: Path, home: Path) -> None:
    ours, beside = program(home / "bin" / "pop"), program(file.parent / "bin" / "my pop")
    found, warnings = hooks(file, 'ring = ["~/bin/pop", "~/x"]\nmissed = ["bin/my pop"]')
    assert found.ring == (str(ours), "~/x")
    assert found.missed == (str(beside),)
    assert warnings == []


@pytest.mark.parametrize("name", ["no-such-program", "./plain", "/nowhere/pop", "/tmp", "x" * 5_000, "./" + "ğ" * 300])
def test_a_program_that_is_not_there_is_told_with_its_key_and_stops_nothing(file: Path, name: str) -> None:
    (file.parent / "plain").touch(0o600)
    found, warnings = hooks(file, f'ring = ["true"]\nmissed = ["{name}", "canary"]')
    assert found.ring == ("true",)
    assert warnings == [f"{file}: hooks.missed: names a program that is not there, or that you may not execute"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            'ring = "pop --quiet"',
            'is one text: write the program and each argument by itself, as ["pop", "--quiet"]',
        ),
        (
            f'ring = "{"x " * 3_000}"',
            'is one text: write the program and each argument by itself, as ["pop", "--quiet"]',
        ),
        ('ring = ["pop", 3]', "is an integer, and must be a string: put it in quotes"),
        ('ring = ["pop", ["x"]]', "is an array, and must be a string"),
        ('ring = { command = "pop" }', "is a table, and must be a string"),
        ('ring = ["pop", "a\\u0000b"]', "has a character that cannot be sent (a line break, a tab, an escape)"),
        ('ring = [""]', "is empty"),
        ('ring = ["~nobody-of-this-name/pop"]', "begins with a home folder that is not known"),
        ("timeout_seconds = 0", "must be from 1 to 3600"),
        ("at_once = 1000", "must be from 1 to 32"),
        ('readonly = "yes"', "is a string, and must be a boolean: write it without quotes"),
        ("rings = []", "is not a known key"),
    ],
)
def test_what_cannot_be_started_is_a_sentence(file: Path, text: str, complaint: str) -> None:
    assert complaints(file, text) == [complaint]


def test_where_it_comes_from_is_told_with_its_line_and_without_its_arguments(file: Path) -> None:
    found, _ = hooks(file, 'ring = ["true", "--token=canary"]\nmissed = ["true"]')
    told = {each.key: str(each) for each in origins(read_layers(file), Settings(hooks=found), {})}
    assert told["hooks.ring"].split("  ")[0] == 'hooks.ring = ["true", "…"]'
    assert told["hooks.ring"].endswith(f"{file}:2")
    assert told["hooks.missed"].startswith('hooks.missed = "true" ')
    assert told["hooks.at_once"].endswith("default")
