"""`helpdeck init`: a conversation that ends with a configuration, or with nothing changed."""

from __future__ import annotations

import io
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.harness import Helpdeck
from tests.processes import state_of
from tui.commands.check import Outcome
from tui.commands.conversation import Conversation
from tui.commands.init import Setup
from tui.config import Settings
from tui.config.layers import read_layer
from tui.config.reader import read_config
from tui.desk.alpemix.counter import SPENT


@pytest.fixture
def target(home: Path) -> Path:
    return home / ".config" / "helpdeck" / "config.toml"


@pytest.fixture
def known(simulated_config: str) -> dict[str, Any]:
    """What opens the simulated systems."""
    return tomllib.loads(simulated_config)


def answers_of(known: dict[str, Any], **instead: str) -> list[str]:
    """What a person types who sets up all three."""
    altigen, alpemix, remotepc = known["altigen"], known["alpemix"], known["remotepc"]
    return [
        *("y", altigen["url"], altigen["user"], instead.get("password", altigen["password"]), "", "US"),
        *("y", alpemix["url"], alpemix["user"], alpemix["secret_key"], ""),
        *("y", remotepc["url"], remotepc["api_key"]),
    ]


def lines(answers: list[str]) -> str:
    return "".join(f"{answer}\n" for answer in answers)


def nothing_left(home: Path) -> bool:
    return not [path for path in home.rglob("*") if path.is_file()]


def test_all_three_are_asked_for_tried_and_written_for_their_owner_only(
    helpdeck: Helpdeck, target: Path, known: dict[str, Any]
) -> None:
    ended = helpdeck("init", answers=lines(answers_of(known)))
    assert ended.returncode == 0, ended.stderr
    assert re.findall(r"^  (?:ok|refused|unreachable|busy|failed): .*$", ended.stdout, re.MULTILINE)[:2] == [
        "  ok: logged on as 201, the event channel tells of calls, logged off",
        f"  ok: got a token as helpdesk, and a report ({SPENT})",
    ]
    assert re.search(r"^  ok: let in, \d+ users$", ended.stdout, re.MULTILINE)
    assert target.stat().st_mode & 0o777 == 0o600
    assert target.parent.stat().st_mode & 0o777 == 0o700
    settings = read_config(target)
    assert settings.altigen is not None
    assert settings.altigen.password.reveal() == known["altigen"]["password"]
    assert [path.name for path in target.parent.iterdir()] == ["config.toml"]
    written = tomllib.loads(target.read_text())
    assert "system" not in written["altigen"]
    assert "timezone" not in written["alpemix"]


def test_no_secret_is_shown(helpdeck: Helpdeck, known: dict[str, Any]) -> None:
    ended = helpdeck("init", answers=lines(answers_of(known)))
    for secret in (known["altigen"]["password"], known["alpemix"]["secret_key"], known["remotepc"]["api_key"]):
        assert secret not in ended.stdout + ended.stderr


def test_systems_may_be_skipped(helpdeck: Helpdeck, target: Path, known: dict[str, Any]) -> None:
    remotepc = known["remotepc"]
    ended = helpdeck("init", answers=lines(["n", "n", "", remotepc["url"], remotepc["api_key"]]))
    assert ended.returncode == 0
    assert list(tomllib.loads(target.read_text())) == ["remotepc"]


def test_without_any_system_nothing_is_written(helpdeck: Helpdeck, home: Path) -> None:
    ended = helpdeck("init", answers=lines(["n", "n", "n"]))
    assert ended.returncode == 1
    assert "nothing was written" in ended.stdout
    assert nothing_left(home)


def test_a_wrong_answer_is_explained_and_asked_for_again(helpdeck: Helpdeck, target: Path) -> None:
    typed = ["maybe", "n", "n", "y", "web1.remotepc.com", "http://127.0.0.1:1", "", "key", "k"]
    ended = helpdeck("init", answers=lines(typed))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "please answer y or n" in ended.stdout
    assert "must begin with https:// or http://" in ended.stdout
    assert "is empty" in ended.stdout
    assert "unreachable: " in ended.stdout
    assert tomllib.loads(target.read_text())["remotepc"] == {"url": "http://127.0.0.1:1", "api_key": "key"}


def test_a_refused_password_can_be_corrected_and_the_rest_is_kept(
    helpdeck: Helpdeck, target: Path, known: dict[str, Any]
) -> None:
    first = answers_of(known, password="000000")[:6]
    corrected = ["c", "", "", known["altigen"]["password"], "", ""]
    ended = helpdeck("init", answers=lines([*first, *corrected, "n", "n"]))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "refused: " in ended.stdout
    assert "Eight wrong passwords" in ended.stdout
    assert tomllib.loads(target.read_text())["altigen"]["password"] == known["altigen"]["password"]


@pytest.mark.parametrize(
    ("typed", "written"),
    [([""], "TR"), (["de"], "DE"), (["Germany"], "DE"), (["Turkee", "turkey"], "TR"), (["none"], None)],
)
def test_the_country_is_asked_for_with_a_guess_by_its_name(
    helpdeck: Helpdeck, target: Path, known: dict[str, Any], typed: list[str], written: str | None
) -> None:
    answers = [*answers_of(known)[:5], *typed, "n", "n"]
    ended = helpdeck("init", answers=lines(answers), LC_ALL="tr_TR.UTF-8")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "[Turkey]: " in ended.stdout
    assert ("did you mean Turkey?" in ended.stdout) is (typed[0] == "Turkee")
    assert tomllib.loads(target.read_text())["altigen"].get("region") == written


def test_a_country_that_was_chosen_is_kept_when_the_rest_is_corrected(
    helpdeck: Helpdeck, target: Path, known: dict[str, Any]
) -> None:
    first = [*answers_of(known, password="000000")[:5], "Germany"]
    corrected = ["c", "", "", known["altigen"]["password"], "", ""]
    ended = helpdeck("init", answers=lines([*first, *corrected, "n", "n"]), LC_ALL="tr_TR.UTF-8")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert tomllib.loads(target.read_text())["altigen"]["region"] == "DE"


def test_a_system_that_does_not_answer_can_be_skipped(helpdeck: Helpdeck, home: Path) -> None:
    ended = helpdeck("init", answers=lines(["n", "n", "y", "http://127.0.0.1:1", "key", "s"]))
    assert ended.returncode == 1
    assert nothing_left(home)


@pytest.mark.parametrize("answer", ["", "n"])
def test_an_existing_file_is_left_alone_unless_told_otherwise(helpdeck: Helpdeck, target: Path, answer: str) -> None:
    target.parent.mkdir(parents=True)
    target.write_text("# mine\n")
    ended = helpdeck("init", answers=f"{answer}\n")
    assert ended.returncode == 1
    assert "Replace it? [y/N]" in ended.stdout
    assert target.read_text() == "# mine\n"


def test_a_pipe_and_a_device_are_not_replaced_and_nobody_is_asked(helpdeck: Helpdeck, home: Path, device: str) -> None:
    os.mkfifo(home / "pipe.toml")
    (home / "link.toml").symlink_to("pipe.toml")
    for name in ("pipe.toml", "link.toml", device):
        ended = helpdeck(
            "--config", name, "init", answers=lines(["y", "n", "n", "y", "http://127.0.0.1:1", "key", "k"])
        )
        assert (ended.returncode, ended.stdout) == (1, f"{name} cannot be written: it is no plain file.\n")
    assert (home / "pipe.toml").is_fifo()


def test_a_link_to_the_file_stays_a_link_and_the_file_becomes_private(helpdeck: Helpdeck, target: Path) -> None:
    target.parent.mkdir(parents=True)
    real = target.parent / "dotfiles.toml"
    real.write_text("# mine\n")
    target.symlink_to(real)
    ended = helpdeck("init", answers=lines(["y", "n", "n", "y", "http://127.0.0.1:1", "key", "k"]))
    assert ended.returncode == 0
    assert target.is_symlink()
    assert tomllib.loads(real.read_text())["remotepc"]["api_key"] == "key"
    assert real.stat().st_mode & 0o777 == 0o600


def test_another_place_can_be_named(helpdeck: Helpdeck, home: Path) -> None:
    path = home / "a" / "b" / "desk.toml"
    typed = lines(["n", "n", "y", "http://127.0.0.1:1", "key", "k"])
    assert helpdeck("init", "--config", str(path), answers=typed).returncode == 0
    assert path.exists()


def test_a_place_that_cannot_be_written_is_said_before_any_question(helpdeck: Helpdeck, home: Path) -> None:
    ended = helpdeck("init", "--config", str(home), answers="")
    assert ended.returncode == 1
    assert ended.stdout == f"{home} cannot be written: it is a folder.\n"
    ended = helpdeck("init", "--config", "/dev/null/config.toml", answers="")
    assert ended.stdout == "/dev/null/config.toml cannot be written: /dev/null is no folder.\n"
    (home / "circle").symlink_to(home / "circle")
    for name in (f"{home}/circle", f"{home}/circle/config.toml"):
        ended = helpdeck("init", "--config", name, answers="")
        assert ended.stdout == f"{name} cannot be written: its links lead in a circle.\n"


@pytest.mark.parametrize("count", range(0, 7))
def test_answers_that_end_too_early_leave_nothing(helpdeck: Helpdeck, home: Path, count: int) -> None:
    typed = ["n", "n", "y", "http://127.0.0.1:1", "key", "c", ""][:count]
    ended = helpdeck("init", answers=lines(typed))
    assert ended.returncode == 1
    assert "nothing was written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert nothing_left(home)


def test_odd_bytes_are_a_wrong_answer_and_not_a_traceback(home: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "init"],
        input=b"n\nn\ny\n\nk\xe9y\n",
        capture_output=True,
        check=False,
    )
    assert ended.returncode == 1
    assert b"cannot be sent" in ended.stdout
    assert b"Traceback" not in ended.stderr


def test_a_setting_that_the_system_complains_of_is_asked_for_too(target: Path, tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    tried: list[Settings] = []

    def try_out(system: str, settings: Settings) -> Outcome:
        tried.append(settings)
        fails = len(tried) == 1
        return Outcome(system, "refused" if fails else "ok", "", 1 if fails else 0, "remotepc.ca_file")

    typed = ["n", "n", "y", "", "key", "c", "", "", "none.pem", str(authority)]
    said: list[str] = []
    conversation = Conversation(lambda text="", *, end="\n": said.append(text + end), io.StringIO(lines(typed)))
    assert Setup(target, conversation, try_out).run() == 0
    assert "  is no file on this machine\n" in said
    assert tomllib.loads(target.read_text()) == {"remotepc": {"api_key": "key", "ca_file": str(authority)}}


def test_what_is_only_wrong_together_is_told_and_can_be_corrected(helpdeck: Helpdeck, target: Path) -> None:
    typed = ["y", "http://pbx.example.com", "201", "pw", "", "none", "c", "https://127.0.0.1:1", "", "", "", "", "k"]
    ended = helpdeck("init", answers=lines([*typed, "n", "n"]))
    assert ended.returncode == 0, ended.stderr
    assert f"  problem: {target}: altigen.url: sends the password readable" in ended.stdout
    assert tomllib.loads(target.read_text())["altigen"]["url"] == "https://127.0.0.1:1"


def of_team(folder: Path, text: str) -> Path:
    """The file of the system."""
    path = folder / "system.toml"
    path.touch(0o640)
    path.write_text(text)
    return path


def test_what_the_team_s_file_says_is_tried_and_not_written_once_more(
    helpdeck: Helpdeck, target: Path, tmp_path: Path, known: dict[str, Any]
) -> None:
    altigen, alpemix = known["altigen"], known["alpemix"]
    team = of_team(
        tmp_path,
        f"[altigen]\nurl = ['{altigen['url']}']\nregion = 'TR'\n[remotepc]\nlast = 1\n"
        f"[alpemix]\nurl = '{alpemix['url']}'\nuser = '{alpemix['user']}'\nsecret_key = '{alpemix['secret_key']}'\n",
    )
    typed = ["y", "", altigen["user"], altigen["password"], "", "", "y", "", "", "", "n"]
    ended = helpdeck("init", answers=lines(typed), HELPDECK_SYSTEM_CONFIG=str(team))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("  ok: ") == 2
    assert alpemix["secret_key"] not in ended.stdout + ended.stderr
    assert tomllib.loads(target.read_text()) == {
        "altigen": {"user": altigen["user"], "password": altigen["password"]},
        "alpemix": {},
    }


def test_a_default_of_the_program_is_written_where_the_team_s_file_has_another(target: Path, tmp_path: Path) -> None:
    team = of_team(tmp_path, "[alpemix]\ntimezone = 'Europe/Berlin'\nlast = 7\n[archive]\npath = 'archive.sqlite'\n")
    tried: list[Settings] = []

    def try_out(system: str, settings: Settings) -> Outcome:
        tried.append(settings)
        return Outcome(system, "ok", "", 0)

    typed = ["n", "y", "", "main", "key", "Europe/Istanbul", "n"]
    conversation = Conversation(lambda text="", *, end="\n": None, io.StringIO(lines(typed)))
    assert Setup(target, conversation, try_out, read_layer(team, is_shared=True)).run() == 0
    assert tomllib.loads(target.read_text()) == {
        "alpemix": {"user": "main", "secret_key": "key", "timezone": "Europe/Istanbul"}
    }
    [settings] = tried
    assert settings.alpemix is not None
    assert (settings.alpemix.last, settings.alpemix.timezone) == (7, "Europe/Istanbul")
    assert settings.archive.path == str(tmp_path / "archive.sqlite")


def test_a_team_s_file_that_cannot_be_gone_by_is_told_before_anything_is_asked(
    helpdeck: Helpdeck, home: Path, tmp_path: Path
) -> None:
    team = of_team(tmp_path, "[alpemix")
    ended = helpdeck("init", HELPDECK_SYSTEM_CONFIG=str(team))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"{team}: is not valid TOML")
    assert nothing_left(home)


class Terminal:
    """`helpdeck init` on a terminal of its own."""

    def __init__(self) -> None:
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            os.execv(sys.executable, [sys.executable, "-m", "tui", "init"])
        self.shown = ""

    def until(self, words: str) -> None:
        """Read what is shown until these words are."""
        end = time.monotonic() + 20
        while words not in self.shown and time.monotonic() < end:
            if select.select([self._terminal], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._terminal, 65_536).decode()
                except OSError:
                    break
        assert words in self.shown

    def until_it_reads(self) -> None:
        """Wait for the read that follows a prompt: a signal that comes just before it is seen after it only."""
        end = time.monotonic() + 20
        while state_of(self.pid) != "S" and time.monotonic() < end:
            time.sleep(0.005)

    def type(self, text: str) -> None:
        os.write(self._terminal, text.encode())

    def wait(self) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def close(self) -> None:
        os.close(self._terminal)


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    opened = Terminal()
    yield opened
    opened.close()


def test_a_password_typed_on_a_terminal_is_not_shown(terminal: Terminal, target: Path) -> None:
    terminal.until("Set up AltiGen")
    terminal.type("n\n")
    terminal.until("Set up Alpemix")
    terminal.type("n\n")
    terminal.until("Set up RemotePC")
    terminal.type("y\n")
    terminal.until("Address")
    terminal.type("http://127.0.0.1:1\n")
    terminal.until("API key")
    terminal.type("correct-horse\n")
    terminal.until("What now?")
    terminal.type("k\n")
    terminal.until("Written: ")
    assert terminal.wait() == 0
    assert "correct-horse" not in terminal.shown
    assert tomllib.loads(target.read_text())["remotepc"]["api_key"] == "correct-horse"


@pytest.mark.parametrize(
    ("interrupt", "code"), [("\x03", 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=["ctrl+c", "TERM", "HUP"]
)
@pytest.mark.parametrize("at", ["a question", "a secret"])
def test_an_interruption_leaves_nothing_behind(
    terminal: Terminal, home: Path, interrupt: str | signal.Signals, code: int, at: str
) -> None:
    terminal.until("Set up AltiGen")
    if at == "a secret":
        terminal.type("y\nhttp://127.0.0.1:1\n201\n")
        terminal.until("Password of the extension")
    terminal.until_it_reads()
    if isinstance(interrupt, str):
        terminal.type(interrupt)
    else:
        os.kill(terminal.pid, interrupt)
    terminal.until("Interrupted: nothing was written.")
    assert terminal.wait() == code
    assert "Traceback" not in terminal.shown
    assert nothing_left(home)


def test_its_first_sentence_fits_a_terminal_of_80_columns(helpdeck: Helpdeck) -> None:
    first = helpdeck("init", answers=lines(["n", "n", "n"])).stdout.splitlines()[0]
    assert first.startswith("Enter takes")
    assert len(first) < 80
