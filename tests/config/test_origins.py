"""Where each setting comes from: a line of one of the files, or the default."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import fields

from tui.config.layers import Layer, read_layers
from tui.config.origins import Origin, lines_of, origins
from tui.config.reader import settings_of

CANARY = "correct-horse-battery"
SYSTEM = f"""\
# The team's.

[alpemix]
user = "main"
secret_key = "{CANARY}"
last = 50 # the newest

[archive]
url = "postgresql://db.example.com/helpdeck"
password = {{ env = "DB" }}
"""
OWN = """\
alpemix.last = 10
[altigen]
url = [
    "https://a.example",  # the first

    "https://b.example",
]
password = { command = "echo correct-horse-battery" }
user = '''
201'''
[remotepc] # customers
api_key = { file = "key" }
  [keys.calls]
  dial = "d"
[keys]
"users.add" = "A"
"""


def read(folder: Path, system: str, own: str) -> list[Origin]:
    (folder / "key").touch(0o600)
    (folder / "key").write_text(CANARY)
    for name, text in (("system.toml", system), ("own.toml", own)):
        (folder / name).touch(0o600)
        (folder / name).write_bytes(text.encode())
    layers = read_layers(folder / "own.toml", folder / "system.toml")
    settings = settings_of(layers, environment={"DB": CANARY, "PATH": "/usr/bin:/bin"})
    found = origins(layers, settings, {"calls.dial": "d", "users.add": "A", "app.quit": "q"})
    assert CANARY not in "".join(map(str, found))
    return found


def test_every_setting_is_told_with_the_line_that_it_stands_in(tmp_path: Path) -> None:
    found = {origin.key: (origin.value, origin.source) for origin in read(tmp_path, SYSTEM, OWN)}
    system, own = tmp_path / "system.toml", tmp_path / "own.toml"
    written = {
        "altigen.url": ('["https://a.example", "https://b.example"]', f"{own}:3"),
        "altigen.user": ('"201"', f"{own}:9"),
        "altigen.password": ("***", f"command, {own}:8"),
        "alpemix.user": ('"main"', f"{system}:4"),
        "alpemix.secret_key": ("***", f"{system}:5"),
        "alpemix.last": ("10", f"{own}:1"),
        "remotepc.api_key": ("***", f"file {tmp_path / 'key'}, {own}:12"),
        "archive.url": ('"postgresql://db.example.com/helpdeck"', f"{system}:9"),
        "archive.password": ("***", f"environment DB, {system}:10"),
        "keys.calls.dial": ('"d"', f"{own}:14"),
        "keys.users.add": ('"A"', f"{own}:16"),
    }
    assert {key: told for key, told in found.items() if told[1] != "default"} == written
    assert found["altigen.insecure"] == ("false", "default")
    assert found["archive.path"] == ('""', "default")
    assert found["keys.app.quit"] == ('"q"', "default")


def test_no_setting_is_left_out_and_their_order_is_that_of_the_example(tmp_path: Path) -> None:
    layers = [Layer(tmp_path / "config.toml", {"alpemix": {"user": "main", "secret_key": "k"}})]
    settings = settings_of(layers)
    assert settings.alpemix is not None
    assert [origin.key for origin in origins(layers, settings, {"app.quit": "q"})] == [
        "altigen",
        *(f"alpemix.{each.name}" for each in fields(settings.alpemix)),
        "remotepc",
        *(f"archive.{each.name}" for each in fields(settings.archive)),
        *(f"calls.{each.name}" for each in fields(settings.calls)),
        *(f"hooks.{each.name}" for each in fields(settings.hooks)),
        *(f"billing.{each.name}" for each in fields(settings.billing)),
        *(f"team.{each.name}" for each in fields(settings.team)),
        *(f"ui.{each.name}" for each in fields(settings.ui)),
        "keys.app.quit",
    ]


def test_every_technician_is_told_with_the_line_of_the_file_that_counts(tmp_path: Path) -> None:
    system = SYSTEM + '[team.technicians]\n201 = "Ayşe"\n"202 at hq" = "Mehmet"\n'
    found = [each for each in read(tmp_path, system, '[team]\ntechnicians.201 = "Ali"\n') if "technicians" in each.key]
    assert found == [
        Origin("team.technicians.201", '"Ali"', f"{tmp_path / 'own.toml'}:2"),
        Origin('team.technicians."202 at hq"', '"Mehmet"', f"{tmp_path / 'system.toml'}:13"),
    ]


def test_a_system_that_is_switched_off_is_told_as_that(tmp_path: Path) -> None:
    assert Origin("altigen", "off", "in no file") in read(tmp_path, SYSTEM, "")


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_the_lines_are_those_that_an_editor_counts(tmp_path: Path, mark: str, ends: str) -> None:
    text = f"{mark}# \u2028\n\n[ui]\nbell = false\n".replace("\n", ends)
    found = {origin.key: origin.source for origin in read(tmp_path, SYSTEM, text)}
    assert found["ui.bell"] == f"{tmp_path / 'own.toml'}:4"


def test_behind_a_value_without_an_end_in_sight_the_file_alone_is_told(tmp_path: Path) -> None:
    addresses = "".join(f'    "https://{number}.example",\n' for number in range(1000))
    text = f'[ui]\nbell = false\n[altigen]\nurl = [\n{addresses}]\nuser = "201"\npassword = "{CANARY}"\n'
    found = {origin.key: origin.source for origin in read(tmp_path, SYSTEM, text)}
    own = tmp_path / "own.toml"
    assert (found["ui.bell"], found["altigen.url"], found["altigen.user"]) == (f"{own}:2", str(own), str(own))


def test_what_a_terminal_would_obey_is_told_as_an_escape(tmp_path: Path) -> None:
    layers = [Layer(tmp_path / "a\x1bb.toml", {"alpemix": {"user": "a\u202eb", "secret_key": "k"}})]
    assert all(str(origin).isprintable() for origin in origins(layers, settings_of(layers), {}))


NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=4)
VALUES = st.one_of(NAMES, st.text(st.sampled_from("a\n=[#'\"\\")), st.integers(), st.lists(NAMES, max_size=3))


@given(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), st.booleans())
def test_every_key_is_told_with_its_line_whatever_the_values_hold(section: dict[str, Any], is_long: bool) -> None:
    """Each section of one key begins where the text before it ends."""
    text, begins = "", {}
    for number, (name, value) in enumerate(section.items()):
        begins[f"s{number}", name] = text.count("\n") + 2
        text += tomli_w.dumps({f"s{number}": {name: value}}, multiline_strings=is_long)
    lines = lines_of(text)
    assert {names: lines[names] for names in begins} == begins
