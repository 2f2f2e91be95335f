"""Where a secret may come from, and that nothing but the program that needs it sees it."""

from __future__ import annotations

import codecs
import os
import sys
import time
from pathlib import Path

import pytest

from tui.config.problems import ConfigError, Problem
from tui.config.reader import read_config
from tui.config.secret_command import output_of

CANARY = "correct-horse-battery"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    return path


def api_key(file: Path, source: str, **environment: str) -> str:
    file.write_text(f"[remotepc]\napi_key = {source}\n")
    settings = read_config(file, environment=environment).remotepc
    assert settings is not None
    return settings.api_key.reveal()


def complaint(file: Path, source: str, **environment: str) -> str:
    with pytest.raises(ConfigError) as caught:
        api_key(file, source, **environment)
    [problem] = caught.value.problems
    assert problem.key == "remotepc.api_key"
    assert CANARY not in str(caught.value)
    return problem.message


def warnings_of(file: Path, source: str) -> list[Problem]:
    file.write_text(f"[remotepc]\napi_key = {source}\n")
    warnings: list[Problem] = []
    read_config(file, environment={"KEY": CANARY}, warnings=warnings)
    assert CANARY not in "".join(map(str, warnings))
    return warnings


def script(file: Path, text: str) -> str:
    """A source that runs these lines of Python."""
    path = file.parent / "script.py"
    path.write_text(text)
    return f'{{ command = "{sys.executable} script.py" }}'


def test_a_secret_may_stand_in_the_file(file: Path) -> None:
    assert api_key(file, f'"{CANARY}"') == CANARY


def test_a_secret_may_come_from_the_environment(file: Path) -> None:
    assert api_key(file, '{ env = "KEY" }', KEY=CANARY) == CANARY


def test_a_secret_may_be_the_first_line_of_a_file(file: Path) -> None:
    (file.parent / "key").write_bytes(f"{CANARY}\r\nanother line\n".encode())
    assert api_key(file, '{ file = "key" }') == CANARY


def test_a_secret_may_be_the_first_line_that_a_command_prints(file: Path) -> None:
    assert api_key(file, script(file, f"print({CANARY!r})\nprint('url: x')")) == CANARY


def sources_of(file: Path, written: bytes) -> list[str]:
    """A file that holds these bytes, and a command that prints them."""
    (file.parent / "key").write_bytes(written)
    return ['{ file = "key" }', script(file, f"import sys\nsys.stdout.buffer.write({written!r})")]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\r\nanother line\r\n"])
def test_the_mark_that_editors_on_windows_begin_a_text_with_is_taken_off(file: Path, end: bytes) -> None:
    for source in sources_of(file, codecs.BOM_UTF8 + CANARY.encode() + end):
        assert api_key(file, source) == CANARY
    assert api_key(file, '{ env = "KEY" }', KEY=f"\ufeff{CANARY}") == CANARY


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_another_encoding_is_told(file: Path, encoding: str) -> None:
    for source in sources_of(file, f"{CANARY}\r\nanother line\r\n".encode(encoding)):
        assert complaint(file, source).endswith("is in UTF-16 or no text at all; save it as UTF-8")


@pytest.mark.parametrize("text", ["", "\ufeff", " ", "\ufeff \u00a0", "\u3000"])
def test_a_secret_of_which_nothing_is_seen_is_none(file: Path, text: str) -> None:
    for source in sources_of(file, f"{text}\n".encode()):
        assert "is empty: the first line of" in complaint(file, source)
    assert "empty" in complaint(file, '{ env = "KEY" }', KEY=text)


@pytest.mark.parametrize("text", [f"{CANARY} ", f" {CANARY}", f"\ufeff {CANARY}", f"{CANARY}  \r"])
def test_a_blank_at_an_end_that_nobody_sees_is_told(file: Path, text: str) -> None:
    for source in sources_of(file, f"{text}\n".encode()):
        assert complaint(file, source).startswith("begins or ends with a blank in the first line of ")
    if "\r" not in text:
        assert "blank in the environment variable KEY" in complaint(file, '{ env = "KEY" }', KEY=text)


@pytest.mark.parametrize("mark", "\u00a0\u200b\u200e\u2060\u202f\u3000\u2028\u00ad\ufeff")
def test_what_cannot_be_seen_at_an_end_is_told_wherever_it_comes_from(file: Path, mark: str) -> None:
    for text in (f"{CANARY}{mark}", f"{mark}{CANARY}" if mark != "\ufeff" else f"\ufeff\ufeff{CANARY}"):
        for source in [*sources_of(file, text.encode()), f'"{text}"']:
            assert f"with a character that cannot be seen (U+{ord(mark):04X})" in complaint(file, source)
        assert "cannot be seen" in complaint(file, '{ env = "KEY" }', KEY=text)


def test_a_password_in_quotes_may_end_with_a_blank_and_hold_any_letter(file: Path) -> None:
    for password in ("it ends so ", " ", "a\u00a0b", "\U0001f469\u200d\U0001f467", "şifre"):
        file.write_text(f'[altigen]\nurl = "https://pbx"\nuser = "201"\npassword = "{password}"\n')
        settings = read_config(file, environment={}).altigen
        assert settings is not None
        assert settings.password.reveal() == password


def test_a_command_is_split_like_a_shell_does_but_is_given_to_none(file: Path) -> None:
    assert api_key(file, r"""{ command = "echo 'a;b$HOME|c'" }""") == "a;b$HOME|c"


def test_a_command_may_print_more_than_is_kept(file: Path) -> None:
    assert api_key(file, script(file, f"print({CANARY!r})\nprint('x' * 300_000)")) == CANARY


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ('{ env = "KEY" }', "is to come from the environment variable KEY, which is not set"),
        ('{ env = "EMPTY" }', "is to come from the environment variable EMPTY, which is empty"),
        (f'{{ env = "{CANARY}" }}', "names no environment variable: letters, digits and _ make one up"),
        ("{ env = 3 }", "must name its env in a string"),
        ('{ env = " " }', "must name its env in a string"),
        ("{ }", "must come from one place: env, command or file"),
        ('{ env = "A", file = "b" }', "must come from one place: env, command or file"),
        ('{ enviroment = "A" }', "may come from env, command or file only"),  # codespell:ignore enviroment
        ('{ file = "none" }', "cannot be read from its file: No such file or directory"),
        ('{ file = "." }', "is to come from a file, but there is something else of that name"),
        ('{ file = "/dev/null" }', "is to come from a file, but there is something else of that name"),
        ('{ file = "a\\u0000b" }', "has a control character in the name of its file"),
        ('{ file = "empty" }', "is empty: the first line of its file holds nothing"),
        ('{ file = "latin" }', "cannot be used: the first line of its file is not UTF-8"),
        ('{ file = "tabbed" }', "has a character that cannot be sent (a line break, a tab, an escape)"),
        ('{ command = "echo \'x" }', "has a command with an open quotation mark or a backslash at its end"),
        ('{ command = "no-such-program" }', "cannot come from its command: No such file or directory"),
        ('{ command = "#" }', "cannot come from its command: No such file or directory"),
        ('{ command = "true" }', "is empty: the first line of what the command printed holds nothing"),
        ('["a"]', "is an array; a secret is a string in quotes, or a table with env, command or file"),
    ],
)
def test_a_source_that_gives_nothing_is_a_problem(file: Path, source: str, message: str) -> None:
    (file.parent / "empty").write_text("\nsecond\n")
    (file.parent / "latin").write_bytes(b"\xe9\n")
    (file.parent / "tabbed").write_text(f"{CANARY}\t\n")
    assert complaint(file, source, EMPTY="") == message


def test_a_failing_command_is_named_by_its_exit_code_and_not_by_what_it_said(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    source = script(file, f"import sys\nprint({CANARY!r})\nprint({CANARY!r}, file=sys.stderr)\nsys.exit(7)")
    assert complaint(file, source) == "cannot come from its command: it failed with exit code 7"
    assert CANARY not in "".join(capfd.readouterr())


def test_a_command_ended_by_a_signal_says_which(file: Path) -> None:
    source = script(file, "import os\nos.kill(os.getpid(), 9)")
    assert complaint(file, source) == "cannot come from its command: it failed with signal 9"


def test_a_command_that_does_not_end_is_ended_with_all_it_started(tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text(
        "import os, pathlib, subprocess\n"
        "child = subprocess.Popen(['sleep', '600'])\n"
        "pathlib.Path('pids').write_text(f'{os.getpid()} {child.pid}')\n"
        "child.wait()\n"
    )
    began = time.monotonic()
    with pytest.raises(Exception, match=r"no end after 0\.5 s"):
        output_of(f"{sys.executable} slow.py", tmp_path, seconds=0.5)
    assert time.monotonic() - began < 5
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        while is_running(pid) and time.monotonic() - began < 10:
            time.sleep(0.01)  # it is ended, and the kernel is clearing up
        assert not is_running(pid)


def test_a_command_that_prints_without_end_is_ended_too(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="no end after"):
        output_of("yes", tmp_path, seconds=0.2)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_a_private_file_warns_of_nothing(file: Path) -> None:
    assert warnings_of(file, f'"{CANARY}"') == []


@pytest.mark.parametrize(("mode", "who"), [(0o640, "its group"), (0o604, "every user of this machine")])
def test_a_secret_in_an_open_file_is_warned_of_with_the_command_that_closes_it(file: Path, mode: int, who: str) -> None:
    file.chmod(mode)
    [warning] = warnings_of(file, f'"{CANARY}"')
    assert str(warning) == f"{file}: holds a secret and is open to {who}: chmod 600 {file}"


def test_the_command_quotes_a_name_that_a_shell_would_split(tmp_path: Path) -> None:
    path = tmp_path / "my config.toml"
    path.touch(0o644)
    [warning] = warnings_of(path, f'"{CANARY}"')
    assert warning.message.endswith(f": chmod 600 '{path}'")


def test_an_open_file_without_a_secret_of_its_own_is_nothing_to_warn_of(file: Path) -> None:
    file.chmod(0o644)
    assert warnings_of(file, '{ env = "KEY" }') == []


def test_an_open_secret_file_is_warned_of_by_its_own_name(file: Path) -> None:
    key = file.parent / "key"
    key.write_text(CANARY)
    key.chmod(0o644)
    [warning] = warnings_of(file, '{ file = "key" }')
    assert str(warning).startswith(f"{key}: remotepc.api_key: holds a secret and is open to every user")


def test_a_credential_that_systemd_lays_out_is_private_whatever_its_mode_says(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "credentials"
    folder.mkdir()
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    for secret, warned in ((folder / "remotepc", 0), (tmp_path / "remotepc", 1)):
        secret.write_text(CANARY)
        secret.chmod(0o440)
        file.write_text(f'[remotepc]\napi_key = {{ file = "{secret}" }}\n')
        warnings: list[Problem] = []
        read_config(file, warnings=warnings)
        assert len(warnings) == warned


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_warned_of(file: Path) -> None:
    os.chown(file, 12345, -1)
    [warning] = warnings_of(file, f'"{CANARY}"')
    assert warning.message == "belongs to another user (uid 12345), who can read and change it"


def test_a_warning_comes_with_the_problems_too(file: Path) -> None:
    file.write_text(f'[remotepc]\napi_key = "{CANARY}"\nnothing = 1\n')
    file.chmod(0o644)
    warnings: list[Problem] = []
    with pytest.raises(ConfigError):
        read_config(file, warnings=warnings)
    assert len(warnings) == 1
