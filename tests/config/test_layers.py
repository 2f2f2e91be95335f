"""The system's file is read first, and the person's over it, key by key."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.config import Settings
from tui.config.layers import read_layers
from tui.config.location import system_config_path
from tui.config.problems import ConfigError, Problem
from tui.config.reader import settings_of

CANARY = "correct-horse-battery"
ALTIGEN = '[altigen]\nurl = "https://pbx.example.com"\nuser = "201"\n'
ALPEMIX = '[alpemix]\nuser = "main"\n'
KEY = f'secret_key = "{CANARY}"\n'
TEAM = '[archive]\nurl = "postgresql://db.example.com/helpdeck"\n'


class Files:
    """The two files."""

    def __init__(self, folder: Path) -> None:
        self.system = folder / "etc" / "config.toml"
        self.own = folder / "home" / "config.toml"
        self.warnings: list[Problem] = []
        for path in (self.system, self.own):
            path.parent.mkdir()

    def write(self, system: str | None, own: str | None) -> None:
        for path, text in ((self.system, system), (self.own, own)):
            path.unlink(missing_ok=True)
            if text is not None:
                path.touch(0o600)
                path.write_text(text)

    def read(self, *, is_named: bool = False, **environment: str) -> Settings:
        self.warnings = []
        layers = read_layers(self.own, self.system, is_named=is_named)
        return settings_of(layers, known_actions={"calls.dial"}, environment=environment, warnings=self.warnings)

    def problems(self, *, is_named: bool = False) -> list[tuple[Path, str, str]]:
        with pytest.raises(ConfigError) as caught:
            self.read(is_named=is_named)
        assert CANARY not in str(caught.value)
        return [(problem.file, problem.key, problem.message) for problem in caught.value.problems]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_the_system_s_file_lies_in_etc_or_where_the_environment_says(home: Path) -> None:
    assert system_config_path({}) == Path("/etc/helpdeck/config.toml")
    assert system_config_path({"HELPDECK_SYSTEM_CONFIG": ""}) == Path("/etc/helpdeck/config.toml")
    assert system_config_path({"HELPDECK_SYSTEM_CONFIG": "~/team.toml"}) == home / "team.toml"


def test_the_person_s_goes_before_the_system_s_key_by_key(files: Files) -> None:
    files.write(
        f'{ALTIGEN}password = "theirs"\nsystem = "maxacd"\n[ui]\nbell = false\nascii = true\n',
        '[altigen]\nuser = "202"\npassword = "mine"\n[ui]\nbell = true\n',
    )
    settings = files.read()
    assert settings.altigen is not None
    assert settings.altigen.url == ("https://pbx.example.com",)
    assert (settings.altigen.user, settings.altigen.password.reveal()) == ("202", "mine")
    assert settings.altigen.is_maxacd
    assert (settings.ui.bell, settings.ui.ascii) == (True, True)


def test_sections_of_either_file_count(files: Files) -> None:
    files.write(f"{ALPEMIX}{KEY}", f'{ALTIGEN}password = "1357"\n')
    settings = files.read()
    assert settings.altigen is not None
    assert settings.alpemix is not None
    assert settings.remotepc is None


def test_the_keys_of_an_action_are_one_value_however_its_id_is_written(files: Files) -> None:
    files.write('[keys]\n"calls.dial" = "c"\n', '[keys.calls]\ndial = "d"\n')
    assert files.read().keys == {"calls.dial": "d"}


@pytest.mark.parametrize(("system", "own"), [(f"{ALPEMIX}{KEY}", None), (None, f"{ALPEMIX}{KEY}")])
def test_one_of_the_two_is_enough(files: Files, system: str | None, own: str | None) -> None:
    files.write(system, own)
    assert files.read().alpemix is not None


def test_without_both_the_person_s_is_missing(files: Files) -> None:
    assert files.problems() == [(files.own, "", "there is no such file; `helpdeck init` makes one")]


def test_a_file_that_was_named_must_be_there(files: Files) -> None:
    files.write(f"{ALPEMIX}{KEY}", None)
    assert files.problems(is_named=True) == [(files.own, "", "there is no such file; `helpdeck init` makes one")]


def test_each_problem_says_which_file_it_is_in(files: Files) -> None:
    files.write(
        f"[nothing]\n{ALPEMIX}{KEY}last = 0\nnone = 1\n[ui]\nbel = true\n[keys]\ncalls.dail = 'c'\n",
        "[alpemix]\nrefresh_seconds = 1\n[ui]\nbel = true\n[remotepc]\n[keys]\n'calls.dali' = 'd'\n",
    )
    assert [(file, key) for file, key, _ in files.problems()] == [
        (files.system, "nothing"),
        (files.system, "alpemix.none"),
        (files.system, "alpemix.last"),
        (files.own, "alpemix.refresh_seconds"),
        (files.own, "remotepc.api_key"),
        (files.system, "ui.bel"),
        (files.own, "ui.bel"),
        (files.system, "keys.calls.dail"),
        (files.own, 'keys."calls.dali"'),
    ]


def test_what_is_missing_is_missing_in_the_person_s_where_that_has_the_section(files: Files) -> None:
    files.write(ALTIGEN, "[altigen]\n")
    assert [(file, key) for file, key, _ in files.problems()] == [(files.own, "altigen.password")]
    files.write(ALTIGEN, "[ui]\n")
    assert [(file, key) for file, key, _ in files.problems()] == [(files.system, "altigen.password")]


def test_both_files_are_told_where_neither_can_be_read(files: Files) -> None:
    files.write("[ui", "[ui]\n[ui]\n")
    assert [file for file, _, _ in files.problems()] == [files.system, files.own]


def test_what_the_person_s_goes_before_is_not_looked_at(files: Files) -> None:
    files.write(f"{ALPEMIX}last = 0\nsecret_key = {{ command = 'touch ran' }}\n", f"[alpemix]\n{KEY}last = 10\n")
    assert files.read().alpemix is not None
    assert not (files.system.parent / "ran").exists()


def test_what_is_wrong_together_names_both_files(files: Files) -> None:
    files.write("[archive]\npath = 'archive.sqlite'\n", TEAM)
    assert files.problems() == [
        (
            files.own,
            "archive.url",
            "stands beside path: what is remembered is kept in the one or in the other "
            f"(path stands in {files.system})",
        )
    ]
    files.write(f'{ALTIGEN}password = "x"\nping_seconds = 45\n', "[ui]\n")
    [(file, key, message)] = files.problems()
    assert (file, key) == (files.system, "altigen.stale_seconds")
    assert "stands in" not in message


def test_a_person_leaves_the_team_s_store_with_an_empty_address(files: Files) -> None:
    files.write(f"{TEAM}password = 'x'\n", "[archive]\nurl = ''\npath = 'archive.sqlite'\n")
    assert files.read().archive.path == str(files.own.parent / "archive.sqlite")


def test_a_person_without_a_secret_reads_the_store_that_the_system_s_file_names(files: Files) -> None:
    files.write(TEAM, ALPEMIX)
    settings = files.read().alpemix
    assert settings is not None
    assert not settings.asks


def test_paths_and_secrets_begin_at_the_file_that_they_stand_in(files: Files) -> None:
    for path, text in ((files.system, "theirs"), (files.own, "mine")):
        (path.parent / "desk.pem").write_text("")
        (path.parent / "key").touch(0o600)
        (path.parent / "key").write_text(text)
    files.write(
        f'{ALPEMIX}ca_file = "desk.pem"\nsecret_key = {{ file = "key" }}\n',
        '[remotepc]\nca_file = "desk.pem"\napi_key = { file = "key" }\n',
    )
    settings = files.read()
    assert settings.alpemix is not None
    assert settings.remotepc is not None
    assert (settings.alpemix.ca_file, settings.alpemix.secret_key.reveal()) == (
        str(files.system.parent / "desk.pem"),
        "theirs",
    )
    assert (settings.remotepc.ca_file, settings.remotepc.api_key.reveal()) == (
        str(files.own.parent / "desk.pem"),
        "mine",
    )


def test_a_command_runs_in_the_folder_of_the_file_that_it_stands_in(files: Files) -> None:
    files.write(f"{ALPEMIX}secret_key = {{ command = 'pwd' }}\n", "[ui]\n")
    settings = files.read(PATH=os.environ["PATH"]).alpemix
    assert settings is not None
    assert settings.secret_key.reveal() == str(files.system.parent)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o440])
def test_a_group_may_read_the_secrets_of_the_system_s_file(files: Files, mode: int) -> None:
    files.write(f"{ALPEMIX}{KEY}", None)
    files.system.chmod(mode)
    files.read()
    assert files.warnings == []


def test_everybody_may_read_a_system_s_file_without_secrets(files: Files) -> None:
    files.write(f"{ALPEMIX}secret_key = {{ env = 'KEY' }}\n", None)
    files.system.chmod(0o644)
    files.read(KEY=CANARY)
    assert files.warnings == []


@pytest.mark.parametrize("own", ["[ui]\n", "[alpemix]\nsecret_key = { env = 'KEY' }\n"])
def test_a_secret_that_everybody_may_read_is_a_problem_whether_it_is_used_or_not(files: Files, own: str) -> None:
    files.write(f"{ALPEMIX}{KEY}", own)
    files.system.chmod(0o644)
    with pytest.raises(ConfigError) as caught:
        files.read(KEY="k")
    assert str(caught.value) == (
        f"{files.system}: holds a secret and is open to every user of this machine: chmod o= {files.system}, and chgrp "
        "to who may read it"
    )


def test_a_secret_s_own_file_that_everybody_may_read_is_a_problem_by_its_name(files: Files) -> None:
    key = files.system.parent / "key"
    key.write_text(CANARY)
    files.write(f"{ALPEMIX}secret_key = {{ file = 'key' }}\n", None)
    key.chmod(0o640)
    assert files.read().alpemix is not None
    key.chmod(0o604)
    [(file, name, message)] = files.problems()
    assert (file, name) == (key, "alpemix.secret_key")
    assert "open to every user" in message


@pytest.mark.parametrize(("mode", "who"), [(0o620, "its group"), (0o602, "every user of this machine")])
def test_a_system_s_file_that_others_can_change_is_not_gone_by(files: Files, mode: int, who: str) -> None:
    files.write(f"{ALPEMIX}secret_key = {{ command = 'touch ran' }}\n", "[ui]\n")
    files.system.chmod(mode)
    assert files.problems() == [
        (
            files.system,
            "",
            f"can be changed by {who}, who could have you run commands: chmod go-w {files.system}",
        )
    ]
    assert not (files.system.parent / "ran").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_system_s_file_of_another_person_is_not_gone_by(files: Files) -> None:
    files.write(f"{ALPEMIX}{KEY}", None)
    os.chown(files.system, 12345, -1)
    [(file, key, message)] = files.problems()
    assert (file, key) == (files.system, "")
    assert message == (
        f"belongs to another user (uid 12345), who could have you run commands: chown root {files.system}"
    )


def test_the_person_s_file_is_warned_of_as_without_a_system_s(files: Files) -> None:
    files.write(ALPEMIX, f"[alpemix]\n{KEY}")
    files.own.chmod(0o640)
    files.read()
    [warning] = files.warnings
    assert str(warning) == f"{files.own}: holds a secret and is open to its group: chmod 600 {files.own}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_system_s_file_that_one_may_not_read_is_a_problem(files: Files) -> None:
    files.write(f"{ALPEMIX}{KEY}", f"{ALPEMIX}{KEY}")
    files.system.chmod(0)
    assert files.problems() == [(files.system, "", "cannot be read by you")]


def test_an_action_below_more_tables_than_an_id_has_is_a_problem_and_no_fault(files: Files) -> None:
    files.write(None, f"[keys]\n{'a.' * 3000}b = 'c'\n")
    assert all(key.startswith("keys.a.a.a") and len(key) < 100 for _, key, _ in files.problems())


def test_a_layer_shows_nothing_of_the_secrets_in_it(files: Files) -> None:
    files.write(f"{ALPEMIX}{KEY}", "[alpemix]\nsecret_key = 'another'\n")
    assert CANARY not in repr(read_layers(files.own, files.system))
