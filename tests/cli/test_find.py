"""`helpdeck find`: over all days, for people and for scripts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.archive.keeping import some_days, wait_until_closed
from tests.cli.harness import Ended, Helpdeck
from tests.models.test_kept_calls import KEPT
from tests.models.test_kept_calls import NOON as CALLED
from tests.store.test_notes import CALL, note
from tui.archive import open_store
from tui.archive.records import UserList
from tui.config import ArchiveSettings
from tui.models.notes import about_user
from tui.models.users import User

RESELLER = "http://127.0.0.1:9/api"

Find = Callable[..., Ended]


@pytest.fixture
def find(helpdeck: Helpdeck, home: Path, archive: ArchiveSettings) -> Find:
    """Finds something in an archive with connections of two days and a call."""

    async def keep() -> None:
        async with open_store(archive) as store:
            await store.store_calls([KEPT], [], KEPT.start)

    def run(*arguments: str, is_filled: bool = True, also: str = "") -> Ended:
        if is_filled:
            some_days(archive)
            asyncio.run(keep())
            wait_until_closed()
        path = home / "config.toml"
        path.touch(0o600)
        place = f'url = "{archive.url}"' if archive.url else f'path = "{archive.path}"'
        path.write_text(
            '[altigen]\nurl = "https://pbx.example.com"\nuser = "201"\npassword = "x"\nregion = "TR"\n'
            f'[alpemix]\nuser = "desk"\nsecret_key = "x"\n[archive]\n{place}\n{also}'
        )
        return helpdeck("find", *arguments, "--config", str(path), TZ="Europe/Istanbul")

    return run


def test_a_number_in_another_spelling_finds_the_call_and_a_text_the_connection(find: Find) -> None:
    ran = find("00902125550199")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == "2026-11-21  15:00:00  call        Harbour Dental  0212 555 01 99 answered (Support)\n"
    again = find("PRINTER", is_filled=False)
    assert (again.returncode, again.stderr) == (0, "")
    assert again.stdout == "2024-08-22  12:00:00  connection  T-1  printer\n"


def test_a_number_may_be_typed_with_its_blanks_as_words(find: Find) -> None:
    assert "Harbour Dental" in find("0212", "555", "01", "99").stdout


def test_scripts_get_one_object_a_line_the_newest_first(find: Find) -> None:
    ran = find("--json", "desk1")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(each["kind"], each["day"]) for each in told] == [
        *[("connection", "2024-08-22")] * 3,
        ("connection", "2024-08-21"),
    ]
    assert (told[0]["uid"], told[0]["start"]) == ("9", "2024-08-22T13:00:00+03:00")
    (call,) = [json.loads(line) for line in find("--json", "harbour", is_filled=False).stdout.splitlines()]
    assert call == {
        "kind": "call",
        "day": "2026-11-21",
        "start": "2026-11-21T15:00:00+03:00",
        "id": KEPT.id,
        "direction": "in",
        "number": "0212 555 01 99",
        "e164": "+902125550199",
        "name": "Harbour Dental",
        "called": "Support",
        "outcome": "answered",
        "ring_seconds": 5,
        "talk_seconds": 25,
        "at_least": False,
        "recorded_seconds": None,
        "extension": "201",
        "host": "desk1",
        **dict.fromkeys(("customer", "customer_certain", "connection_uids", "notes")),
    }


def test_nothing_found_is_no_failure_and_too_little_is_wrong_usage(find: Find) -> None:
    ran = find("--json", "zzzz")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "nothing found\n")
    short = find("ab", is_filled=False)
    assert (short.returncode, short.stdout) == (2, "")
    assert short.stderr == "helpdeck: a search takes 3 letters or digits at least\n"


def test_of_no_archive_it_says_that_there_is_none_and_makes_none(find: Find, archive: ArchiveSettings) -> None:
    ran = find("abc", is_filled=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "there is no archive yet" in ran.stderr
    assert archive.url or not Path(archive.path).exists()


@pytest.mark.parametrize("typed", ['"', '"""', "' OR 1=1 --", "a%_\\", "\udcff\udcfe\udcfd"])
def test_whatever_is_typed_is_a_text(find: Find, typed: str) -> None:
    ran = find("--json", "--", typed)
    assert (ran.returncode, ran.stdout) in ((0, ""), (2, ""))
    assert "Traceback" not in ran.stderr


def test_users_and_notes_are_found_too(find: Find, archive: ArchiveSettings) -> None:
    find("abc")
    also = f'[remotepc]\nurl = "{RESELLER}"\napi_key = "x"\n'
    user = User(username="Anna@Example.com", allotted=1, used=0, active=True, created=None)
    account = f"reseller at {RESELLER}"

    async def keep() -> None:
        async with open_store(archive) as store:
            await store.store_users(account, UserList("2026-11-20", CALLED, (user,)))
            await store.add_notes(
                [
                    note(about_user(account, user.username), 1, text="example of\ntwo offices"),
                    note(CALL, 2, text="for example"),
                ]
            )

    asyncio.run(keep())
    wait_until_closed()
    ran = find("example", is_filled=False, also=also)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines() == [
        "2026-11-21  15:00:02  note        Harbour Dental  for example",
        "2026-11-21  15:00:01  note        anna@example.com  example of two offices",
        "2026-11-21  15:00:00  user        Anna@Example.com",
    ]
    of_call, of_user, found = map(json.loads, find("--json", "example", is_filled=False, also=also).stdout.splitlines())
    assert of_call == {
        "kind": "note",
        "day": KEPT.day,
        "start": "2026-11-21T15:00:02+03:00",
        "id": f"{2:016x}",
        "author": "anna",
        "host": "desk1",
        "text": "for example",
        "about": "call",
        "extension": "201",
        "call_id": KEPT.id,
    }
    assert (of_user["day"], of_user["about"], of_user["email"]) == (None, "user", "anna@example.com")
    assert (found["kind"], found["day"], found["email"]) == ("user", "2026-11-20", "Anna@Example.com")
