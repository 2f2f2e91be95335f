"""The archive in one SQLite file, shared by all Helpdeck processes of a person on one machine."""

from tui.archive.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
