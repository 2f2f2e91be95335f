"""The archive in one SQLite file, shared by all Helpdeck processes of a person on one machine."""

from tui.archive.sqlite.engine import SqliteEngine

__all__ = ["SqliteEngine"]
