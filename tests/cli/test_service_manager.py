"""What a service manager is told."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from tests.cli.collecting import service_manager
from tests.waiting import alongside, until
from tui.commands.collect import KEPT, tell_changes
from tui.commands.service_manager import STATUS_LIMIT, ServiceManager
from tui.config import Settings
from tui.desk import Desk
from tui.streams import complain


def test_where_nobody_asks_nothing_is_told() -> None:
    manager = ServiceManager({})
    manager.ready()
    manager.ping()
    assert manager.ping_seconds == 0


@pytest.mark.parametrize("address", ["", "relative", "@", "/" + "x" * 200, "/no/such\0", "vsock:2:1234"])
def test_an_address_that_leads_nowhere_is_no_fault(address: str) -> None:
    ServiceManager({"NOTIFY_SOCKET": address}).ready()


@pytest.mark.parametrize("asked", ["", "0", "-5", "1.5", "many", "9" * 30, "²"])
def test_a_watchdog_that_asks_for_no_time_is_told_nothing(asked: str) -> None:
    assert ServiceManager({"WATCHDOG_USEC": asked}).ping_seconds == 0


def test_half_of_the_watchdogs_time_passes_between_two_pings() -> None:
    assert ServiceManager({"WATCHDOG_USEC": "60000000"}).ping_seconds == 30
    assert ServiceManager({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}).ping_seconds == 30
    assert ServiceManager({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}).ping_seconds == 0


def test_a_status_is_one_line_and_short(home: Path) -> None:
    with service_manager(str(home / "notify")) as told:
        manager = ServiceManager({"NOTIFY_SOCKET": str(home / "notify")})
        manager.status("one\nREADY=1\r\ntwo")
        manager.status("é" * 1000)
        assert told.told == ["STATUS=one READY=1 two", f"STATUS={'é' * STATUS_LIMIT}"]


def test_a_manager_that_does_not_listen_is_not_waited_for(home: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(home / "notify"))
        manager = ServiceManager({"NOTIFY_SOCKET": str(home / "notify")})
        for _ in range(10_000):
            manager.ready()


async def test_a_loop_that_stands_still_does_not_say_that_it_lives(home: Path) -> None:
    environment = {"NOTIFY_SOCKET": str(home / "notify"), "WATCHDOG_USEC": "20000"}
    with service_manager(environment["NOTIFY_SOCKET"]) as told:
        desk = Desk(Settings(), systems=KEPT)
        async with alongside(tell_changes(desk, complain, ServiceManager(environment))):
            await until(lambda: told.told.count("WATCHDOG=1") > 1)
            before = len(told.told)
            still_until = time.monotonic() + 0.1
            while time.monotonic() < still_until:
                assert len(told.told) == before
            await until(lambda: len(told.told) > before)
