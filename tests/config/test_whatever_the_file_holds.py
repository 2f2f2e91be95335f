"""No file, however broken, brings anything but settings or a ConfigError, and no secret gets into its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import fields

from tui.config import AlpemixSettings, AltiGenSettings, ArchiveSettings, RemotePCSettings, TeamSettings, UISettings
from tui.config.layers import Layer
from tui.config.problems import ConfigError, Problem
from tui.config.reader import read_config, settings_of

CANARY = "correct-horse-battery"
FILE = Path("/nowhere/config.toml")

SECTIONS = ["altigen", "alpemix", "remotepc", "archive", "calls", "ui", "keys"]
NAMES = [
    each.name
    for kind in (AltiGenSettings, AlpemixSettings, RemotePCSettings, ArchiveSettings, TeamSettings, UISettings)
    for each in fields(kind)
]
WORDS = st.sampled_from([*SECTIONS, *NAMES, "env", "file", "path", "usr", "pasword"])
VALUES = st.recursive(
    st.one_of(
        st.just(CANARY),
        st.text().map(lambda text: text + CANARY),
        st.sampled_from(
            [
                "https://" + CANARY,
                f"postgresql://u:{CANARY}@db/x",
                f"postgresql://db/x?sslmode={CANARY}",
                f"https://a:{CANARY}@b",
                "Europe/" + CANARY,
                "/{" + CANARY + "}",
                "",
            ]
        ),
        st.booleans(),
        st.integers(-(2**63), 2**63),
        st.floats(),
        st.dates(),
        st.datetimes(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)
TABLES = st.dictionaries(st.one_of(WORDS, st.text(max_size=5)), VALUES, max_size=6)


def outcome(*tables: dict[str, Any]) -> str:
    """Everything that is said about the tables of the system's file and of the person's, or of the person's alone."""
    layers = [Layer(FILE, table, is_shared=table is not tables[-1]) for table in tables]
    warnings: list[Problem] = []
    said = ""
    try:
        settings_of(layers, known_actions={"calls.dial"}, environment={}, warnings=warnings)
    except ConfigError as error:
        said = f"{error}{error!r}"
    return said + "".join(map(str, warnings))


@given(TABLES)
def test_a_table_of_anything_is_settings_or_problems_without_a_secret(table: dict[str, Any]) -> None:
    said = outcome(table)
    assert CANARY not in said
    assert all(line.isprintable() for line in said.split("\n"))


@given(TABLES, TABLES)
def test_two_tables_of_anything_are_settings_or_problems_without_a_secret(
    system: dict[str, Any], own: dict[str, Any]
) -> None:
    assert CANARY not in outcome(system, own)


@given(st.dictionaries(st.sampled_from(SECTIONS), st.dictionaries(WORDS, VALUES)))
def test_sections_of_anything_are_settings_or_problems_without_a_secret(table: dict[str, Any]) -> None:
    assert CANARY not in outcome(table)


@given(st.one_of(st.binary(), st.text().map(str.encode), TABLES.map(lambda table: tomli_w.dumps(table).encode()[:-3])))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_settings_or_problems(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(raw)
    said = ""
    try:
        read_config(path, environment={})
    except ConfigError as error:
        said = str(error)
    assert CANARY not in said
