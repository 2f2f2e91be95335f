"""Brings into another archive what counts of the last requests, from its own clock to that of the other."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from tui.archive.budget import ended_at
from tui.archive.sql.contents import Contents
from tui.models.clock import Uptime

LONGEST_WINDOW_SECONDS: Final = 3_600.0
"""What ended before counts no more, whatever the limit."""

_KEEP_REQUEST: Final = """
INSERT INTO requests (id, account, kind, what, boot, reserved, completed) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING
"""

_KEEP_COOLDOWN: Final = """
INSERT INTO cooldowns (account, kind, boot, seconds, until, reason) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (account, kind) DO UPDATE
SET boot = excluded.boot, seconds = excluded.seconds, until = excluded.until, reason = excluded.reason
WHERE cooldowns.boot <> excluded.boot OR cooldowns.until < excluded.until
"""

_KEEP_FAILURE: Final = """
INSERT INTO failures (account, what, boot, began) VALUES (?, ?, ?, ?)
ON CONFLICT (account, what) DO UPDATE SET boot = excluded.boot, began = excluded.began
WHERE failures.boot <> excluded.boot OR failures.began < excluded.began
"""

_SEEN: Final = ("at", "server_day", "repaired", "unreadable", "apart")

_KEEP_FETCH: Final = f"""
INSERT INTO fetches (account, what, boot, began, {", ".join(_SEEN)}) VALUES (?, ?, ?, ?, {", ".join("?" * len(_SEEN))})
ON CONFLICT (account, what) DO UPDATE
SET boot = excluded.boot, began = excluded.began, {", ".join(f"{name} = excluded.{name}" for name in _SEEN)}
WHERE fetches.at < excluded.at
"""


def bring_requests(source: Contents, target: Contents) -> None:
    """Let what was asked, blocked, fetched or failed in the source count in the target, too."""
    clocks = _Clocks(source, target)
    _bring_slots(source, target, clocks)
    for account, kind, boot, seconds, until, reason in source.execute(
        "SELECT account, kind, boot, seconds, until, reason FROM cooldowns"
    ):
        # One of an earlier boot ends no later than its length after zero of this one.
        over = clocks.brought(clocks.boot, min(until if boot == clocks.boot else seconds, clocks.now + seconds))
        if over.seconds > target.at.now.seconds:
            target.execute(_KEEP_COOLDOWN, (account, kind, over.boot, seconds, over.seconds, reason))
    for account, what, boot, began in source.execute("SELECT account, what, boot, began FROM failures"):
        if boot == clocks.boot:
            target.execute(_KEEP_FAILURE, (account, what, *clocks.brought(boot, min(began, clocks.now))))
    for account, what, boot, began, *seen in source.execute(
        f"SELECT account, what, boot, began, {', '.join(_SEEN)} FROM fetches"
    ):
        when = clocks.brought(boot, min(began, clocks.now)) if boot == clocks.boot else Uptime(boot, began)
        target.execute(_KEEP_FETCH, (account, what, *when, *seen))


def _bring_slots(source: Contents, target: Contents, clocks: _Clocks) -> None:
    for id, account, kind, what, boot, reserved, completed in source.execute(
        "SELECT id, account, kind, what, boot, reserved, completed FROM requests"
    ):
        # What happened in an earlier boot happened before zero of this one, and nobody waits for it any more.
        times = [reserved, completed] if boot == clocks.boot else [0.0, 0.0]
        begun, ended = (None if each is None else clocks.brought(clocks.boot, min(each, clocks.now)) for each in times)
        assert begun is not None
        seconds = None if ended is None else ended.seconds
        if ended_at(begun.seconds, seconds) + LONGEST_WINDOW_SECONDS < target.at.now.seconds:
            continue
        # A number by where it is from: two archives may have given the same one.
        named = repr((id, account, kind, boot, reserved)).encode()
        number = int.from_bytes(blake2b(named, digest_size=7).digest(), "big")
        target.execute(_KEEP_REQUEST, (number, account, kind, what, *begun, seconds))


class _Clocks:
    """The clocks of both archives, which meet in the uptime of this machine."""

    def __init__(self, source: Contents, target: Contents) -> None:
        self.boot, self.now = source.at.now
        self._source = source
        self._target = target

    def brought(self, boot: str, seconds: float) -> Uptime:
        """A time of the source as the target keeps it."""
        return self._target.at.stored(self._source.at.told(Uptime(boot, seconds)))
