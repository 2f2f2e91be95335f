"""Exports name the calls of a connection, and the connections of a call, where they are likelier than not."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.archive.keeping import wait_until_closed
from tests.cli.harness import Helpdeck
from tests.models.test_cases import row, talk
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.config import ArchiveSettings
from tui.models.clock import Uptime
from tui.models.connections import Connection, Report, ReportKind
from tui.models.kept_calls import KeptCall

URL = "http://127.0.0.1:9/api"
DAYS = ("--since", "2026-11-20", "--until", "2026-11-21", "--output", "-")


@pytest.fixture
def config(home: Path) -> str:
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text(
        f'[alpemix]\nurl = "{URL}"\nuser = "helpdesk"\nsecret_key = "key"\n[ui]\ntimezone = "Europe/Istanbul"\n'
        '[team.technicians]\n"201" = "ayse"\n"202" = "nobody"\n'
    )
    return str(path)


def keep(calls: list[KeptCall], rows: list[Connection]) -> None:
    async def store() -> None:
        async with open_store(ArchiveSettings()) as archive:
            await archive.store_calls(calls, [], 0.0)
            for day in sorted({row.day for row in rows}):
                of_day = tuple(row for row in rows if row.day == day)
                requested = RequestedReport(ReportKind.TODAY, 0, 5, Uptime("first", 1.0), day)
                limit = Limit(f"helpdesk at {URL}", "reports", 3, 60.0)
                await archive.store_report(limit, requested, Report(rows=of_day), 0.0)

    asyncio.run(store())
    wait_until_closed()


def exported(helpdeck: Helpdeck, config: str, what: str) -> list[dict[str, Any]]:
    ran = helpdeck("export", what, "--config", config, "--format", "json", *DAYS)
    assert ran.stderr.splitlines()[0].endswith(f"{what} from 2026-11-20 to 2026-11-21")
    return [json.loads(line) for line in ran.stdout.splitlines()]


def test_a_call_and_its_connections_name_each_other(helpdeck: Helpdeck, config: str) -> None:
    call, other = talk(0, 900), talk(9 * 3600 + 1800, number="", line="", extension="202")
    keep([call, other], [row(60, uid="U1"), row(500, uid="=U2"), row(-5 * 3600, uid="U3")])
    connections = {each["uid"]: each for each in exported(helpdeck, config, "connections")}
    assert connections["U1"]["call_ids"] == [call.id]
    assert 0.5 <= connections["U1"]["confidence"] <= 0.99
    assert (connections["U3"]["call_ids"], connections["U3"]["confidence"]) == (None, None)
    calls = {each["id"]: each for each in exported(helpdeck, config, "calls")}
    assert sorted(calls[call.id]["connection_uids"]) == ["=U2", "U1"]
    assert list(calls[call.id])[-2:] == ["connection_uids", "notes"]
    assert list(connections["U1"])[-3:] == ["call_ids", "confidence", "billed_seconds"]


def test_what_began_before_midnight_or_by_another_zone_s_day_is_joined(helpdeck: Helpdeck, config: str) -> None:
    midnight = -15 * 3600.0  # of Istanbul
    call = replace(talk(midnight - 120, 90), day="2026-11-20")
    keep([call], [row(midnight + 30, uid="U1")])
    (connection,) = exported(helpdeck, config, "connections")
    assert (connection["day"], connection["call_ids"]) == ("2026-11-21", [call.id])
    (told,) = exported(helpdeck, config, "calls")
    assert (told["day"], told["connection_uids"]) == ("2026-11-20", ["U1"])


def test_without_calls_nothing_is_named(helpdeck: Helpdeck, config: str) -> None:
    keep([], [row(60, uid="U1")])
    (connection,) = exported(helpdeck, config, "connections")
    assert (connection["call_ids"], connection["confidence"]) == (None, None)
