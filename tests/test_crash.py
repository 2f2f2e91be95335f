"""The report of a fault: what it holds, what it never holds, and what becomes of it where it cannot be kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import Secret
from tui.crash import KEPT, LENGTH, report, write_crash_report
from tui.models.text import clean


def fault(message: str) -> RuntimeError:
    """A fault with this message and a place in this file."""
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError(message)
    return caught.value


def test_a_report_says_where_it_happened_and_no_local_variable() -> None:
    held = "a-local-value"

    def fails(argument: str) -> None:
        raise RuntimeError("here", len(argument))

    with pytest.raises(RuntimeError) as caught:
        fails(held + held)
    text = report(caught.value)
    assert "in fails" in text
    assert "RuntimeError: ('here', 26)" in text
    assert held * 2 not in text


def test_what_is_secret_now_is_masked_in_every_spelling() -> None:
    secret = Secret('pässword"with/marks')
    message = 'of p%C3%A4ssword%22with%2Fmarks, pässword"with/marks and p\\u00e4ssword\\"with/marks'
    assert "of ***, *** and ***" in report(fault(message))
    assert secret


def test_a_secret_stays_masked_when_an_equal_one_is_gone() -> None:
    first, second = Secret("1357-2468"), Secret("1357-2468")
    del first
    assert "1357-2468" not in report(fault("it was 1357-2468"))
    assert second


def test_a_fault_in_groups_is_named_by_itself(tmp_path: Path) -> None:
    group = ExceptionGroup("unhandled", [ExceptionGroup("unhandled", [fault("inside")])])
    assert "(RuntimeError)" in write_crash_report(group, tmp_path)


def test_of_several_faults_none_is_left_out(tmp_path: Path) -> None:
    write_crash_report(ExceptionGroup("both", [fault("one"), KeyError("another")]), tmp_path)
    (file,) = tmp_path.glob("crash-*.txt")
    text = file.read_text()
    assert "one" in text
    assert "another" in text


@given(message=st.text())
def test_no_report_commands_the_terminal_that_shows_it(message: str) -> None:
    for line in report(fault(message)).splitlines():
        assert clean(line) == line


def test_a_fault_without_end_has_a_report_that_ends() -> None:
    assert len(report(fault("x" * 3 * LENGTH))) < 2 * LENGTH


def test_only_the_last_reports_are_kept(tmp_path: Path) -> None:
    for number in range(KEPT + 5):
        (tmp_path / f"crash-2020010{number % 10}-00000{number // 10}-1.txt").write_text("old")
    write_crash_report(fault("the newest"), tmp_path)
    left = sorted(tmp_path.glob("crash-*.txt"))
    assert len(left) == KEPT
    assert "the newest" in left[-1].read_text()


def test_a_link_in_the_way_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    folder = tmp_path / "state"
    folder.symlink_to(elsewhere)  # which is not there
    sentence = write_crash_report(fault("lost"), folder)
    assert "could not be written" in sentence
    assert "lost" in sentence
    assert not elsewhere.exists()


def test_the_report_is_for_the_person_alone(tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        write_crash_report(fault("private"), tmp_path / "new")
    finally:
        os.umask(mask)
    (file,) = (tmp_path / "new").glob("crash-*.txt")
    assert file.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
