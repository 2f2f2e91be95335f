"""A database may order its texts as a language does; the archive orders them byte by byte, as in a file."""

from __future__ import annotations

import psycopg

from tests.store.harness import LIMIT
from tui.archive import Store

_COMPARED_OTHERWISE = """
SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'helpdeck'::regnamespace AND attcollation NOT IN (0, 'pg_catalog."C"'::regcollation)
"""
"""Indexes have columns, too. One without a collation compares as its type does: numbers as numbers."""

_TEXTS = """
SELECT count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE relnamespace = 'helpdeck'::regnamespace AND attcollation = 'pg_catalog."C"'::regcollation
"""

_TIMES = """
SELECT table_name || '.' || column_name FROM information_schema.columns
WHERE table_schema = 'helpdeck' AND data_type = 'text'
  AND column_name IN ('at', 'began', 'until', 'start', 'known_at', 'talk_at', 'seconds', 'reserved', 'completed',
                      'seen_at', 'changed_at', 'closed_at', 'read_at', 'since', 'rows', 'handle')
"""


async def test_every_text_is_compared_byte_by_byte_whatever_the_database_says(postgres_url: str, store: Store) -> None:
    await store.budget(LIMIT)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("SET search_path = helpdeck")
        assert connection.execute(_COMPARED_OTHERWISE.encode()).fetchall() == []
        (texts,) = connection.execute(_TEXTS.encode()).fetchone() or (0,)
        assert texts > 50


async def test_no_moment_and_no_number_is_a_text(postgres_url: str, store: Store) -> None:
    await store.budget(LIMIT)
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute(_TIMES.encode()).fetchall() == []
