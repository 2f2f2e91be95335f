"""What a good configuration becomes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.config import AltiGenSettings, Secret, Settings
from tui.config.reader import read_config

ALTIGEN = '[altigen]\nurl = "https://pbx.example.com:8443/webproxy"\nuser = "201"\npassword = "4711"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    return path


def altigen(file: Path, text: str) -> AltiGenSettings:
    file.write_text(text)
    settings = read_config(file).altigen
    assert settings is not None
    return settings


def test_an_empty_file_switches_everything_off_and_keeps_the_defaults(file: Path) -> None:
    assert read_config(file) == Settings()


def test_a_section_with_what_it_needs_gets_the_defaults_for_the_rest(file: Path) -> None:
    assert altigen(file, ALTIGEN) == AltiGenSettings(
        url=("https://pbx.example.com:8443/webproxy",), user="201", password=Secret("4711")
    )


def test_several_addresses_keep_their_order(file: Path) -> None:
    text = ALTIGEN.replace('"https://pbx.example.com:8443/webproxy"', '["https://b.example/", "https://a.example"]')
    assert altigen(file, text).url == ("https://b.example", "https://a.example")


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1:8080",
        "https://[::1]:8443/x",
        "https://pbx",
        "https://pbx.intern.:1/a/b",
        "https://büro.example",
    ],
)
def test_every_kind_of_host_is_an_address(file: Path, address: str) -> None:
    text = ALTIGEN.replace("https://pbx.example.com:8443/webproxy", address)
    assert altigen(file, text).url == (address,)


def test_an_egress_may_have_any_name_that_can_be_read(file: Path) -> None:
    file.write_text(f'[alpemix]\nuser = "main"\nsecret_key = "key"\negress = "{"İzmir office".ljust(64, ".")}"\n')
    settings = read_config(file).alpemix
    assert settings is not None
    assert settings.egress.startswith("İzmir office.")


def test_a_file_of_an_editor_on_windows_is_read(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + ALTIGEN.replace("\n", "\r\n").encode())
    assert read_config(file).altigen is not None


def test_a_relative_path_begins_at_the_configuration(file: Path) -> None:
    (file.parent / "desk.pem").write_text("")
    assert altigen(file, ALTIGEN + 'ca_file = "desk.pem"').ca_file == str(file.parent / "desk.pem")


def test_a_tilde_is_the_home_folder(file: Path, home: Path) -> None:
    file.write_text('[archive]\npath = "~/desk.sqlite"')
    assert read_config(file).archive.path == str(home / "desk.sqlite")


def test_keys_may_be_quoted_dotted_listed_or_tables(file: Path) -> None:
    file.write_text('[keys]\n"calls.dial" = "c"\nusers.add = ["a", "ctrl+n"]\n[keys.view]\nzoom = "z,plus"\n')
    assert read_config(file).keys == {"calls.dial": "c", "users.add": "a,ctrl+n", "view.zoom": "z,plus"}


def test_actions_are_held_against_those_that_exist_when_they_are_known(file: Path) -> None:
    file.write_text('[keys]\ncalls.dial = "c"\n')
    assert read_config(file, known_actions={"calls.dial"}).keys == {"calls.dial": "c"}


def test_a_pipe_can_be_read_like_a_file(tmp_path: Path) -> None:
    import os
    import threading

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(ALTIGEN,))
    writer.start()
    assert read_config(pipe).altigen is not None
    writer.join()
