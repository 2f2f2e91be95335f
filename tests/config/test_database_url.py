"""The address of a PostgreSQL server: read as libpq reads it, with a password nowhere in it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import ArchiveSettings
from tui.config.database_url import PARAMETERS, SECRETS, connection_parameters
from tui.config.problems import ConfigError, InvalidValue
from tui.config.reader import settings_from

CANARY = "correct-horse-battery"
TEAM = "postgresql://helpdeck@db.example.com/helpdeck"


def archive(**values: object) -> ArchiveSettings:
    return settings_from({"archive": values}, Path("config.toml")).archive


def problem(url: str) -> tuple[str, str]:
    """What is said of an address, and which spelling is suggested."""
    with pytest.raises(ConfigError) as caught:
        archive(url=url)
    assert CANARY not in str(caught.value)
    [found] = caught.value.problems
    assert found.key == "archive.url"
    return found.message, found.suggestion


@pytest.mark.parametrize(
    ("url", "parameters"),
    [
        (TEAM, {"user": "helpdeck", "host": "db.example.com", "dbname": "helpdeck"}),
        ("postgres://db.example.com:6432", {"host": "db.example.com", "port": "6432"}),
        ("postgresql://a.example:1,b.example/x", {"host": "a.example,b.example", "port": "1,", "dbname": "x"}),
        ("postgresql://[2001:db8::1]:5433,c/x", {"host": "2001:db8::1,c", "port": "5433,", "dbname": "x"}),
        ("postgresql://a%40b@db/h%C3%BCte%2Fx", {"user": "a@b", "host": "db", "dbname": "hüte/x"}),
        ("postgresql://localhost/x?host=db", {"host": "db", "dbname": "x"}),
        ("postgresql://db/?user=u&dbname=x&port=7", {"host": "db", "user": "u", "dbname": "x", "port": "7"}),
        ("postgresql://?service=desk", {"service": "desk"}),
        ("postgresql://db/x?connect_timeout=3&sslrootcert=system",
         {"host": "db", "dbname": "x", "connect_timeout": "3", "sslrootcert": "system"}),
        ("postgresql://a,b/x?hostaddr=192.0.2.1,192.0.2.2",
         {"host": "a,b", "hostaddr": "192.0.2.1,192.0.2.2", "port": ",", "dbname": "x"}),
    ],
)  # fmt: skip
def test_a_server_elsewhere_must_prove_who_it_is(url: str, parameters: dict[str, str]) -> None:
    assert archive(url=url).connection == {**parameters, "sslmode": "verify-full"}


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("postgresql://localhost/x", "localhost"),
        ("postgresql://127.0.0.1,[::1]/x", "127.0.0.1,::1"),
        ("postgresql://%2Fvar%2Frun%2Fpostgresql/x", "/var/run/postgresql"),
        ("postgresql:///x?host=/var/run/postgresql", "/var/run/postgresql"),
        ("postgresql://%40helpdeck/x", "@helpdeck"),
        ("postgresql://db.example.com/x?host=/run/pg,localhost", "/run/pg,localhost"),
    ],
)
def test_a_server_on_this_machine_need_not_whatever_the_environment_says(url: str, host: str) -> None:
    found = archive(url=url).connection
    assert (found["host"], found["hostaddr"]) == (host, "")
    assert "sslmode" not in found


def test_the_address_may_name_a_server_that_is_looked_up_elsewhere() -> None:
    assert archive(url="postgresql://db/x?hostaddr=127.0.0.1").connection["hostaddr"] == "127.0.0.1"
    assert "sslmode" not in archive(url="postgresql://db/x?hostaddr=127.0.0.1").connection


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost,db.example.com/x",
        "postgresql://localhost/x?hostaddr=192.0.2.7",
        "postgresql://localhost/x?host=db.example.com",
        "postgresql://localhost%2Cdb.example.com/x",
        "postgresql://localhost,db/x?hostaddr=127.0.0.1,",
        "postgresql://127.example.com/x",
        "postgresql:///x",
    ],
)
def test_what_only_looks_like_this_machine_must_prove_who_it_is(url: str) -> None:
    assert archive(url=url).connection["sslmode"] == "verify-full"


@pytest.mark.parametrize("mode", ["disable", "prefer", "require", "verify-ca"])
def test_the_address_may_ask_for_less_by_name(mode: str) -> None:
    assert archive(url=f"{TEAM}?sslmode={mode}").connection["sslmode"] == mode


@pytest.mark.parametrize(
    ("url", "message", "suggestion"),
    [
        ("db.example.com/helpdeck", "must begin with postgresql://", ""),
        ("mysql://db/x", "must begin with postgresql://", ""),
        ("postgersql://db/x", "must begin with postgresql://", "postgresql"),
        ("postgresql:db/x", "must begin with postgresql://", "postgresql"),
        (f"postgresql://u:{CANARY}@db/x", "holds a password: write it as `password`, a key of its own, or leave it to "
         "libpq (.pgpass)", ""),
        (f"postgresql://u:{CANARY}@{CANARY}@db/x", "holds a password: write it as `password`, a key of its own, or "
         "leave it to libpq (.pgpass)", ""),
        (f"postgresql://db/x?password={CANARY}", "holds a password: write it as `password`, a key of its own, or leave "
         "it to libpq (.pgpass)", ""),
        (f"postgresql://db/x?pass%77ord={CANARY}", "holds a password: write it as `password`, a key of its own, or "
         "leave it to libpq (.pgpass)", ""),
        (f"postgresql://db/x?sslpassword={CANARY}", "holds a secret behind the ?: leave it to a service file of libpq",
         ""),
        (f"postgresql://u:{CANARY}/3@db/x", "has a port that is no number from 1 to 65535; a password belongs into a "
         "key of its own", ""),
        (f"postgresql://db/x#{CANARY}", "has a # in it, which must be written as %23", ""),
        ("postgresql://db /x", "has a space in it", ""),
        ("postgresql://db/x\n", "has a character that cannot be sent (a line break, a tab, an escape)", ""),
        ("postgresql://db:0/x", "has a port that is no number from 1 to 65535; a password belongs into a key of its "
         "own", ""),
        ("postgresql://db:65536/x", "has a port that is no number from 1 to 65535; a password belongs into a key of "
         "its own", ""),
        ("postgresql://db/x?port=1,2", "has another number of ports than of hosts", ""),
        ("postgresql://a,b/x?hostaddr=::1", "has another number of hosts than of hostaddr", ""),
        ("postgresql://db/x?hostaddr=db", "has a hostaddr that is no IP address", ""),
        ("postgresql://a..b/x", "has no host that could be looked up", ""),
        ("postgresql://[::1/x", "is no address of a database, as postgresql://helpdeck@db.example.com/helpdeck is one",
         ""),
        ("postgresql://a@b@c/x", "is no address of a database, as postgresql://helpdeck@db.example.com/helpdeck is one",
         ""),
        ("postgresql://db/x%zz", "has a % without the two digits of a character after it: the sign itself is %25", ""),
        ("postgresql://db/x%00", "has a % without the two digits of a character after it: the sign itself is %25", ""),
        ("postgresql://db/x%ff", "has a character after a % that is not UTF-8", ""),
        ("postgresql://db/x%0a", "has a character that cannot be seen", ""),
        ("postgresql://db/x?ssl=true", "has something behind the ? that libpq does not know", "sslsni"),
        ("postgresql://db/x?sslmod=disable", "has something behind the ? that libpq does not know", "sslmode"),
        ("postgresql://db/x?sslmode", "has something behind the ? that is not written as name=value", ""),
        ("postgresql://db/x?user=a=b", "has something behind the ? that is not written as name=value", ""),
        ("postgresql://db/x?sslmode=verify-fully",
         "has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full", "verify-full"),
        ("postgresql://db/x?sslmode=",
         "has an sslmode that is none of disable, allow, prefer, require, verify-ca, verify-full", ""),
    ],
)  # fmt: skip
def test_a_mistake_in_the_address_is_named_and_never_quoted(url: str, message: str, suggestion: str) -> None:
    assert problem(url) == (message, suggestion)


def test_a_file_and_a_server_contradict_each_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        archive(url=TEAM, path=str(tmp_path / "archive.sqlite"))
    [found] = caught.value.problems
    assert (found.key, found.message) == (
        "archive.url",
        "stands beside path: what is remembered is kept in the one or in the other",
    )


def test_a_server_is_of_no_use_without_what_talks_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(ConfigError) as caught:
        archive(url=TEAM)
    [found] = caught.value.problems
    assert (found.key, found.message) == (
        "archive.url",
        "needs psycopg, which is not installed: pip install 'helpdeck[team]'",
    )


def test_the_password_is_a_secret_of_every_kind_and_no_part_of_what_is_shown(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{CANARY}\n")
    settings = archive(url=TEAM, password={"file": str(tmp_path / "password")})
    assert settings.password.reveal() == CANARY
    assert CANARY not in f"{settings}{settings.connection}"


def test_without_a_password_libpq_looks_for_its_own() -> None:
    assert not archive(url=TEAM).password
    assert not archive(url=TEAM, password="").password


WORDS = st.sampled_from(
    ["localhost", "db", "@", ":", "/", "?", ",", "[", "]", "::1", "%2F", "%", "=", "&", "host", "hostaddr", "sslmode",
     "127.0.0.1", "5432", "user", "x", "ü", *sorted(PARAMETERS)[:3], *SECRETS]
)  # fmt: skip

RESTS = st.one_of(st.text(), st.lists(WORDS, max_size=12).map("".join))


@given(RESTS)
def test_any_text_is_an_address_or_a_problem(rest: str) -> None:
    try:
        found = connection_parameters(f"postgresql://{rest}")
    except InvalidValue:
        return
    assert not {"password", *SECRETS} & set(found)
    assert "sslmode" in found or found["hostaddr"] or found["host"]


@given(RESTS)
def test_every_address_means_to_libpq_what_it_means_here(rest: str) -> None:
    libpq = pytest.importorskip("psycopg.conninfo", reason="the driver comes with the extra `team`")
    try:
        found = connection_parameters(f"postgresql://{rest}")
    except InvalidValue:
        return
    theirs = libpq.conninfo_to_dict(f"postgresql://{rest}")
    added = {name for name in ("sslmode", "hostaddr") if name not in theirs}
    assert {name: value for name, value in found.items() if value and name not in added} == {
        name: value for name, value in theirs.items() if value
    }
