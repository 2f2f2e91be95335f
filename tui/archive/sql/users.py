"""The lists of users: one for each account and day, the last that came."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Final

import msgspec

from tui.archive.records import USER_LISTS_KEPT, UserList
from tui.archive.sql.database import Database
from tui.models.users import User

LIST_LIMIT: Final = 64 * 1024 * 1024
"""Bytes of a list when it is unpacked: several times those of the longest that a board takes."""

_STORE: Final = """
INSERT INTO user_lists (account, day, at, users) VALUES (?, ?, ?, ?)
ON CONFLICT (account, day) DO UPDATE SET at = excluded.at, users = excluded.users
WHERE user_lists.at <= excluded.at
"""

_FORGET: Final = f"""
DELETE FROM user_lists WHERE account = ? AND day <= (
    SELECT day FROM user_lists WHERE account = ? ORDER BY day DESC LIMIT 1 OFFSET {USER_LISTS_KEPT}
)
"""


def packed(users: Sequence[User]) -> bytes:
    """The list as it is stored; a long one takes a while."""
    return zlib.compress(msgspec.json.encode(users), level=1)


def store(database: Database, account: str, day: str, at: float, users: bytes) -> None:
    """Keep a packed list, unless a later one of the day came already."""
    database.execute(_STORE, (account, day, at, users))
    database.execute(_FORGET, (account, account))


def list_of(database: Database, account: str, day: str) -> UserList | None:
    """The list of a day, or of the last day before it that has one; one that cannot be read is as none."""
    found = database.execute(
        "SELECT day, at, users FROM user_lists WHERE account = ? AND day <= ? ORDER BY day DESC LIMIT 1",
        (account, day),
    ).fetchone()
    if found is None:
        return None
    try:
        return UserList(found[0], found[1], _unpacked(found[2]))
    except (zlib.error, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _unpacked(users: bytes) -> tuple[User, ...]:
    return msgspec.json.decode(zlib.decompressobj().decompress(users, LIST_LIMIT), type=tuple[User, ...])
