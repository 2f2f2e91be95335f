"""The config as the command line has it: read with everything that is wrong in it, and read again while it runs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck
from tui.commands.configuration import Configuration
from tui.config.problems import ConfigError

ALTIGEN = "[altigen]\nurl = 'https://pbx.example.com'\nuser = '201'\nregion = 'TR'\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    path.write_text(ALTIGEN + "password = 'first'\n")
    return path


def password(configuration: Configuration, *, wholly: bool) -> str | None:
    found = configuration.reread(wholly=wholly)
    return None if found is None or found.altigen is None else found.altigen.password.reveal()


def test_a_file_that_did_not_change_is_not_read_again_unless_all_is_wanted(path: Path) -> None:
    configuration = Configuration(path)
    configuration.read()
    assert password(configuration, wholly=False) is None
    assert password(configuration, wholly=True) == "first"
    path.write_text(ALTIGEN + "password = 'another'\n")
    assert password(configuration, wholly=False) == "another"
    assert password(configuration, wholly=False) is None


def test_either_file_is_read_again_when_it_changed(path: Path, tmp_path: Path) -> None:
    system = tmp_path / "system.toml"
    configuration = Configuration(path, system)
    configuration.read()
    assert password(configuration, wholly=False) is None
    system.touch(0o600)
    system.write_text("[altigen]\nuser = '999'\n[ui]\nbell = false\n")
    found = configuration.reread(wholly=False)
    assert found is not None
    assert found.altigen is not None
    assert (found.altigen.user, found.ui.bell) == ("201", False)
    path.write_text(ALTIGEN + "password = 'another'\n[ui]\nbell = true\n")
    found = configuration.reread(wholly=False)
    assert found is not None
    assert found.ui.bell
    assert configuration.reread(wholly=False) is None
    system.unlink()
    assert configuration.reread(wholly=False) is not None


def test_a_problem_is_told_again_until_it_is_put_right(path: Path, tmp_path: Path) -> None:
    system = tmp_path / "system.toml"
    system.touch(0o600)
    configuration = Configuration(path, system)
    configuration.read()
    system.chmod(0o666)
    for _ in range(2):
        with pytest.raises(ConfigError, match="can be changed by every user"):
            configuration.reread(wholly=False)
    system.chmod(0o644)
    assert configuration.reread(wholly=False) is not None


def test_the_keys_that_clash_are_told_of_the_file_that_they_stand_in(path: Path, tmp_path: Path) -> None:
    system = tmp_path / "system.toml"
    system.touch(0o600)
    system.write_text("[keys]\n'calls.hang_up' = 'f8'\n")
    path.write_text(ALTIGEN + "password = 'first'\n[keys]\ncalls.mute = 'f8'\n")
    with pytest.raises(ConfigError) as caught:
        Configuration(path, system).read()
    assert str(caught.value) == f"{path}: keys.calls.mute: f8 is the key of calls.hang_up already"


def test_a_secret_from_elsewhere_is_asked_for_again(path: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("one\n")
    path.write_text(ALTIGEN + "password = { command = 'cat secret' }\n")
    configuration = Configuration(path)
    configuration.read()
    secret.write_text("two\n")
    assert password(configuration, wholly=True) == "two"


def test_a_command_is_not_told_of_the_terminal_that_the_dashboard_has(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPG_TTY", "/dev/pts/7")
    code = "import os; print(os.environ.get('GPG_TTY', 'none'))"
    path.write_text(ALTIGEN + f'password = {{ command = "{sys.executable} -c \\"{code}\\"" }}\n')
    configuration = Configuration(path)
    settings = configuration.read()
    assert settings.altigen is not None
    assert settings.altigen.password.reveal() == "/dev/pts/7"
    assert password(configuration, wholly=True) == "none"


def test_readonly_of_the_command_line_stays(path: Path) -> None:
    configuration = Configuration(path, readonly=True)
    assert configuration.read().ui.readonly
    path.write_text(ALTIGEN + "password = 'first'\n[ui]\nreadonly = false\n")
    found = configuration.reread(wholly=False)
    assert found is not None
    assert found.ui.readonly


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "\ufeff", "[ui]\n", "[archive]\n", "[keys]\n"])
def test_a_config_that_switches_nothing_on_is_a_problem(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"no section \[altigen\], \[alpemix\] or \[remotepc\]"):
        Configuration(path).read()


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_windows_writes_the_same_config(path: Path, ends: str, mark: str) -> None:
    path.write_bytes((mark + ALTIGEN + "password = 'first'\n").replace("\n", ends).encode())
    assert Configuration(path).read().altigen is not None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("[altigen]\n# Türkçe\n".encode("cp1254"), "not UTF-8 (line 2)"),
        ("[altigen]\n".encode("utf-16"), "not UTF-8 (line 1)"),
        (b"# x\n" * 2_500_000, "larger than 1 MiB"),
        (b"[ui]\ntheme = 'dracul'\n", "did you mean dracula?"),
        (b"[ui]\ntheme = 'Dracula'\n", "did you mean dracula?"),
        (b"[ui]\ntheme = 'dracul'\n", "ctrl+p in `helpdeck demo` shows all of them"),
        (b"[ui]\ntheme = ''\n", "ui.theme: is empty"),
        (b"[keys]\n'calls.hang_up' = 'ctrl+zz'\n", "did you mean ctrl+z?"),
        (b"[keys]\n'calls.hang_up' = 'f8'\n'calls.mute' = 'f8'\n", "f8 is the key of calls.hang_up already"),
        (b"", "so there is nothing to show"),
    ],
)
def test_check_names_what_is_wrong(helpdeck: Helpdeck, path: Path, content: bytes, said: str) -> None:
    path.write_bytes(content)
    ended = helpdeck("check", "--offline", "--config", str(path))
    assert ended.returncode == 2
    assert said in ended.stdout
    assert "no problems" not in ended.stdout


def test_check_names_a_folder_and_what_cannot_be_read(helpdeck: Helpdeck, path: Path, tmp_path: Path) -> None:
    assert "is a folder" in helpdeck("check", "--config", str(tmp_path)).stdout
    path.chmod(0)
    if not os.access(path, os.R_OK):  # root reads everything
        assert "cannot be read by you" in helpdeck("check", "--config", str(path)).stdout
    assert "no such file" in helpdeck("check", "--config", str(tmp_path / "none")).stdout


def test_check_reads_the_system_s_file_first(helpdeck: Helpdeck, home: Path, tmp_path: Path) -> None:
    system, own = tmp_path / "system.toml", home / ".config" / "helpdeck" / "config.toml"
    system.touch(0o640)
    system.write_text(ALTIGEN)
    own.parent.mkdir(parents=True)
    own.touch(0o600)
    own.write_text("[altigen]\npassword = 'mine'\n")
    ended = helpdeck("check", "--offline", HELPDECK_SYSTEM_CONFIG=str(system))
    assert (ended.returncode, ended.stdout) == (0, f"{system}: no problems\n{own}: no problems\n")
    own.unlink()
    ended = helpdeck("check", "--offline", HELPDECK_SYSTEM_CONFIG=str(system))
    assert (ended.returncode, ended.stdout) == (
        2,
        f"{system}: altigen.password: is missing, and [altigen] needs it\n",
    )
    system.write_text(ALTIGEN + "password = 'theirs'\n")
    ended = helpdeck("check", "--offline", HELPDECK_SYSTEM_CONFIG=str(system))
    assert (ended.returncode, ended.stdout) == (0, f"{system}: no problems\n")
    ended = helpdeck("check", "--offline", "--config", str(own), HELPDECK_SYSTEM_CONFIG=str(system))
    assert (ended.returncode, ended.stdout) == (2, f"{own}: there is no such file; `helpdeck init` makes one\n")


def test_check_tells_where_every_setting_comes_from_and_asks_no_system(
    helpdeck: Helpdeck, path: Path, tmp_path: Path
) -> None:
    system = tmp_path / "system.toml"
    system.touch(0o640)
    system.write_text(ALTIGEN + "[ui]\nbell = false\n[keys]\n'calls.hang_up' = 'f8'\n")
    path.write_text("[altigen]\npassword = 'first'\n")
    ended = helpdeck("check", "--origin", "--config", str(path), HELPDECK_SYSTEM_CONFIG=str(system))
    assert (ended.returncode, ended.stderr) == (0, "")
    files, told = ended.stdout.splitlines()[:2], ended.stdout.splitlines()[2:]
    assert files == [f"{system}: no problems", f"{path}: no problems"]
    assert told[:5] == [
        f'altigen.url = "https://pbx.example.com"         {system}:2',
        f'altigen.user = "201"                            {system}:3',
        f"altigen.password = ***                          {path}:2",
        'altigen.system = "maxcs"                        default',
        'altigen.events_path = "/events"                 default',
    ]
    assert f"ui.bell = false                                 {system}:6" in told
    assert f'keys.calls.hang_up = "f8"                       {system}:8' in told
    assert 'keys.app.palette = ":,ctrl+p"                   default' in told
    assert "alpemix = off                                   in no file" in told
    again = helpdeck("--readonly", "check", "--origin", "--config", str(path), HELPDECK_SYSTEM_CONFIG=str(system))
    assert set(again.stdout.splitlines()) ^ set(ended.stdout.splitlines()) == {
        "ui.readonly = false                             default",
        "ui.readonly = true                              --readonly",
    }


def test_where_settings_come_from_is_told_only_where_there_is_no_problem(helpdeck: Helpdeck, path: Path) -> None:
    path.write_text(ALTIGEN)
    ended = helpdeck("check", "--origin", "--config", str(path))
    assert (ended.returncode, ended.stdout) == (2, f"{path}: altigen.password: is missing, and [altigen] needs it\n")


def test_check_remarks_that_no_country_is_set(helpdeck: Helpdeck, path: Path, simulated_config: str) -> None:
    path.write_text(simulated_config)
    assert "region" not in helpdeck("check", "--config", str(path)).stdout
    path.write_text(simulated_config.replace('region = "US"', ""))
    ended = helpdeck("check", "--config", str(path))
    assert "logged off; altigen.region is not set: only extensions and numbers with + can be called" in ended.stdout


def test_check_does_not_load_the_toolkit(helpdeck: Helpdeck, path: Path) -> None:
    ended = helpdeck("check", "--offline", "--config", str(path), PYTHONPROFILEIMPORTTIME="1")
    assert "no problems" in ended.stdout
    assert "tui.config.themes" in ended.stderr
    assert "textual" not in ended.stderr
