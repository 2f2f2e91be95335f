"""`helpdeck report`: figures of the calls and connections that the archive holds of some days."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from tests.cli.harness import Helpdeck
from tests.models.test_kept_calls import KEPT, NOON
from tui.archive import open_store
from tui.archive.budget import Limit
from tui.archive.records import RequestedReport
from tui.commands import export
from tui.commands.conversation import Conversation
from tui.commands.report import Wanted, report
from tui.config import ArchiveSettings, Settings
from tui.models.calls import Outcome
from tui.models.clock import Uptime
from tui.models.connections import Connection, Report, ReportKind
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.report import Split
from tui.streams import complain

ISTANBUL = ZoneInfo("Europe/Istanbul")
URL = "http://127.0.0.1:9/api"
ALPEMIX = f'[alpemix]\nurl = "{URL}"\nuser = "main"\nsecret_key = "key"\n'
BERLIN = '[ui]\ntimezone = "Europe/Berlin"\n'
TEAM = '[team.technicians]\n201 = "Ayşe"\n203 = "Ayşe"\n'
BILLING = "[billing]\nminimum_minutes = 15\nround_minutes = 10\n"
SATURDAY, SUNDAY = "2026-11-21", "2026-11-22"
HOUR = 3600.0

SettingsOf = Callable[[str], Settings]


def call(handle: int, at: float, outcome: Outcome = Outcome.MISSED, **fields: object) -> KeptCall:
    """One of Saturday, at these hours after noon of UTC; of one that was taken a minute is talk."""
    start = NOON + at * HOUR
    is_taken = outcome in (Outcome.ANSWERED, Outcome.REACHED)
    times = {"start": start, "known_at": start + (70 if is_taken else 10), "talk_at": start + 10 if is_taken else None}
    return replace(KEPT, id=f"{handle:016x}", handle=handle, outcome=outcome, **{**times, **fields})


def spell(extension: str, began: float, until: float) -> Spell:
    id = f"{extension} {began}"
    return Spell(id=id, extension=extension, host="desk1", began=NOON + began * HOUR, until=NOON + until * HOUR)


def connection(uid: str, at: float, seconds: int | None, **fields: str) -> Connection:
    started = datetime.fromtimestamp(NOON + at * HOUR, UTC).astimezone(ISTANBUL)
    return Connection(uid, started, f"{started:%H:%M:%S %d.%m.%Y}", seconds, **fields)  # type: ignore[arg-type]


def keep(
    calls: Iterable[KeptCall],
    spells: Iterable[Spell],
    connections: Iterable[Connection] = (),
    archive: ArchiveSettings | None = None,
) -> None:
    """``connections``: all of Saturday, by the clock of the server; the day is closed."""

    async def keep_all() -> None:
        limit = Limit(f"main at {URL}", "reports", 3, 60.0)
        asked = RequestedReport(ReportKind.YESTERDAY, 0, 5, Uptime("first", 1.0), SUNDAY)
        async with open_store(archive or ArchiveSettings()) as store:
            await store.store_calls(list(calls), list(spells), NOON + 48 * HOUR)
            if rows := tuple(connections):
                at = datetime(2026, 11, 22, 0, 7, tzinfo=ISTANBUL).timestamp()
                await store.store_report(limit, asked, Report(rows=rows), at)

    asyncio.run(keep_all())


def told(
    settings: Settings, by: str, since: str = SATURDAY, until: str = SUNDAY, within: int = 24, technician: str = ""
) -> tuple[list[dict[str, Any]], list[str], int]:
    """The rows, what was said of them, and the exit code."""
    out, said = StringIO(), list[str]()
    wanted = Wanted(Split(by), since, until, within, "json", technician)

    def note(text: str = "", *, end: str = "\n") -> None:
        said.append(text + end)

    code = report(settings, wanted, out, note)
    return [json.loads(line) for line in out.getvalue().splitlines()], "".join(said).splitlines(), code


def keep_two_days(archive: ArchiveSettings | None = None) -> None:
    """On Saturday two calls and three connections, one of them over midnight; on Sunday a call back and no report."""
    keep(
        [
            call(1, 0),
            call(2, 1, Outcome.ANSWERED, extension="202", line="+905550000001"),
            call(3, 21, Outcome.REACHED, extension="202", direction="out", day=SUNDAY, number="", line="+905550000000"),
            call(4, 22, Outcome.REACHED, extension="202", direction="out", day=SUNDAY),
        ],
        [spell("201", -4, 2), spell("202", 0, 5), spell("202", 18, 26)],
        [
            connection("1", 8.9, 1800, technician="Ayşe", explanation="printer"),  # 23:54 in Istanbul
            connection("2", 0, 61, technician="Ayşe"),
            connection("3", 1, None, technician="Ali"),
        ],
        archive,
    )


@pytest.fixture
def kept(home: Path) -> None:
    """Two days in the archive of this home."""
    keep_two_days()


def test_calls_and_connections_are_told_side_by_side_with_what_they_rest_on(
    helpdeck: Helpdeck, home: Path, archive: ArchiveSettings
) -> None:
    keep_two_days(archive)
    place = f'[archive]\nurl = "{archive.url}"\n' if archive.url else f'[archive]\npath = "{archive.path}"\n'
    config = home / "config.toml"
    config.write_text(BILLING + TEAM + '[ui]\ntimezone = "Europe/Istanbul"\n' + ALPEMIX + place)
    config.chmod(0o600)
    ran = helpdeck("report", "--config", str(config), "--since", SATURDAY, "--until", SUNDAY, TZ="UTC")
    assert (
        ran.stdout
        == f"""\
Calls from {SATURDAY} to {SUNDAY} by day
Called back, or got through, within 24 hours
                                   called             not  ended
day         in all answered missed   back reached reached unseen  talk
2026-11-21       2        1      1      1       0       0      0 01:00
2026-11-22       2        0      0      0       2       0      0 02:00
total            4        1      1      1       2       0      0 03:00

Connections from {SATURDAY} to {SUNDAY} by day
Billed at least 15 min each, in steps of 10 min
                      length       not                days
day         in all not known explained  time billed closed open missing
2026-11-21       3         1         2 31:01  50:00      1    0       0
2026-11-22       0         0         0 00:00  00:00      0    0       1
total            3         1         2 31:01  50:00      1    0       1

When somebody listened
day                 from        until gaps    in gaps extensions
2026-11-21         11:00        20:00    0                2 of 3
2026-11-22         09:00        17:00    0                1 of 3
total       21 Nov 11:00 22 Nov 17:00    1 13 h 0 min     2 of 3
"""
    )
    assert ran.stderr.splitlines() == [
        "closed: 1 day",
        f"not in the archive: 1 day ({SUNDAY})",
        "times in Europe/Istanbul",
    ]
    assert ran.returncode == 1  # a day that is over is not in it


@pytest.mark.usefixtures("kept")
def test_a_technician_has_calls_and_connections_where_somebody_says_whose_the_extension_is(
    settings_of: SettingsOf,
) -> None:
    rows, _, _ = told(settings_of(ALPEMIX + TEAM), "technician")
    assert [(row["technician"], row["extension"], row["calls"], row["connections"]) for row in rows] == [
        ("Ali", None, 0, 1),
        ("Ayşe", "201, 203", 1, 2),
        (None, "202", 3, 0),
    ]
    assert [(row["reporting"], row["of"]) for row in rows] == [(0, 0), (1, 2), (1, 1)]
    rows, _, _ = told(settings_of(ALPEMIX), "technician")
    assert [(row["technician"], row["extension"]) for row in rows] == [
        ("Ali", None),
        ("Ayşe", None),
        (None, "201"),
        (None, "202"),
    ]


@pytest.mark.usefixtures("kept")
def test_one_technician_is_told_alone_with_what_their_own_extensions_rest_on(settings_of: SettingsOf) -> None:
    rows, _, _ = told(settings_of(ALPEMIX + TEAM), "day", technician="Ayşe")
    assert [(row["day"], row["calls"], row["connections"], row["reporting"], row["of"]) for row in rows] == [
        (SATURDAY, 1, 2, 1, 2),  # on Sunday nobody listened to these
    ]
    assert told(settings_of(ALPEMIX + TEAM), "day", technician="203")[0] == rows


@pytest.mark.usefixtures("kept")
def test_names_that_no_connection_has_are_told_with_the_one_that_was_likely_meant(settings_of: SettingsOf) -> None:
    names = ["Ayşe", "Ayse", "ali", *(f"Stranger {number}" for number in range(6))]
    who = "".join(f'{number} = "{name}"\n' for number, name in enumerate(names, 201))
    settings = settings_of(ALPEMIX + "[team.technicians]\n" + who)
    _, said, _ = told(settings, "technician")
    assert said[:6] == [
        "[team.technicians] names Ayse, who has none of these connections (did you mean Ayşe?)",
        *(f"[team.technicians] names Stranger {number}, who has none of these connections" for number in range(4)),
        "and 3 more names that none of these connections has",
    ]
    assert said[6] == "closed: 1 day"
    assert told(settings, "day")[1][0] == "closed: 1 day"
    assert told(settings, "technician", until=SATURDAY, since=SATURDAY, technician="ghost\x1b")[1][0] == (
        "nothing of ghost␛ in these days"
    )


@pytest.mark.usefixtures("kept")
def test_what_goes_on_over_midnight_is_of_the_day_in_which_it_began_by_the_clock_of_its_own_system(
    settings_of: SettingsOf,
) -> None:
    """23:54 of Saturday in Istanbul is 21:54 in Berlin, where Saturday's hours are told."""
    days, _, _ = told(settings_of(ALPEMIX + BERLIN), "day")
    assert [(row["day"], row["connections"], row["connection_seconds"]) for row in days] == [
        (SATURDAY, 3, 1861),
        (SUNDAY, 0, 0),
    ]
    hours, _, _ = told(settings_of(ALPEMIX + BERLIN), "hour")
    assert [(row["hour"], row["calls"], row["connections"]) for row in hours] == [
        (10, 1, 0),
        (11, 1, 0),
        (13, 1, 1),
        (14, 1, 1),
        (21, 0, 1),
    ]


@pytest.mark.parametrize(("within", "called_back"), [(21, 0), (22, 1), (336, 1)])
@pytest.mark.usefixtures("kept")
def test_who_was_called_back_after_the_last_day_counts_where_it_was_in_time(
    settings_of: SettingsOf, within: int, called_back: int
) -> None:
    """The number was connected 22 hours after it had been missed, on the next day."""
    rows, _, _ = told(settings_of(ALPEMIX), "day", until=SATURDAY, within=within)
    assert [(row["missed"], row["called_back"]) for row in rows] == [(1, called_back)]


def test_who_was_called_back_at_once_counts_though_it_was_the_day_before_where_that_was_done(
    home: Path, settings_of: SettingsOf
) -> None:
    """It was missed in Istanbul after midnight, and called back from Berlin before it."""
    back = call(2, 9.1, Outcome.REACHED, extension="202", direction="out")
    keep([call(1, 9.05, day=SUNDAY), back], [spell("201", 9, 10), spell("202", 9, 10)])
    rows, _, _ = told(settings_of(ALPEMIX), "day", since=SUNDAY)
    assert [(row["day"], row["missed"], row["called_back"]) for row in rows] == [(SUNDAY, 1, 1)]


@pytest.mark.usefixtures("kept")
def test_without_alpemix_nothing_is_said_of_connections_and_nothing_is_missing(settings_of: SettingsOf) -> None:
    rows, said, code = told(settings_of('[altigen]\nurl = "http://127.0.0.1:9"\nuser = "201"\npassword = "x"\n'), "day")
    assert [(row["calls"], row["connections"], row["billed_seconds"], row["missing_days"]) for row in rows] == [
        (2, None, None, None),
        (2, None, None, None),
    ]
    assert said[0] == "there is no section [alpemix], so there are no connections"
    assert code == 0


@pytest.mark.usefixtures("kept")
def test_where_nobody_listened_this_is_said_beside_the_figures(settings_of: SettingsOf) -> None:
    rows, _, _ = told(settings_of(ALPEMIX), "workgroup", since=SUNDAY)
    assert rows[0]["listened_from"] is not None
    rows, said, code = told(settings_of(ALPEMIX), "workgroup", since="2026-10-01", until="2026-10-31")
    assert (rows, said, code) == ([], ["not in the archive: 31 days (2026-10-01 to 2026-10-31)", *said[1:]], 1)


@pytest.mark.usefixtures("kept")
def test_what_is_billed_of_each_connection_stands_in_the_export_and_adds_up_to_the_report(
    settings_of: SettingsOf,
) -> None:
    settings, out = settings_of(ALPEMIX + BILLING), StringIO()
    talk = Conversation(complain, None)
    asked = export.Wanted("connections", SATURDAY, SATURDAY, "json", "-")
    assert export.export(settings, asked, talk, out, is_watched=False) == 0
    exported = list(map(json.loads, out.getvalue().splitlines()))
    assert {row["uid"]: row["billed_seconds"] for row in exported} == {"1": 1800, "2": 1200, "3": None}
    (row,), _, _ = told(settings, "day", until=SATURDAY)
    assert row["billed_seconds"] == 3000


def test_days_that_cannot_be_are_wrong_usage(settings_of: SettingsOf) -> None:
    later = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    settings = settings_of(ALPEMIX)
    assert told(settings, "day", since=later, until=later)[1:] == ([f"helpdeck: --since {later} is still to come"], 2)
    _, said, code = told(settings, "day", since=SUNDAY, until=SATURDAY)
    assert (said, code) == ([f"helpdeck: --since {SUNDAY} lies after --until {SATURDAY}"], 2)


def test_days_beyond_all_calendars_are_no_fault(settings_of: SettingsOf, home: Path) -> None:
    keep([call(1, 0)], [spell("201", 0, 1)])
    rows, _, _ = told(settings_of(ALPEMIX), "hour", since="0001-01-01", until="9999-12-31", within=336)
    assert [row["calls"] for row in rows] == [1]


def test_an_archive_that_is_not_there_yet_is_a_sentence(settings_of: SettingsOf) -> None:
    rows, (said,), code = told(settings_of(ALPEMIX), "day")
    assert (rows, code) == ([], 1)
    assert said.startswith("helpdeck: there is no archive yet (")
