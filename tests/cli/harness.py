"""The command as a test runs it."""

from __future__ import annotations

import json
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg

from tui.config import ArchiveSettings

Ended = subprocess.CompletedProcess[str]
Helpdeck = Callable[..., Ended]


def told(ran: Ended) -> dict[str, Any]:
    """The one object that a command said as JSON."""
    (line,) = ran.stdout.splitlines()
    found: dict[str, Any] = json.loads(line)
    return found


def make_newer(archive: ArchiveSettings) -> None:
    """Let it be one of a newer Helpdeck."""
    if archive.url:
        with psycopg.connect(archive.url) as connection:
            connection.execute("UPDATE helpdeck.state SET version = 99")
    else:
        with closing(sqlite3.connect(archive.path)) as database:
            database.execute("PRAGMA user_version = 99")
