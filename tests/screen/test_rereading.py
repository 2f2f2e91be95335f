"""`r` after the config was corrected: what changed is said, and a refused password asks before it is sent again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.screen.app_driver import SIZES, AppDriver, app_driver
from tui.config import Settings
from tui.config.problems import ConfigError, Problem
from tui.desk.rereading import Rereading


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
        raise ConfigError([Problem(Path("config.toml"), "altigen.pasword", "is not a known key", "password")])

    async with app_driver(size) as on:
        on.app.desk.rereading = Rereading(on.app.desk, broken)
        await on.press("r")
        await on.until("The config cannot be used now: the old one stays", "altigen.pasword", "did you mean password?")
        await on.press("escape")
        await on.until("reading all calls anew")
