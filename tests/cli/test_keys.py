"""`helpdeck keys`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.harness import Helpdeck
from tui.terminal.keymap import ACTIONS, KeyMap


async def test_every_action_is_told_with_its_id_and_keys_without_any_config(helpdeck: Helpdeck) -> None:
    ended = helpdeck("keys")
    assert (ended.returncode, ended.stderr) == (0, "")
    rows = [re.split(r" {2,}", line) for line in ended.stdout.splitlines()[1:]]
    assert rows == [[action.id, " ".join(KeyMap().keys(action)), action.tip] for action in ACTIONS]


async def test_keys_are_told_as_the_config_has_them_whatever_else_it_holds(helpdeck: Helpdeck, home: Path) -> None:
    config = home / "config.toml"
    config.write_text('[keys]\n"calls.place_call" = "d,f5"\n[altigen]\npassword = { command = "touch ran" }\nodd = 1\n')
    ended = helpdeck("keys", "--config", str(config), "--format", "markdown")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "| `calls.place_call` | `d` `f5` | " in ended.stdout
    assert not (home / "ran").exists()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[keys]\n"calls.plcae_call" = "d"\n', "did you mean calls.place_call"),
        ('[keys]\n"calls.place_call" = "?"\n', "? is the key of app.help already"),
        ("[keys\n", "config.toml"),
        ("keys = 3\n", "keys"),
    ],
)
async def test_what_is_wrong_with_the_keys_is_said(helpdeck: Helpdeck, home: Path, written: str, said: str) -> None:
    config = home / "config.toml"
    config.write_text(written)
    ended = helpdeck("keys", "--config", str(config))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said in ended.stderr
    assert helpdeck("keys", "--config", str(home / "none.toml")).returncode == 2


async def test_markdown_shows_every_key_as_it_is_typed(helpdeck: Helpdeck, home: Path) -> None:
    config = home / "config.toml"
    config.write_text('[keys]\n"pane.trace" = "|"\n"pane.copy" = "`"\n')
    ended = helpdeck("keys", "--config", str(config), "--format", "markdown")
    assert "| `pane.trace` | `\\|` | " in ended.stdout
    assert "| `pane.copy` | `` ` `` | " in ended.stdout
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in ended.stdout.splitlines()} == {4}
