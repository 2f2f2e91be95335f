"""Lists of users that somebody else wrote into the file."""

from __future__ import annotations

import zlib

import pytest

from tui.archive.sql.users import LIST_LIMIT, list_of
from tui.archive.sqlite.database import open_database


@pytest.mark.parametrize(
    "users",
    [
        b"",
        b"no zlib",
        zlib.compress(b'[{"username": "')[:-5],
        zlib.compress(b""),
        zlib.compress(b"{}"),
        zlib.compress(b"\xff"),
        zlib.compress(b'[{"username": 7}]'),
        zlib.compress(b"[" * 100_000),
        zlib.compress(b" " * LIST_LIMIT + b"[]"),
    ],
    ids=["empty", "not packed", "cut off", "nothing", "no list", "no text", "no user", "too deep", "too long"],
)
def test_a_list_that_cannot_be_read_is_as_none(users: bytes) -> None:
    database = open_database(None)
    database.execute("INSERT INTO user_lists VALUES ('desk', '2024-08-22', 1.0, ?)", (users,))
    assert list_of(database, "desk", "2024-08-22") is None
    database.close()
