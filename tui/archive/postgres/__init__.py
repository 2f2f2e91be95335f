"""The archive in a PostgreSQL database, shared by a team on any number of machines."""

from tui.archive.postgres.engine import PostgresEngine

__all__ = ["PostgresEngine"]
