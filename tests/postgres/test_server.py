"""The PostgreSQL of the tests: real, quick to be there, and gone afterwards, whatever ended the test."""

from __future__ import annotations

import socket
import struct
from typing import Final, Literal

import psycopg
import pytest

from tests.postgres.server import SUPERUSER, Mode, PostgresServer

SSL_REQUEST: Final = struct.pack("!II", 8, 80877103)
"""The first bytes of most clients; a server answers with one letter."""


def answer(url: str, statement: str) -> object:
    """The one value that a statement gives."""
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return None if row is None else row[0]


def do(url: str, *statements: str) -> None:
    with psycopg.connect(url) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_it_is_a_postgresql_of_today(postgres_url: str) -> None:
    assert str(answer(postgres_url, "SHOW server_version")).startswith("18.")


def test_an_account_without_rights_owns_its_database(postgres_url: str) -> None:
    assert answer(postgres_url, "SELECT current_setting('is_superuser')") == "off"
    do(postgres_url, "CREATE TABLE rows (id int)")


def test_every_database_is_fresh(postgres: PostgresServer) -> None:
    for _ in range(2):
        with postgres.database() as url:
            do(url, "CREATE TABLE rows (id int)")
    assert answer(postgres.superuser_url(), "SELECT count(*) FROM pg_database") == 3


def test_a_database_goes_also_where_somebody_is_still_connected(postgres: PostgresServer) -> None:
    with postgres.database() as url:
        connection = psycopg.connect(url)
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")
    connection.close()


def test_it_is_reached_on_its_socket_too(postgres: PostgresServer) -> None:
    with postgres.database("other"):
        url = postgres.url("other", over_socket=True)
        assert answer(url, "SELECT inet_client_addr()") is None
        assert answer(url, "SELECT current_database()") == "other"


def test_nobody_else_on_this_machine_may_do_all(postgres: PostgresServer) -> None:
    assert postgres.folder.stat().st_mode & 0o077 == 0
    with pytest.raises(psycopg.OperationalError, match="rejects connection"):
        psycopg.connect(postgres.url("postgres", user=SUPERUSER))


@pytest.mark.parametrize("over_socket", [False, True])
def test_a_wrong_password_is_refused(postgres: PostgresServer, over_socket: bool) -> None:
    with postgres.account("desk", "right: @/?%"), postgres.database(owner="desk"):

        def whoami(password: str) -> object:
            url = postgres.url("helpdeck", user="desk", password=password, over_socket=over_socket)
            return answer(url, "SELECT current_user")

        assert whoami("right: @/?%") == "desk"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            whoami("wrong")
        with pytest.raises(psycopg.OperationalError, match="no password supplied"):
            whoami("")


@pytest.mark.parametrize("end", ["smart", "fast", "immediate", "kill"])
def test_what_was_committed_outlives_every_end(
    postgres: PostgresServer, postgres_url: str, end: Mode | Literal["kill"]
) -> None:
    do(postgres_url, "CREATE TABLE rows AS SELECT generate_series(1, 100) AS id")
    if end == "kill":
        postgres.kill()
    else:
        postgres.stop(end)
    with pytest.raises(psycopg.OperationalError, match="refused"):
        psycopg.connect(postgres_url)
    postgres.start()
    assert answer(postgres_url, "SELECT count(*) FROM rows") == 100


def test_a_frozen_one_takes_a_connection_and_says_nothing(postgres: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as before:
        postgres.freeze()
        with socket.create_connection(("127.0.0.1", postgres.port), timeout=0.1) as asking:
            asking.sendall(SSL_REQUEST)
            with pytest.raises(TimeoutError):
                asking.recv(1)
        postgres.thaw()
        assert before.execute("SELECT 1").fetchone() == (1,)
    assert answer(postgres_url, "SELECT 2") == 2


def test_it_can_be_started_with_other_settings(postgres: PostgresServer, postgres_url: str) -> None:
    postgres.restart(max_connections="6")
    assert answer(postgres_url, "SHOW max_connections") == "6"
    postgres.revive()
    assert answer(postgres_url, "SHOW max_connections") == "60"


def test_a_standby_reads_only(postgres: PostgresServer, postgres_url: str) -> None:
    do(postgres_url, "CREATE TABLE rows AS SELECT 1 AS id")
    postgres.restart(as_standby=True)
    assert answer(postgres_url, "SELECT id FROM rows") == 1
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        do(postgres_url, "INSERT INTO rows VALUES (2)")
    postgres.restart()
    do(postgres_url, "INSERT INTO rows VALUES (2)")


def test_where_it_cannot_start_its_own_words_say_why(postgres: PostgresServer) -> None:
    with pytest.raises(AssertionError, match=r'invalid value for parameter "shared_buffers": "none"'):
        postgres.restart(shared_buffers="none")


def test_it_comes_back_each_time_that_it_is_killed(postgres: PostgresServer) -> None:
    for _ in range(3):
        postgres.kill()
        postgres.start()


def test_the_next_test_finds_it_running(postgres: PostgresServer) -> None:
    postgres.kill()
    postgres.revive()
    postgres.freeze()
    postgres.revive()
    assert answer(postgres.superuser_url(), "SELECT 1") == 1
