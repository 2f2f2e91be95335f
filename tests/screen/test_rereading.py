"""`r` after the config was corrected: what changed is said, and a refused password asks before it is sent again."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.screen.app_driver import LARGE, SIZES, AppDriver, app_driver
from tui.config import Settings
from tui.config.problems import ConfigError, Problem
from tui.desk import Desk, Reread
from tui.desk.rereading import Rereading


def let_reread(desk: Desk, reread: Reread) -> None:
    """From now on this is what reads the config again."""
    desk.rereading = Rereading(desk.counters, desk.settings, desk.adopt, reread)


def log_ons(on: AppDriver) -> int:
    return sum((each.method, each.path) == ("POST", "/sessions") for each in on.simulation.altigen.requests)


@pytest.mark.parametrize("size", SIZES)
async def test_a_refused_password_asks_before_it_goes_out_again(size: tuple[int, int]) -> None:
    async with app_driver(size, altigen={"password": "wrong"}, is_connecting=False) as on:
        await on.until("AltiGen refused", "Alpemix live", "RemotePC live")
        await on.press("r")
        await on.until("the same password again? 1 of 8")
        await on.press("r", "enter", "q")
        await on.until_gone("the same password again?")
        assert log_ons(on) == 1
        await on.press("r")
        await on.until("the same password again? 1 of 8")
        await on.press("y")
        await on.when(lambda: log_ons(on) == 2)
        await on.until("AltiGen refused")
        await on.press("r")
        await on.until("the same password again? 2 of 8")


@pytest.mark.parametrize("size", SIZES)
async def test_the_problems_of_the_config_are_shown(size: tuple[int, int]) -> None:
    def broken(*, wholly: bool) -> Settings | None:
        raise ConfigError(
            [
                Problem(Path("/etc/helpdeck/config.toml"), "alpemix.last", "must be from 1 to 1000"),
                Problem(Path("config.toml"), "altigen.pasword", "is not a known key", "password"),
            ]
        )

    async with app_driver(size) as on:
        let_reread(on.app.desk, broken)
        await on.press("r")
        await on.until("The config cannot be used now: the old one stays", "altigen.pasword", "did you mean password?")
        await on.until("/etc/helpdeck/config.toml", "alpemix.last", "must be from 1 to 1000", "config.toml")
        await on.press("escape")
        await on.until("reading all calls anew")


async def test_the_calls_speak_the_words_of_the_system_that_the_config_names_now() -> None:
    async with app_driver(LARGE) as on:
        was = on.app.desk.settings
        assert was.altigen is not None
        named = replace(was, altigen=replace(was.altigen, system="maxacd"))
        let_reread(on.app.desk, lambda *, wholly: named)
        await on.until("m mute")
        await on.press("r")
        await on.until("m pause rec")


async def test_the_minutes_after_which_a_call_is_in_doubt_are_those_that_the_config_names_now() -> None:
    async with app_driver(LARGE) as on:
        await on.simulation.altigen.ring("3125550100", "Harbour Dental")
        await on.until("ringing  in")
        was = on.app.desk.settings
        assert was.altigen is not None
        named = replace(was, altigen=replace(was.altigen, doubt_minutes=1))
        let_reread(on.app.desk, lambda *, wholly: named)
        await on.press("r")
        await on.until("AltiGen live")
        await on.pass_seconds(61)
        await on.until("ringing?")
