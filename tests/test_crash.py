"""The report of a fault: what it holds, what it never holds, and what becomes of it where it cannot be kept."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import Secret, masked
from tui.crash import KEPT, LENGTH, FaultReports, report, write_crash_report
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


class Hostile(Exception):
    """One that cannot be told."""

    def __str__(self) -> str:
        raise ValueError("no words")

    __repr__ = __str__


def test_a_long_message_hides_neither_the_place_nor_its_secrets() -> None:
    secret = Secret("a-secret-of-ours")
    text = report(fault("begin a-secret-of-ours " + "x a-secret-of-ours" * LENGTH))
    assert "in fault" in text
    assert f"{Path(__file__).name}, line " in text
    assert "secret-of" not in text
    assert "a-secret" not in text
    assert len(text) < 2 * LENGTH
    assert secret


def test_a_fault_that_is_outlived_is_reported_once_for_each_place(tmp_path: Path) -> None:
    reports = FaultReports(tmp_path)
    first = [reports.write(fault("again")) for _ in range(3)]
    other = reports.write(KeyError("elsewhere"))
    assert len(set(first)) == 1
    files = sorted(tmp_path.glob("crash-*.txt"))
    assert len(files) == 2
    for told, name, file in zip((first[0], other), ("RuntimeError", "KeyError"), files, strict=True):
        expected = f"a fault of Helpdeck itself ({name}). The report, without passwords, is in {file}"
        assert told == expected
        # Another test may have left a secret that is a part of it.
        assert masked(name, Secret.living()) in file.read_text()


def test_faults_that_never_end_do_not_push_the_first_reports_away(tmp_path: Path) -> None:
    reports = FaultReports(tmp_path)
    told = [reports.write(type(f"Fault{number}", (Exception,), {})()) for number in range(KEPT + 5)]
    assert len(list(tmp_path.glob("crash-*.txt"))) == KEPT
    assert any("Fault0" in file.read_text() for file in tmp_path.glob("crash-*.txt"))
    assert "It is not reported" in told[-1]


def test_a_fault_that_cannot_be_told_is_reported_all_the_same(tmp_path: Path) -> None:
    assert "(Hostile)" in FaultReports(tmp_path).write(Hostile())
    (file,) = tmp_path.glob("crash-*.txt")
    assert "Hostile" in file.read_text()


def test_a_report_that_finds_no_room_is_no_further_fault(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("in the way")
    told = FaultReports(tmp_path / "state").write(fault("a-word-of-it"))
    assert "a fault of Helpdeck itself (RuntimeError). The report could not be written (" in told
    assert "a-word-of-it" not in told
