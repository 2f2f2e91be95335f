"""What `helpdeck` answers to what is typed, and with which exit code."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck
from tui import cli
from tui.command_line import asked_for

CANARY = "correct-horse-battery"
ROOT = Path(__file__).parents[2]


ANY = "[remotepc]\napi_key = { env = 'HOME' }\n"
"""The least that a configuration holds."""


def write(folder: Path, text: str, name: str = "config.toml") -> Path:
    path = folder / name
    path.touch(0o600)
    path.write_text(text)
    return path


def in_terminal(*arguments: str) -> tuple[int, str]:
    """Exit code and screen of `helpdeck …` with a terminal for its input and output."""
    master, slave = pty.openpty()
    process = subprocess.Popen([sys.executable, "-m", "tui", *arguments], stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 20)[0]:
        try:
            shown += os.read(master, 65_536)
        except OSError:
            break
    os.close(master)
    return process.wait(10), shown.decode().replace("\r\n", "\n")


def test_version_says_the_version_and_loads_neither_screen_nor_network() -> None:
    code = (
        "import sys; from tui.cli import main; code = main(['--version'])\n"
        "print(code, *sorted({'textual', 'rich', 'httpx', 'asyncio', 'dataclasses', 'msgspec'} & set(sys.modules)))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.splitlines() == ["helpdeck 0.1.0", "0"]


@pytest.mark.parametrize("arguments", cli._PLAIN)
def test_what_is_known_without_the_parser_is_what_the_parser_says(arguments: tuple[str, ...]) -> None:
    assert cli._PLAIN[arguments] == vars(asked_for(arguments))


def test_help_names_every_command_and_every_exit_code(helpdeck: Helpdeck) -> None:
    ended = helpdeck("--help")
    assert ended.returncode == 0
    for word in (
        "demo",
        "simulate",
        "init",
        "check",
        "--config",
        "128 + n",
        "--config or HELPDECK_CONFIG",
        "SYSTEM_CONFIG",
    ):
        assert word in ended.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing",),
        ("--nothing",),
        ("check", "--nothing"),
        ("--config",),
        ("simulate",),
        ("simulate", "--port", "x"),
        ("simulate", "--port", "65534"),
        ("simulate", "--port", "-1"),
        ("simulate", "--port", "0", "--scenario", "nothing"),
    ],
)
def test_wrong_usage_ends_with_2_and_no_traceback(helpdeck: Helpdeck, arguments: tuple[str, ...]) -> None:
    ended = helpdeck(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert "helpdeck" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [(), ("demo",)])
def test_without_a_terminal_the_dashboard_says_so_in_one_sentence(
    helpdeck: Helpdeck, arguments: tuple[str, ...]
) -> None:
    ended = helpdeck(*arguments)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "needs a terminal" in ended.stderr


def test_without_a_configuration_the_dashboard_names_the_ways_to_begin(home: Path) -> None:
    code, shown = in_terminal()
    assert code == 2
    assert shown == (
        f"There is no configuration yet ({home}/.config/helpdeck/config.toml): "
        "`helpdeck init` makes one, `helpdeck demo` shows Helpdeck.\n"
    )


def test_the_system_s_configuration_is_enough_for_the_dashboard(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "[ui]\nbel = true\n")
    monkeypatch.setenv("HELPDECK_SYSTEM_CONFIG", str(path))
    assert in_terminal() == (2, f"{path}: ui.bel: is not a known key (did you mean bell?)\n")


def test_with_a_broken_configuration_the_dashboard_says_every_problem(tmp_path: Path) -> None:
    path = write(tmp_path, f"[remotepc]\napi_key = '{CANARY}'\nrefresh_seconds = 1\n[ui]\nbel = true\n")
    code, shown = in_terminal("--config", str(path))
    assert code == 2
    assert shown.splitlines() == [
        f"{path}: remotepc.refresh_seconds: must be from 10 to 86400",
        f"{path}: ui.bel: is not a known key (did you mean bell?)",
    ]


def test_the_configuration_may_be_named_before_or_after_the_command_or_in_the_environment(
    helpdeck: Helpdeck, tmp_path: Path
) -> None:
    path = str(write(tmp_path, ANY))
    other = str(write(tmp_path, "[nothing]", "other.toml"))
    fine = f"{path}: no problems\n"
    assert helpdeck("--config", path, "check", "--offline").stdout == fine
    assert helpdeck("check", "--offline", "--config", path).stdout == fine
    assert helpdeck("check", "--offline", HELPDECK_CONFIG=path).stdout == fine
    assert helpdeck("--config", other, "check", "--offline", "--config", path).stdout == fine
    assert helpdeck("--config", path, "check", "--offline", HELPDECK_CONFIG=other).stdout == fine


def test_check_says_every_problem_and_ends_with_2(helpdeck: Helpdeck, tmp_path: Path) -> None:
    path = write(tmp_path, f"[altigen]\nuser = '201'\npassword = '{CANARY}'\n[keys]\ncalls.place_cal = 'c'\n")
    ended = helpdeck("check", "--config", str(path))
    assert ended.returncode == 2
    assert ended.stdout.splitlines() == [
        f"{path}: altigen.url: is missing, and [altigen] needs it",
        f"{path}: keys.calls.place_cal: is not a known action (did you mean calls.place_call?)",
    ]


def test_check_says_which_keys_clash(helpdeck: Helpdeck, tmp_path: Path) -> None:
    path = write(tmp_path, "[keys]\ncalls.place_call = 'x'\n")
    ended = helpdeck("check", "--offline", "--config", str(path))
    assert ended.returncode == 2
    assert "keys.calls.place_call: x is the key of calls.hang_up already" in ended.stdout


def test_check_warns_of_an_open_file_and_goes_on(helpdeck: Helpdeck, tmp_path: Path) -> None:
    path = write(tmp_path, f"[remotepc]\napi_key = '{CANARY}'\n")
    path.chmod(0o644)
    ended = helpdeck("check", "--offline", "--config", str(path))
    assert ended.returncode == 0
    assert ended.stdout.splitlines() == [
        f"warning: {path}: holds a secret and is open to every user of this machine: chmod 600 {path}",
        f"{path}: no problems",
    ]


def test_check_without_a_file_leads_to_init(helpdeck: Helpdeck) -> None:
    ended = helpdeck("check")
    assert ended.returncode == 2
    assert "`helpdeck init` makes one" in ended.stdout


def test_a_reader_that_has_gone_is_no_traceback(tmp_path: Path) -> None:
    path = write(tmp_path, ANY)
    reading, writing = os.pipe()
    os.close(reading)
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "check", "--offline", "--config", str(path)],
        stdout=writing,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writing)
    assert ended.stderr == b""
    assert ended.returncode == 141


def test_closed_outputs_and_inputs_are_no_traceback(tmp_path: Path) -> None:
    path = write(tmp_path, ANY)
    command = f"'{sys.executable}' -m tui check --offline --config '{path}' <&- >&-"
    ended = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, b"")
    ended = subprocess.run(["sh", "-c", f"'{sys.executable}' -m tui <&- >&- 2>&-"], check=False)
    assert ended.returncode == 2


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    path = write(tmp_path, ANY)
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "tui", "check", "--offline", "--config", str(path)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.stderr == "helpdeck: the output could not be written: No space left on device\n"
    assert ended.returncode == 1


def test_a_terminal_of_another_encoding_gets_every_sentence(helpdeck: Helpdeck, tmp_path: Path) -> None:
    path = write(tmp_path, '[ui]\n"İstanbul" = 1\n')
    ended = helpdeck("check", "--config", str(path), PYTHONIOENCODING="ascii")
    assert ended.returncode == 2
    assert '"\\u0130stanbul": is not a known key' in ended.stdout


def test_without_the_extra_the_simulators_say_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys, importlib.util as u; found = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'uvicorn' else found(name, *rest)\n"
        "from tui.cli import main; sys.exit(main(['simulate', '--port', '0']))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert ended.stderr == "helpdeck: The simulated systems need two more packages: pip install 'helpdeck[demo]'\n"


def test_the_keys_of_the_example_can_be_used(helpdeck: Helpdeck, tmp_path: Path) -> None:
    example = (ROOT / "config.example.toml").read_text("utf-8")
    path = write(tmp_path, example.replace('# "calls.', '"calls.'))
    ended = helpdeck("check", "--offline", "--config", str(path))
    assert ended.stdout == f"{path}: no problems\n"


def test_an_interrupt_while_modules_are_loaded_waits_for_their_end() -> None:
    """In the middle of the classes that a library in C makes it has crashed the interpreter."""
    code = """
import atexit, os, signal, sys
from tui.cli import main

class Pressed:
    def find_spec(self, name, path=None, target=None):
        if name == "msgspec":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, Pressed())
atexit.register(lambda: print("loaded" if hasattr(sys.modules.get("tui.config"), "Settings") else "broken off"))
sys.exit(main(["check", "--offline", "--config", "/dev/null"]))
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "loaded\n", "")
