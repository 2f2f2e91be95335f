"""Keeps the id of the AltiGen session, so that a restart after a crash does not take a second licence.

The file is the person's alone (0600). It is locked for as long as the program runs: a second Helpdeck of the same
person must not log on with the id of the first, because the one that quits first would log off both. The lock goes with
the process, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from pathlib import Path
from typing import Final

from tui.config import Secret
from tui.private_file import open_private

SIZE_LIMIT: Final = 4_096


class SessionFile:
    """The id of the session of one user at one address. A file that cannot be used is no reason to stop."""

    def __init__(self, path: Path | None) -> None:
        """``path`` None: nothing is kept."""
        self._path = path
        self._descriptor: int | None = None

    def open(self) -> None:
        """Take the file, if no other process has it."""
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            descriptor = open_private(self._path, os.O_RDWR | os.O_CREAT)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
                raise
            self._descriptor = descriptor

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def read(self, url: str, user: str) -> Secret | None:
        """The id that this user was left with at this address, or None."""
        if self._descriptor is None:
            return None
        try:
            kept = json.loads(os.pread(self._descriptor, SIZE_LIMIT, 0))
            session = kept["session"]
            # What cannot be sent was not written here, and would stop every log-on.
            if kept["url"] == url and kept["user"] == user and session and session.isprintable():
                return Secret(session)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        return None

    def write(self, url: str, user: str, session: Secret) -> None:
        """Keep the id."""
        self._replace(json.dumps({"url": url, "user": user, "session": session.reveal()}))

    def clear(self) -> None:
        """Forget the id: it was logged off."""
        self._replace("")

    def _replace(self, text: str) -> None:
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, 0)
                os.pwrite(self._descriptor, text.encode(), 0)
