"""`helpdeck callbacks`: who is to be called back, for people and for scripts, in either engine."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from msgspec.structs import replace

from tests.archive.keeping import wait_until_closed
from tests.cli.harness import Ended, Helpdeck
from tests.models.test_callbacks import MISSED
from tests.models.test_contacts import contact
from tui.archive import open_store
from tui.config import ArchiveSettings
from tui.models.callbacks import Step, StepKind
from tui.models.calls import Outcome
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell

UTC = {"TZ": "UTC"}
NOBODY = "nobody listened in that time\n"


def run(helpdeck: Helpdeck, home: Path, archive: ArchiveSettings, *arguments: str) -> Ended:
    path = home / "config.toml"
    path.touch(0o600)
    place = f'url = "{archive.url}"' if archive.url else f'path = "{archive.path}"'
    path.write_text(f'[remotepc]\napi_key = "key"\n[archive]\n{place}\n')
    return helpdeck("callbacks", *arguments, "--config", str(path), **UTC)


def missed(handle: int, minutes: float, **fields: object) -> KeptCall:
    start = float(int(time.time() - minutes * 60))
    return replace(MISSED, id=f"{handle:016x}", handle=handle, start=start, known_at=start + 20, **fields)


async def keep(archive: ArchiveSettings, *calls: KeptCall, claim: Step | None = None) -> None:
    async with open_store(archive) as store:
        await store.store_calls(calls, [], time.time())
        await store.add_contacts([contact("Acme")])
        if claim is not None:
            await store.take_callback(claim, 0.0)
    await asyncio.to_thread(wait_until_closed)


def test_scripts_get_one_object_a_line(helpdeck: Helpdeck, home: Path, archive: ArchiveSettings) -> None:
    first, again = missed(1, 90), missed(2, 30, name="")
    unseen = missed(3, 20, line="205", number="205", name="", outcome=Outcome.ENDED_UNSEEN)
    now = float(int(time.time()))
    claim = Step(id="1", line="205", kind=StepKind.TAKEN, by="ada", at=now, until=now + 600)
    asyncio.run(keep(archive, first, again, unseen, missed(4, 10, line="", number="anonymous"), claim=claim))
    ran = run(helpdeck, home, archive, "--json")
    assert ran.returncode == 0
    assert ran.stderr == f"1 missed call showed no number.\n{NOBODY}"

    def at(seconds: float) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(seconds))

    nothing_else = {
        **dict.fromkeys(("done_by", "done_at", "why", "listened_from", "listened_until", "gaps", "gap_seconds")),
        "reporting": 0,
        "of": 0,
    }
    assert [json.loads(line) for line in ran.stdout.splitlines()] == [
        {
            "e164": "+902125550199", "number": "0212 555 01 99", "name": "Harbour Dental", "customer": "Acme",
            "times": 2, "first": at(first.start), "last": at(again.start), "taken_by": None, "taken_until": None,
            "certain": True, **nothing_else,
        },
        {
            "e164": None, "number": "205", "name": None, "customer": None, "times": 1,
            "first": at(unseen.start), "last": at(unseen.start), "taken_by": "ada", "taken_until": at(now + 600),
            "certain": False, **nothing_else,
        },
    ]  # fmt: skip


def test_what_was_done_without_a_call_is_told_with_why_and_how_much_was_listened_to(
    helpdeck: Helpdeck, home: Path, archive: ArchiveSettings
) -> None:
    now = float(int(time.time()))

    async def finish() -> None:
        async with open_store(archive) as store:
            spells = [
                Spell(id="1", extension="201", host="desk1", began=now - 7_200, until=now - 3_600),
                Spell(id="2", extension="202", host="desk2", began=now - 1_800, until=now),
            ]
            await store.store_calls([missed(1, 90)], spells, now)
            step = Step(
                id="1",
                line="+902125550199",
                kind=StepKind.DONE,
                by="ada",
                at=now - 60,
                until=now,
                why="[wrote] to them",
            )
            await store.finish_callback(step)
        await asyncio.to_thread(wait_until_closed)

    asyncio.run(finish())
    begun = time.strftime("%a %d %b %H:%M", time.gmtime(now - 7_200))
    listened = f"listened since {begun}, 1 gap, 30 min; 1 of 2 extensions now\n"
    ran = run(helpdeck, home, archive, "--done")
    at = time.strftime("%Y-%m-%d %H:%M", time.gmtime(now - 60))
    assert (ran.returncode, ran.stderr) == (0, listened)
    assert ran.stdout == f"{at}  +902125550199     ada: [wrote] to them\n"
    told = json.loads(run(helpdeck, home, archive, "--done", "--json").stdout)
    assert (told["e164"], told["done_by"], told["why"]) == ("+902125550199", "ada", "[wrote] to them")
    assert (told["gaps"], told["gap_seconds"], told["reporting"], told["of"]) == (1, 1_800, 1, 2)
    assert "Nobody waits" in run(helpdeck, home, archive).stderr


def test_people_get_a_line_for_each(helpdeck: Helpdeck, home: Path, archive: ArchiveSettings) -> None:
    asyncio.run(keep(archive, missed(1, 90), missed(2, 30), missed(3, 5, line="205", number="205", name="[x]")))
    ran = run(helpdeck, home, archive)
    assert (ran.returncode, ran.stderr) == (0, NOBODY)
    lines = ran.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["2", "1"]
    assert lines[0].endswith("+902125550199     Harbour Dental")


def test_where_nobody_waits_or_nothing_is_kept_yet_that_is_said(
    helpdeck: Helpdeck, home: Path, archive: ArchiveSettings
) -> None:
    ran = run(helpdeck, home, archive)
    assert (ran.returncode, ran.stdout) == (1, "")
    asyncio.run(keep(archive))
    ran = run(helpdeck, home, archive, "--json")
    assert (ran.returncode, ran.stdout) == (0, "")
    assert ran.stderr == f"Nobody waits to be called back who was missed in the last 14 days.\n{NOBODY}"


def test_an_archive_that_cannot_be_read_is_said(helpdeck: Helpdeck, home: Path) -> None:
    (home / "archive.sqlite").write_bytes(b"no database at all " * 500)
    ran = run(helpdeck, home, ArchiveSettings(path=str(home / "archive.sqlite")))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "damaged" in ran.stderr
