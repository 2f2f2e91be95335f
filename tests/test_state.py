"""What the program remembers of its last run, and that a bad memory is no reason to stop."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.state import SIZE_LIMIT, TEXT_LIMIT, PaneState, State, load_state, save_state, state_folder

LEFT = State("nord", "ansi-dark", {"calls": PaneState("at", True, "!missed İzmir", ("a", "b c")), "users": PaneState()})


def test_the_state_lies_in_the_user_s_state_folder(home: Path) -> None:
    assert state_folder() == home / ".local/state/helpdeck"


def test_what_was_left_is_found_again(tmp_path: Path) -> None:
    save_state(tmp_path / "state.json", LEFT)
    assert load_state(tmp_path / "state.json") == LEFT


def test_the_folder_is_made_and_nobody_else_can_read_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    save_state(path, LEFT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) & 0o077 == 0
    assert [each.name for each in path.parent.iterdir()] == ["state.json"]


def test_the_last_to_leave_is_remembered(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    save_state(path, LEFT)
    save_state(path, State("dracula"))
    assert load_state(path) == State("dracula")


def test_without_a_file_the_program_starts_as_new(tmp_path: Path) -> None:
    assert load_state(tmp_path / "none.json") == State()


@pytest.mark.parametrize(
    "written",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"12",
        b"\xff\xfe\x00",
        b'{"panes": null}',
        b'{"panes": []}',
        b'{"panes": {"calls": null}}',
        b'{"panes": {"calls": ["at"]}}',
        b'{"theme": 5, "configured_theme": ["nord"]}',
        b"9" * 5_000,
        b"[" * SIZE_LIMIT,
        b'{"theme": "nord", "more": "' + b"x" * SIZE_LIMIT + b'"}',
    ],
    ids=lambda written: str(written[:30]),
)
def test_a_damaged_foreign_or_huge_file_is_an_empty_state(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(written)
    assert load_state(path) == State()


def test_of_a_foreign_file_only_short_printable_texts_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    pane = {"sort": "\x1b[2J", "inverted": 1, "filter": "x" * (TEXT_LIMIT + 1)}
    path.write_text(json.dumps({"theme": "nord\n", "configured_theme": "nord", "panes": {"calls": pane}}))
    assert load_state(path) == State("", "nord", {"calls": PaneState()})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["theme", "panes", "calls", "sort", "filter", "inverted"]), inner, max_size=4)
    ),
)


@given(JSON)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_json_the_file_holds_there_is_a_state(tmp_path: Path, held: object) -> None:
    path = tmp_path / "state.json"
    path.write_text(json.dumps(held))
    state = load_state(path)
    save_state(path, state)
    assert load_state(path) == state


def test_a_filter_too_long_to_keep_does_not_cost_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    save_state(path, State("nord", "", {"calls": PaneState("at", True, "x" * 100_000)}))
    assert load_state(path) == State("nord", "", {"calls": PaneState("at", True, "")})


def test_a_folder_in_the_place_of_the_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.mkdir()
    save_state(path, LEFT)
    assert load_state(path) == State()
    assert [each.name for each in tmp_path.iterdir()] == ["state.json"]


def test_a_place_where_nothing_can_be_written_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "state.json"
    save_state(path, LEFT)
    assert load_state(path) == State()
    assert (tmp_path / "file").read_text() == ""
