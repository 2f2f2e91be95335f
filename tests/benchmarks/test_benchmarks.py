"""The benchmarks run, and find nothing grossly wrong, so that they cannot rot.

These are short runs beside other tests, on a machine that has other things to do: the bounds are generous. What the
issue demands is held by the benchmarks themselves.
"""

from __future__ import annotations

import re

import pytest

from tests.benchmarks import (
    busy,
    call_kills,
    callers,
    cases,
    day_picture,
    find,
    first_paint,
    hammer,
    kept,
    keys,
    kills,
    line,
    many_dashboards,
    many_users,
    month,
    report,
    slow_line,
    suggestions,
    team,
    team_board,
    year,
)
from tests.benchmarks.figures import verdict

pytestmark = pytest.mark.timeout(180)
"""Each needs some ten seconds of a machine of its own, and gets a small share of a busy one."""


def test_the_first_frame_of_the_demo_beside_the_smallest_app(capsys: pytest.CaptureFixture[str]) -> None:
    assert first_paint.main(["--rounds", "2", "--bound", "4", "--server-bound", "4"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"smallest Textual app +[0-9.]+ ms", said)
    assert re.search(r"helpdeck demo +[0-9.]+ ms", said)
    assert re.search(r"archive on a server +[0-9.]+ ms", said)
    assert "imports no Textual" in said


def test_a_bound_that_is_broken_is_said_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    assert verdict("first frame", 1.2, 1.3)
    assert not verdict("first frame", 1.4, 1.3)
    assert capsys.readouterr().out == ("kept: first frame: 1.2, at most 1.3\nBROKEN: first frame: 1.4, at most 1.3\n")


def test_what_goes_over_the_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert line.main(["--rounds", "1", "--seconds", "0", "--cost-seconds", "0"]) == 0
    assert "a row scrolled into view" in capsys.readouterr().out


def test_keys_and_memory_at_fifty_events_a_second(capsys: pytest.CaptureFixture[str]) -> None:
    # So early memory still grows towards its bounds.
    assert busy.main(["--warm-up", "1", "--seconds", "5", "--presses", "12", "--bound", "400", "--growth", "1.5"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"50 events/s +[0-9.]+ ms", said)
    assert "MiB at the end" in said


def test_keys_while_ten_thousand_events_a_second_come(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        keys.main(["--rounds", "1", "--presses", "5", "--bound", "20", "--slow-bound", "3000", "--taken", "0.3"]) == 0
    )
    assert re.search(r"at 10,000 events/s +[0-9.]+ ms", capsys.readouterr().out)


@pytest.mark.skipif(slow_line.sshd() is None, reason="OpenSSH's server is not installed")
def test_keys_over_a_real_ssh_on_a_slow_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert slow_line.main(["--rounds", "1", "--lines", "100", "--times", "20", "--settle", "1"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"another pane +[0-9.]+ s", said)
    assert "100 kbit/s: the longest" in said


def test_ten_thousand_users_beside_ten(capsys: pytest.CaptureFixture[str]) -> None:
    assert many_users.main(["--rounds", "3", "--bound", "4", "--filter-bound", "1000"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"10000 users decoded and painted +[0-9.]+ ms", said)


def test_connections_are_joined_with_their_calls_and_no_surer_than_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    month = ["--days", "4", "--technicians", "8", "--calls", "100", "--connections", "70", "--off", "20"]
    assert cases.main(month) == 0
    said = capsys.readouterr().out
    assert "4 days, 8 technicians" in said
    assert said.count("90 to 100 %") == 4


def test_processes_that_hammer_one_account_stay_within_its_limits(capsys: pytest.CaptureFixture[str]) -> None:
    """Too short for a window to pass, so the last rows may not have been asked for: the full run compares them."""
    assert hammer.main(["--processes", "5", "--seconds", "8", "--settle", "1", "--short"]) == 0
    # Whether the third is asked for in that time depends on what else the machine does.
    assert re.search(r"[23] reports and 1 tokens were asked for", capsys.readouterr().out)


def test_processes_that_are_killed_lose_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert kills.main(["--runs", "5"]) == 0
    assert re.search(r"10 processes killed, [0-9,]+ connections shown", capsys.readouterr().out)


def test_dashboards_that_are_killed_lose_no_call_that_they_showed(capsys: pytest.CaptureFixture[str]) -> None:
    assert call_kills.main(["--runs", "1"]) == 0
    assert "1 dashboards killed" in capsys.readouterr().out


def test_some_days_of_technicians_equal_the_simulators_truth(capsys: pytest.CaptureFixture[str]) -> None:
    assert year.main(["--technicians", "3", "--days", "2", "--a-day", "25"]) == 0
    assert "3 technicians, 2 days" in capsys.readouterr().out


def test_a_day_in_a_virtual_clock_equals_the_simulators_truth(capsys: pytest.CaptureFixture[str]) -> None:
    assert month.main(["--days", "1", "--a-day", "150", "--seed", "6", "--gaps", "0"]) == 0
    assert "1 days, 153 connections" in capsys.readouterr().out


def test_a_long_report_and_a_long_archive(capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--rounds", "2", "--rows", "1000", "--year-rows", "7300"]
    assert report.main([*short, "--times", "8", "--day", "400", "--still", "400"]) == 0
    assert len(re.findall(r"read, stored and shown +[0-9.]+ ms", capsys.readouterr().out)) == 2


def test_what_one_has_stored_is_soon_on_the_screens_of_a_team(capsys: pytest.CaptureFixture[str]) -> None:
    assert team.main(["--rounds", "3", "--dashboards", "10", "--bound", "10000", "--idle", "0"]) == 0
    assert re.search(r"another's screen, 10 connected +[0-9.]+ ms", capsys.readouterr().out)


def test_an_idle_dashboard_asks_the_server_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert team.main(["--rounds", "0", "--idle", "20"]) == 0
    assert "queries of an idle dashboard: 0" in capsys.readouterr().out


def test_what_happens_at_one_is_soon_on_the_boards_of_a_team(capsys: pytest.CaptureFixture[str]) -> None:
    assert team_board.main(["--rounds", "1", "--boards", "2", "--bound", "10000", "--idle", "310"]) == 0
    said = capsys.readouterr().out
    assert re.search(r"a ring on another's board +[0-9.]+ ms", said)
    assert re.search(r"2 idle boards: [0-9]+ statements in 310 s", said)


def test_dashboards_while_nothing_happens(capsys: pytest.CaptureFixture[str]) -> None:
    bounds = ["--processor", "3", "--wake-ups", "12", "--memory", "60"]
    assert many_dashboards.main(["--dashboards", "2", "--seconds", "3", "--settle", "4", *bounds]) == 0
    assert re.search(r"one alone +[0-9.]+ wake-ups/s", capsys.readouterr().out)


def test_something_is_found_among_many_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert find.main(["--rows", "2000", "--rounds", "1", "--report-rows", "200", "--bound", "2000"]) == 0
    assert capsys.readouterr().out.count("from a letter to lines") == 2


def test_what_it_costs_that_calls_are_kept(capsys: pytest.CaptureFixture[str]) -> None:
    short = ["--rows", "3000", "--rounds", "5", "--starts", "2", "--seconds", "1", "--warm-up", "0"]
    assert kept.main([*short, "--day", "500", "--first", "5000", "--times", "3"]) == 0
    said = capsys.readouterr().out
    assert len(re.findall(r"a day opened +[0-9.]+ ms", said)) == 2
    assert re.search(r"calls are kept +[0-9.]+ % of a core", said)


def test_what_the_day_as_a_picture_costs(capsys: pytest.CaptureFixture[str]) -> None:
    # Of the calls of a moment the line at the top has the most: what it costs beside the picture is not held here.
    assert (
        day_picture.main(["--rounds", "1", "--seconds", "2", "--calls", "500", "--bound", "2", "--frame-bound", "2"])
        == 0
    )
    assert "the picture opens" in capsys.readouterr().out


def test_customers_that_are_suggested(capsys: pytest.CaptureFixture[str]) -> None:
    assert suggestions.main([]) == 0
    said = capsys.readouterr().out
    assert re.search(r"nearest in time +precision 0[.]\d+", said)
    assert re.search(r"suggested +precision 0[.]\d+, recall 0[.]\d+", said)


def test_from_the_ring_to_the_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert callers.main(["--rounds", "1", "--contacts", "20", "--days", "3", "--bound", "1000"]) == 0
    assert re.search(r"of a contact +[0-9.]+ ms", capsys.readouterr().out)
