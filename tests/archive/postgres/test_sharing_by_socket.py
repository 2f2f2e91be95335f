"""The lines of SQL in the README: technicians of one machine who share a database without a password."""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres.server import PostgresServer
from tests.store.harness import LIMIT
from tests.tree import ROOT
from tui.archive import open_store, upkeep_of
from tui.config import ArchiveSettings


@pytest.fixture
def technicians(postgres: PostgresServer, postgres_url: str) -> Iterator[list[ArchiveSettings]]:
    """The archive as two of them reach it. The server trusts who comes by its socket, as by peer authentication."""
    (line,) = re.findall(r"^(CREATE ROLE anna .*;)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    with psycopg.connect(postgres.superuser_url(), autocommit=True) as superuser:
        for name in ("anna", "ben"):
            superuser.execute(line.replace("anna", name).encode())
        yield [ArchiveSettings(url=postgres.url("helpdeck", user=name, over_socket=True)) for name in ("anna", "ben")]
        superuser.execute("DROP ROLE anna, ben")


async def test_one_line_for_each_is_enough(technicians: list[ArchiveSettings]) -> None:
    anna, ben = technicians
    async with open_store(anna) as hers, open_store(ben) as his:
        for store in (hers, his):
            slot, _ = await store.reserve(LIMIT)
            assert slot is not None
        budget = await hers.budget(LIMIT)
        assert len(budget.frees_at) == 2


async def test_of_each_other_they_see_the_name_at_least(technicians: list[ArchiveSettings]) -> None:
    anna, ben = technicians
    async with open_store(anna) as hers:
        await hers.days(LIMIT.account)
        clients = upkeep_of(ben).status().clients
    assert clients is not None
    assert [(each.application, each.user) for each in clients] == [("helpdeck", "anna")]
