"""Every kind of mistake, and what is said about it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tui.config.problems import ConfigError, Problem
from tui.config.reader import read_config

CANARY = "correct-horse-battery"
ALTIGEN = f'[altigen]\nurl = "https://pbx.example.com"\nuser = "201"\npassword = "{CANARY}"\n'
ALPEMIX = f'[alpemix]\nuser = "main"\nsecret_key = "{CANARY}"\n'
REMOTEPC = f'[remotepc]\napi_key = "{CANARY}"\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.touch(0o600)
    return path


def problems(file: Path, known_actions: set[str] | None = None) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        read_config(file, known_actions=known_actions)
    assert CANARY not in str(caught.value)
    assert all(problem.file == file for problem in caught.value.problems)
    return caught.value.problems


def only_problem(file: Path, text: str) -> tuple[str, str, str]:
    file.write_text(text)
    [problem] = problems(file)
    return problem.key, problem.message, problem.suggestion


@pytest.mark.parametrize(
    ("text", "key", "message", "suggestion"),
    [
        ("[altigne]\n", "altigne", "is not a known section", "altigen"),
        ("[xyz]\n", "xyz", "is not a known section", ""),
        ('theme = "x"\n', "theme", "is not a known section", "ui.theme"),
        ("[ui]\nreadnoly = true\n", "ui.readnoly", "is not a known key", "readonly"),
        ("[ui]\nlast = 3\n", "ui.last", "is not a known key", "alpemix.last"),
        ('[ui]\n"a b\\u001b" = 3\n', 'ui."a b\\x1b"', "is not a known key", ""),
        ("altigen = 1\n", "altigen", "is an integer; a section is wanted: [altigen]", ""),
        (
            "[[altigen]]\nuser = '1'\n",
            "altigen",
            "is an array of tables: write [altigen], once and in single brackets",
            "",
        ),
        ("keys = 'x'\n", "keys", "is a string; a section is wanted: [keys]", ""),
        ("[ui]\nbell = 1\n", "ui.bell", "is an integer, and must be a boolean", ""),
        (
            "[ui]\nbell = 'yes'\n",
            "ui.bell",
            "is a string, and must be a boolean: write it without quotes",
            "",
        ),
        ("[ui]\ntheme = 3\n", "ui.theme", "is an integer, and must be a string: put it in quotes", ""),
        ("[ui]\ntheme = 2024-01-01\n", "ui.theme", "is a date, and must be a string", ""),
        ("[ui]\ntheme = 07:30:00\n", "ui.theme", "is a time, and must be a string", ""),
        ("[ui]\ntheme = ''\n", "ui.theme", "is empty", ""),
        (
            '[ui]\ntheme = "a\\u001b[2J"\n',
            "ui.theme",
            "has a character that cannot be sent (a line break, a tab, an escape)",
            "",
        ),
        ("[keys]\ncalls.dial = 3\n", "keys.calls.dial", "is an integer, and must be a string: put it in quotes", ""),
        ("[keys]\n'calls.dial' = ''\n", 'keys."calls.dial"', "is empty", ""),
        ("[archive]\npath = '/'\n", "archive.path", "is a folder: name a file in it", ""),
        (
            "[archive]\npath = '/no/such/x'\n",
            "archive.path",
            "lies in a folder that does not exist",
            "",
        ),
        (
            "[archive]\npath = '~nobody-of-this-name/x'\n",
            "archive.path",
            "begins with a home folder that is not known",
            "",
        ),
        (ALTIGEN + "bind = 'jsno'\n", "altigen.bind", 'must be one of "json", "text", "none"', "json"),
        (ALTIGEN + "system = 'MAXCS'\n", "altigen.system", 'must be one of "maxcs", "maxacd"', "maxcs"),
        (ALTIGEN + "region = 'us'\n", "altigen.region", "is no region: two capital letters, as US or TR", "US"),
        (ALTIGEN + "region = 'UK'\n", "altigen.region", "is no region: two capital letters, as US or TR", "GB"),
        (ALTIGEN + "region = 'Turkey'\n", "altigen.region", "is no region: two capital letters, as US or TR", "TR"),
        (ALTIGEN + "region = 'Türkey'\n", "altigen.region", "is no region: two capital letters, as US or TR", "TR"),
        (ALTIGEN + "region = 'zzz'\n", "altigen.region", "is no region: two capital letters, as US or TR", ""),
        (ALTIGEN + "events_path = ''\n", "altigen.events_path", "is empty", ""),
        ("[altigen]\nurl = ['https://a.example', '']\nuser = '1'\npassword = 'x'\n", "altigen.url", "is empty", ""),
        (ALTIGEN + "ca_file = 'none.pem'\n", "altigen.ca_file", "is no file on this machine", ""),
        (ALTIGEN + f"ca_file = '{'x' * 300}'\n", "altigen.ca_file", "cannot be looked at: File name too long", ""),
        (ALTIGEN + "events_path = 'events'\n", "altigen.events_path", "must begin with /", ""),
        (
            ALTIGEN + "events_path = '/{sesion}'\n",  # codespell:ignore sesion
            "altigen.events_path",
            "may hold {session} only",
            "session",
        ),
        (
            ALTIGEN + "record_path = '/{session}/{'\n",
            "altigen.record_path",
            "has a brace that belongs to none of {session} and {call}",
            "",
        ),
        (ALPEMIX + "last = 0\n", "alpemix.last", "must be from 1 to 1000", ""),
        (ALPEMIX + "last = 1001\n", "alpemix.last", "must be from 1 to 1000", ""),
        (ALPEMIX + "last = true\n", "alpemix.last", "is a boolean, and must be an integer", ""),
        (
            ALPEMIX + "last = '3'\n",
            "alpemix.last",
            "is a string, and must be an integer: write it without quotes",
            "",
        ),
        (
            ALPEMIX + "refresh_seconds = 19\n",
            "alpemix.refresh_seconds",
            "must be from 20 to 86400 (Alpemix answers 3 reports a minute)",
            "",
        ),
        (
            ALPEMIX + "timezone = 'Europe/Istambul'\n",
            "alpemix.timezone",
            "is no time zone, as Europe/Istanbul is one",
            "Europe/Istanbul",
        ),
        (
            ALPEMIX + "timezone = '../../etc/passwd'\n",
            "alpemix.timezone",
            "is no time zone, as Europe/Istanbul is one",
            "",
        ),
        (ALPEMIX + "url = ''\n", "alpemix.url", "is empty", ""),
        (ALPEMIX + f"egress = '{'x' * 65}'\n", "alpemix.egress", "has more than 64 characters", ""),
        (ALPEMIX + 'egress = "a\\u202eb"\n', "alpemix.egress", "has a character that cannot be seen", ""),
        (ALPEMIX + "egress = ' '\n", "alpemix.egress", "begins or ends with a blank", ""),
        (REMOTEPC + "refresh_seconds = 9\n", "remotepc.refresh_seconds", "must be from 10 to 86400", ""),
        (
            f"[remotepc]\napi_key = '{CANARY}ş'\n",
            "remotepc.api_key",
            "has a character that cannot be sent: only ASCII without blanks can",
            "",
        ),
        ("[remotepc]\napi_key = ''\n", "remotepc.api_key", "is empty", ""),
        ("[remotepc]\n", "remotepc.api_key", "is missing, and [remotepc] needs it", ""),
        (
            "[remotepc]\napi_key = 12345678\n",
            "remotepc.api_key",
            "is an integer; a secret is a string in quotes, or a table with env, command or file",
            "",
        ),
        (f"[remotepc]\napikey = '{CANARY}'\n", "remotepc.apikey", "is not a known key", "api_key"),
    ],
)
def test_a_mistake_is_named_with_its_key(file: Path, text: str, key: str, message: str, suggestion: str) -> None:
    assert only_problem(file, text) == (key, message, suggestion)


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("pbx.example.com", "must begin with https:// or http://"),
        ("htps://pbx.example.com", "must begin with https:// or http://"),
        ("file:///etc/passwd", "must begin with https:// or http://"),
        ("https://", "has no host that could be looked up"),
        ("https:///path", "has no host that could be looked up"),
        ("https://a..b", "has no host that could be looked up"),
        ("https://a<b>", "has no host that could be looked up"),
        ("https://[::1", "is no web address: the host or the port cannot be read"),
        ("https://pbx:99999", "is no web address: the host or the port cannot be read"),
        ("https://pbx:port", "is no web address: the host or the port cannot be read"),
        ("https://pbx:0", "has port 0"),
        ("https://pbx .example", "has a space in it"),
        (
            f"https://user:{CANARY}@pbx",
            "holds a user name: it belongs into a key of its own, and so does the password",
        ),
        (f"https://pbx/?key={CANARY}", "must end with the path: without ? and #"),
        (f"https://pbx/#{CANARY}", "must end with the path: without ? and #"),
        ("", "is empty"),
    ],
)
def test_an_address_is_read_before_it_is_called(file: Path, address: str, message: str) -> None:
    text = ALTIGEN.replace("https://pbx.example.com", address)
    assert only_problem(file, text)[:2] == ("altigen.url", message)


def test_one_bad_address_among_several_is_found(file: Path) -> None:
    text = ALTIGEN.replace('"https://pbx.example.com"', '["https://a.example", "b.example"]')
    assert only_problem(file, text)[:2] == ("altigen.url", "must begin with https:// or http://")


def test_no_address_at_all_is_empty(file: Path) -> None:
    assert only_problem(file, ALTIGEN.replace('"https://pbx.example.com"', "[]"))[:2] == ("altigen.url", "is empty")


def test_all_problems_come_at_once_and_in_the_order_of_the_settings(file: Path) -> None:
    file.write_text("[ui]\nbel = true\nmouse = 1\n[alpemix]\nlast = 0\n[altigen]\nuser = 'a:b'\n[nothing]\n")
    assert [problem.key for problem in problems(file)] == [
        "nothing",
        "altigen.url",
        "altigen.user",
        "altigen.password",
        "alpemix.user",
        "alpemix.secret_key",
        "alpemix.last",
        "ui.bel",
        "ui.mouse",
    ]


def test_a_problem_reads_as_one_line_with_file_key_and_suggestion(file: Path) -> None:
    file.write_text("[ui]\nbel = true\n")
    assert list(map(str, problems(file))) == [f"{file}: ui.bel: is not a known key (did you mean bell?)"]


def test_an_action_nobody_knows_is_a_problem_once_the_actions_are_known(file: Path) -> None:
    file.write_text("[keys]\ncalls.dail = 'c'\n'users.ad' = 'a'\n")
    found = problems(file, {"calls.dial", "users.add"})
    assert [(each.key, each.suggestion) for each in found] == [
        ("keys.calls.dail", "calls.dial"),
        ('keys."users.ad"', "users.add"),
    ]


def test_a_missing_file_leads_to_init(file: Path) -> None:
    file.unlink()
    assert str(problems(file)[0]) == f"{file}: there is no such file; `helpdeck init` makes one"


def test_a_folder_is_no_configuration(tmp_path: Path) -> None:
    assert problems(tmp_path)[0].message == "is a folder; the configuration is a file in it"


def test_a_file_below_a_file_does_not_exist(file: Path) -> None:
    assert problems(file / "config.toml")[0].message == "cannot be read: Not a directory"


@pytest.mark.parametrize("place", ["circle", "circle/archive.sqlite"])
def test_a_path_that_leads_in_a_circle_is_no_file_yet_to_be_made(file: Path, place: str) -> None:
    (file.parent / "circle").symlink_to("circle")
    file.write_text(f'[archive]\npath = "{place}"\n')
    [problem] = problems(file)
    assert (problem.key, problem.message) == ("archive.path", "cannot be looked at: Too many levels of symbolic links")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_named(file: Path) -> None:
    file.chmod(0)
    assert problems(file)[0].message == "cannot be read by you"


def test_a_name_that_no_file_can_have_is_a_problem() -> None:
    assert problems(Path("a\0b"))[0].message == "cannot be read: no such name"


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"[ui\n", "is not valid TOML: Expected ']' at the end of a table declaration (at line 1, column 4)"),
        (b"[ui]\n[ui]\n", "(at line 2, column 4)"),
        (f"[altigen]\npassword = {CANARY}\n".encode(), "(at line 2, column 12)"),
        (b"x = " + b"9" * 5000, "beyond all measure"),
        (b"x = " + b"[" * 100_000, "beyond all measure"),
        (b"[ui]\n# caf\xe9\n", "is not UTF-8 (line 2): save it again with that encoding"),  # codespell:ignore caf
        ("[ui]\n".encode("utf-16"), "is not UTF-8 (line 1)"),
        (b"#" * 1_100_000, "is larger than 1 MiB"),
    ],
)
def test_a_file_that_cannot_be_parsed_is_one_problem_with_its_place(file: Path, raw: bytes, words: str) -> None:
    file.write_bytes(raw)
    [problem] = problems(file)
    assert problem.key == ""
    assert words in problem.message


def test_a_file_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    assert "\x1b" not in str(problems(tmp_path / "a\x1b]0;x\x07.toml")[0])
