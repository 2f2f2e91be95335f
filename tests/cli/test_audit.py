"""`helpdeck audit`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck
from tests.clock import FakeClock
from tui.audit import AUDIT_FILE, Audit
from tui.services.errors import Rejected
from tui.state import state_folder


async def changes(*on: str) -> None:
    audit = Audit(state_folder() / AUDIT_FILE, FakeClock())
    for each in on:
        async with audit.change("add user", each) as change:
            change.result = "created"


async def test_each_change_is_a_line_with_its_result(helpdeck: Helpdeck) -> None:
    await changes("a@example.com", "b@example.com")
    ended = helpdeck("audit", TZ="UTC")
    assert (ended.returncode, ended.stderr) == (0, "")
    first, second = ended.stdout.splitlines()
    assert re.fullmatch(r"2024-08-22 09:00:00  \S+ +add user +a@example.com: created", first)
    assert second.endswith("b@example.com: created")


async def test_times_are_of_the_zone_that_is_set_whatever_else_the_config_holds(helpdeck: Helpdeck, home: Path) -> None:
    await changes("a@example.com")
    config = home / "config.toml"
    for text, time in (
        ('[ui]\ntimezone = "Europe/Istanbul"\n[altigen]\npassword = { command = "touch ran" }\n', "12:00:00"),
        ('[ui]\ntimezone = "Europe/Nowhere"\n', "09:00:00"),
        ("[ui]\ntimezone = 3\n", "09:00:00"),
        ("[ui\n", "09:00:00"),
    ):
        config.write_text(text)
        ended = helpdeck("audit", "--config", str(config), TZ="UTC")
        assert (ended.returncode, ended.stdout[:20], ended.stderr) == (0, f"2024-08-22 {time} ", "")
    assert helpdeck("audit", "--config", str(home / "none.toml"), TZ="UTC").returncode == 0
    assert not (home / "ran").exists()


async def test_a_refusal_is_said_and_what_was_cut_off_too(helpdeck: Helpdeck) -> None:
    audit = Audit(state_folder() / AUDIT_FILE, FakeClock())
    with pytest.raises(Rejected):
        async with audit.change("hang up", "201"):
            raise Rejected("The call is gone.")
    assert audit.path is not None
    lines = audit.path.read_bytes().splitlines(keepends=True)
    audit.path.write_bytes(b"".join([*lines, lines[0].replace(json.loads(lines[0])["id"].encode(), b"other")]))
    ended = helpdeck("audit")
    assert ended.stdout.splitlines()[0].endswith("201: refused: The call is gone.")
    assert ended.stdout.splitlines()[1].endswith("201: no result was written: Helpdeck was cut off")


async def test_only_the_last_ones_are_shown(helpdeck: Helpdeck) -> None:
    await changes(*(f"{number}@example.com" for number in range(9)))
    ended = helpdeck("audit", "--last", "2")
    assert [line.split()[-2] for line in ended.stdout.splitlines()] == ["7@example.com:", "8@example.com:"]


def test_without_any_change_it_says_so(helpdeck: Helpdeck) -> None:
    ended = helpdeck("audit")
    assert (ended.returncode, ended.stdout) == (0, "")
    assert "Nothing has been changed from here yet" in ended.stderr


def test_a_file_that_cannot_be_read_is_said(helpdeck: Helpdeck) -> None:
    (state_folder() / AUDIT_FILE).mkdir(parents=True)
    ended = helpdeck("audit")
    assert ended.returncode == 1
    assert "cannot be read: Is a directory" in ended.stderr


def test_nobodys_file_is_obeyed_by_the_terminal(helpdeck: Helpdeck) -> None:
    path: Path = state_folder() / AUDIT_FILE
    path.parent.mkdir(parents=True)
    record = {"at": "\x1b]0;x\x07", "user": "\x9bm", "id": "1", "what": "\n", "on": "\u202e", "result": "\x1b[2J"}
    path.write_text(json.dumps(record) + "\n")
    ended = helpdeck("audit")
    assert ended.stdout.count("\n") == 1
    assert ended.stdout.rstrip("\n").isprintable()


def test_a_number_that_is_none_is_wrong_usage(helpdeck: Helpdeck) -> None:
    for number in ("0", "-1", "x", "9" * 5_000):
        assert helpdeck("audit", "--last", number).returncode == 2
