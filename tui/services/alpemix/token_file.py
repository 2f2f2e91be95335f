"""Keeps Alpemix's access token for all processes of a person, and lets one of them at a time fetch a new one.

The file is the person's alone (0600). The lock goes with the process that holds it, however that ends. Where the file
cannot be used, each process keeps its token to itself; how often one may be fetched is counted elsewhere.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from tui.config import Secret
from tui.private_file import open_private, write_private

SIZE_LIMIT: Final = 16_384


class Kept(NamedTuple):
    """A token and when it was got, in seconds of the epoch: it lives on when the machine starts anew."""

    token: Secret
    got_at: float


class TokenFile:
    """The token of one user at one address."""

    def __init__(self, path: Path | None, account: str) -> None:
        """``path`` None: it is kept in memory."""
        self._path = path
        self._account = account
        self._kept: Kept | None = None
        self._unwritten = False
        """The token that this process got last could not be kept for the others: what the file holds is older."""

    def read(self) -> Kept | None:
        """The token that was kept last, by whichever process."""
        if self._path is None or self._unwritten:
            return self._kept
        try:
            with os.fdopen(open_private(self._path, os.O_RDONLY), "rb") as file:
                held = json.loads(file.read(SIZE_LIMIT))
            token, got_at = held["token"], float(held["got_at"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return self._kept
        is_token = isinstance(token, str) and token.isprintable() and bool(token)  # else it was not written here
        return Kept(Secret(token), got_at) if is_token and held.get("account") == self._account else self._kept

    def write(self, token: Secret, got_at: float) -> None:
        """Keep a token for everybody."""
        self._kept = Kept(token, got_at)
        self._unwritten = True
        if self._path is None:
            return
        text = json.dumps({"account": self._account, "token": token.reveal(), "got_at": got_at})
        with contextlib.suppress(OSError):
            write_private(self._path, text.encode())
            self._unwritten = False

    @contextlib.contextmanager
    def fetching(self) -> Iterator[bool]:
        """Whether it is for this process to fetch a token; another one does so while it is not."""
        lock, is_for_us = None, True
        try:
            if self._path is not None:
                lock = open_private(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT)
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            is_for_us = False
        except OSError:  # it cannot be made, or the file system has no locks
            pass
        try:
            yield is_for_us
        finally:
            if lock is not None:
                os.close(lock)
