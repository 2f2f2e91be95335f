"""``[team.technicians]`` and ``[billing]``: whose an extension is, and what is billed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import Settings
from tui.config.layers import read_layers
from tui.config.problems import ConfigError
from tui.config.reader import settings_of


def read(folder: Path, own: str, system: str = "") -> Settings:
    for name, text in (("system.toml", system), ("own.toml", own)):
        (folder / name).write_text(text, "utf-8")
    return settings_of(read_layers(folder / "own.toml", folder / "system.toml"))


def problems(folder: Path, own: str, system: str = "") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read(folder, own, system)
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def test_without_a_word_of_it_nobody_is_named_everybody_is_on_the_board_and_time_is_billed_as_it_is(
    tmp_path: Path,
) -> None:
    settings = read(tmp_path, "")
    assert (settings.team.names, settings.team.board, settings.team.technicians) == (True, True, {})
    billing = settings.billing
    assert (billing.minimum_minutes, billing.round_minutes, billing.merge_minutes) == (0, 0, 0)


def test_a_team_is_known_by_its_extensions(tmp_path: Path) -> None:
    text = '[team]\nnames = false\nboard = false\n[team.technicians]\n201 = "Ayşe Yılmaz"\n"202 at hq" = "Mehmet"\n'
    team = read(tmp_path, text).team
    assert (team.names, team.board) == (False, False)
    assert team.technicians == {"201": "Ayşe Yılmaz", "202 at hq": "Mehmet"}


def test_one_technician_may_have_several_extensions(tmp_path: Path) -> None:
    text = '[team.technicians]\n201 = "Ayşe"\n202 = "Ayşe"\n'
    assert read(tmp_path, text).team.technicians == {"201": "Ayşe", "202": "Ayşe"}


def test_a_table_that_names_nobody_is_no_mistake(tmp_path: Path) -> None:
    assert read(tmp_path, "[team.technicians]\n").team.technicians == {}


def test_what_the_person_says_of_an_extension_goes_before_what_the_system_says(tmp_path: Path) -> None:
    system = '[team.technicians]\n201 = "Ayşe"\n202 = "Mehmet"\n'
    team = read(tmp_path, '[team.technicians]\n202 = "Ali"\n203 = "Zeynep"\n', system).team
    assert team.technicians == {"201": "Ayşe", "202": "Ali", "203": "Zeynep"}


def test_a_name_is_compared_as_the_reports_are_cleaned(tmp_path: Path) -> None:
    assert read(tmp_path, '[team.technicians]\n201 = "Ays\u0327e"\n').team.technicians == {"201": "Ayşe"}


def test_every_mistake_is_told_at_once_with_its_extension(tmp_path: Path) -> None:
    text = f"""\
[billing]
minimum_minutes = 1.5
round_minutes = -1
merge_minutes = 99999999999999999999
[team]
names = "yes"
technicians.201 = ""
technicians."" = "Ayşe"
technicians."20 " = "Ayşe"
technicians.202 = "Ayşe "
technicians.203 = "{"a" * 101}"
technicians.204 = 7
technicians.205 = ["Ayşe", "Mehmet"]
technicians.2.6 = "Ayşe"
technicians."2\\u001b7" = "Ayşe"
technicians.208 = "A\\u202ee"
technicians.{"9" * 101} = "Ayşe"
"""
    assert problems(tmp_path, text) == [
        "own.toml: billing.minimum_minutes: is a float, and must be an integer",
        "own.toml: billing.round_minutes: must be from 0 to 1440",
        "own.toml: billing.merge_minutes: must be from 0 to 1440",
        "own.toml: team.names: is a string, and must be a boolean: write it without quotes",
        "own.toml: team.technicians.201: is empty",
        'own.toml: team.technicians."": has nothing before the =',
        'own.toml: team.technicians."20 ": begins or ends with a blank',
        "own.toml: team.technicians.202: begins or ends with a blank",
        "own.toml: team.technicians.203: has more than 100 characters",
        "own.toml: team.technicians.204: is an integer, and must be a string: put it in quotes",
        "own.toml: team.technicians.205: is an array, and must be a string",
        "own.toml: team.technicians.2: is a table, and must be a string",
        'own.toml: team.technicians."2\\x1b7": has a character that cannot be sent (a line break, a tab, an escape)',
        "own.toml: team.technicians.208: has a character that cannot be seen",
        'own.toml: team.technicians."' + 59 * "9" + '…": has more than 100 characters',
    ]


def test_two_technicians_on_one_extension_are_a_mistake_with_its_line(tmp_path: Path) -> None:
    text = '[team.technicians]\n201 = "Ayşe"\n"201" = "Mehmet"\n'
    (said,) = problems(tmp_path, text)
    assert said.startswith("own.toml: is not valid TOML: a key stands there twice (at line 3,")


@pytest.mark.parametrize(("raw", "word"), [("'x'", "a string"), ("[]", "an array"), ("[{}]", "an array")])
def test_technicians_that_are_no_table_are_a_mistake(tmp_path: Path, raw: str, word: str) -> None:
    said = problems(tmp_path, f"[team]\ntechnicians = {raw}\n")
    assert said == [f"own.toml: team.technicians: is {word}, and must be a table"]
