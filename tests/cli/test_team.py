"""`helpdeck team`: what each technician does now, for people and for scripts, from a team's archive alone."""

from __future__ import annotations

import asyncio
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.archive.keeping import wait_until_closed
from tests.cli.harness import Ended, Helpdeck
from tests.models.test_kept_calls import KEPT
from tui.archive import open_store
from tui.config import ArchiveSettings
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell, bounds_of

ZONE = ZoneInfo(f"Etc/GMT{datetime.now(UTC).hour - 12:+d}")
"""There it is about noon: no midnight comes between two moments of a test."""

TEAM = '[team.technicians]\n"201" = "Ada"\n"202" = "Eve"\n'


def run(helpdeck: Helpdeck, home: Path, archive: str, *arguments: str, team: str = TEAM) -> Ended:
    path = home / "config.toml"
    path.touch(0o600)
    path.write_text(f'[remotepc]\napi_key = "key"\n[archive]\n{archive}\n[ui]\ntimezone = "{ZONE.key}"\n{team}')
    return helpdeck("team", *arguments, "--config", str(path))


def test_scripts_get_one_object_a_line_and_people_a_line_for_each(
    helpdeck: Helpdeck, home: Path, postgres_url: str
) -> None:
    now = float(int(time.time()))
    day = datetime.fromtimestamp(now, ZONE).date().isoformat()
    today = bounds_of(day, ZONE)[0]

    def call(number: int, extension: str, start: float, **fields: Any) -> KeptCall:
        made = replace(KEPT, id=f"{number:016x}", handle=number, extension=extension, day=day, start=start)
        return replace(made, line=f"+90212555{number:04d}", **fields)

    async def keep() -> None:
        async with open_store(ArchiveSettings(url=postgres_url)) as store:
            calls = [
                call(1, "201", today, talk_at=None, known_at=today, outcome=Outcome.MISSED),
                call(2, "201", now - 5, talk_at=now, known_at=now, outcome=Outcome.LIVE, name="[b]Pier"),
            ]
            await store.store_calls(calls, [Spell(id="1", extension="201", host="h", began=today, until=now)], now)
        await asyncio.to_thread(wait_until_closed)

    asyncio.run(keep())
    place = f'url = "{postgres_url}"'
    ran = run(helpdeck, home, place, "--json")
    assert ran.returncode == 0, ran.stderr
    ada, eve = map(json.loads, ran.stdout.splitlines())

    def at(seconds: float) -> str:
        return datetime.fromtimestamp(seconds, ZONE).isoformat(timespec="seconds")

    assert {name: ada[name] for name in ("technician", "extension", "reports", "last_heard", "call", "since")} == {
        "technician": "Ada", "extension": "201", "reports": True, "last_heard": at(now), "call": "talking",
        "since": at(now),
    }  # fmt: skip
    assert (ada["name"], ada["number"], ada["e164"]) == ("[b]Pier", "0212 555 01 99", "+902125550002")
    assert (ada["calls"], ada["missed"], ada["connections"]) == (2, 1, None)
    assert 0 <= ada["talk_seconds"] < 60
    assert (ada["listened_from"], ada["gaps"], ada["reporting"], ada["of"]) == (at(today), 0, 1, 2)
    assert (eve["reports"], eve["calls"], eve["talk_seconds"], eve["listened_from"]) == (False, None, None, None)
    assert "1 of 2 reporting, since 00:00\n" in ran.stderr
    assert "connections: nothing is known of them here" in ran.stderr
    hidden = run(helpdeck, home, place, team="[team]\nnames = false\n" + TEAM)
    first, second = hidden.stdout.splitlines()
    assert first.startswith("Ada                   since 00:00   2 calls, 1 missed, 00:0")
    assert "talking 0212 555 01 99 00:0" in first
    assert second == "Eve                   not lately    nobody listened"


def test_without_a_team_s_archive_or_where_the_board_is_left_out_it_says_why(helpdeck: Helpdeck, home: Path) -> None:
    ran = run(helpdeck, home, 'path = "archive.sqlite"')
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", "helpdeck: needs a team's archive: archive.url\n")
    off = run(helpdeck, home, 'url = "postgresql://helpdeck@127.0.0.1:9/helpdeck"', team="[team]\nboard = false\n")
    assert (off.returncode, off.stderr) == (2, "helpdeck: there is no board here: team.board\n")
