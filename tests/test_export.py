"""Rows in a file: exactly what was shown, harmless to open, whole or not at all."""

from __future__ import annotations

import csv
import errno
import json
import os
import socket
import stat
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tui.export import Writer, write_export, write_json, write_json_lines
from tui.models.cell import Cell

COLUMNS = ["user", "used"]


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_rows_are_written_below_the_names_of_their_columns(tmp_path: Path) -> None:
    path = write_export(str(tmp_path / "users.csv"), COLUMNS, [["desk@example.com", "2"], ["lab@example.com", ""]])
    assert path.read_bytes() == b"user,used\r\ndesk@example.com,2\r\nlab@example.com,\r\n"


def test_an_export_without_rows_has_the_names_of_its_columns(tmp_path: Path) -> None:
    assert rows_of(write_export(str(tmp_path / "users.csv"), COLUMNS, [])) == [COLUMNS]


@pytest.mark.parametrize(
    "text", ["a, b", 'say "hello"', "two\nlines", "two\r\nlines", "İzmir Şubesi", "サポート", "␛]0;", "semi;colon", ""]
)
def test_any_text_is_read_again_as_it_was(tmp_path: Path, text: str) -> None:
    path = write_export(str(tmp_path / "users.csv"), COLUMNS, [[text, "1"]])
    assert rows_of(path) == [COLUMNS, [text, "1"]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_no_cell_is_taken_for_a_formula(tmp_path: Path, start: str) -> None:
    cell = f"{start}HYPERLINK(1)"
    path = write_export(str(tmp_path / "users.csv"), COLUMNS, [[cell, "1"]])
    assert rows_of(path)[1] == [f"'{cell}", "1"]


@pytest.mark.parametrize("number", ["+902125550199", "+16175550119"])
def test_a_phone_number_is_written_as_it_is(tmp_path: Path, number: str) -> None:
    path = write_export(str(tmp_path / "calls.csv"), COLUMNS, [[number, 1]])
    assert path.read_bytes() == f"user,used\r\n{number},1\r\n".encode()


@pytest.mark.parametrize(
    "text", ["+1", "+90 212 555 01 99", "+1-2", "+90212555019\n9", "+902125550199+1", "+٩٠٢١٢٥٥٥٠١٩٩"]
)
def test_what_only_looks_like_a_number_may_be_a_formula(tmp_path: Path, text: str) -> None:
    path = write_export(str(tmp_path / "calls.csv"), COLUMNS, [[text, 1]])
    assert rows_of(path)[1] == [f"'{text}", "1"]


@given(st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9)), max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_says_what_was_shown_under_the_names_of_the_columns(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    (tmp_path / "users.JSON").unlink(missing_ok=True)
    encodable = [(a, b) for a, b in rows if f"{a}{b}".isprintable()]
    path = write_export(str(tmp_path / "users.JSON"), COLUMNS, encodable)
    assert json.loads(path.read_text("utf-8")) == [{"user": a, "used": b} for a, b in encodable]


def test_json_is_written_in_letters_and_not_in_escapes(tmp_path: Path) -> None:
    path = write_export(str(tmp_path / "users.json"), ["user"], [["İzmir"]])
    assert path.read_text("utf-8") == '[\n {\n  "user": "İzmir"\n }\n]\n'


def test_a_name_may_begin_at_home(home: Path) -> None:
    assert write_export("~/users.csv", COLUMNS, []) == home / "users.csv"
    assert (home / "users.csv").exists()


def test_a_file_that_exists_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        write_export(str(path), COLUMNS, [["desk@example.com", "2"]])
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "users.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(FileExistsError):
        write_export(str(tmp_path / "users.csv"), COLUMNS, [])
    assert not (tmp_path / "elsewhere.csv").exists()


def test_a_file_of_somebody_else_beside_it_is_neither_written_nor_taken_away(tmp_path: Path) -> None:
    """In a folder that many may write to, somebody could put a link there that leads to a file of ours."""
    mine = tmp_path / "mine.txt"
    mine.write_text("mine")
    (tmp_path / ".users.csv.part").symlink_to(mine)
    path = write_export(str(tmp_path / "users.csv"), COLUMNS, [])
    assert rows_of(path) == [COLUMNS]
    assert mine.read_text() == "mine"
    assert (tmp_path / ".users.csv.part").is_symlink()


def test_a_folder_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_export(str(tmp_path / "none" / "users.csv"), COLUMNS, [])
    (tmp_path / "file").write_text("")
    with pytest.raises(NotADirectoryError):
        write_export(str(tmp_path / "file" / "users.csv"), COLUMNS, [])


@pytest.mark.parametrize("name", ["~nobody.of.this.name/users.csv", "users\0.csv", "/", "users\udfff\ud800.csv"])
def test_a_name_that_can_be_no_file_is_an_error_of_the_system_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(OSError) as caught:
        write_export(name, COLUMNS, [])
    assert caught.value.strerror
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_goes_wrong_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_export(str(tmp_path / "users.csv"), COLUMNS, [["desk@example.com", "2"], ["\ud800", "3"]])
    assert list(tmp_path.iterdir()) == []


def test_an_export_for_which_there_is_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(OSError) as caught:
        write_export(str(tmp_path / ("x" * 300 + ".csv")), COLUMNS, [])
    assert caught.value.errno == errno.ENAMETOOLONG
    assert list(tmp_path.iterdir()) == []


TYPED: list[Cell] = [
    "a",
    5,
    True,
    None,
    date(2024, 8, 22),
    datetime(2024, 8, 22, 9, 0, 5, tzinfo=timezone(timedelta(hours=3))),
    -5,
    0.92,
    ("=1", "b"),
]
NAMES = list("abcdefghi")


def test_csv_has_numbers_that_a_spreadsheet_counts_with_and_times_with_their_offset(tmp_path: Path) -> None:
    path = write_export(str(tmp_path / "a.csv"), NAMES, [TYPED])
    assert rows_of(path)[1] == ["a", "5", "true", "", "2024-08-22", "2024-08-22T09:00:05+03:00", "-5", "0.92", "'=1 b"]


@pytest.mark.parametrize("write", [write_json, write_json_lines])
def test_json_has_the_types_and_times_with_their_offset(tmp_path: Path, write: Writer) -> None:
    path = write_export(str(tmp_path / "a.json"), NAMES, [TYPED], write=write)
    read = json.loads(path.read_text("utf-8"))
    row = read[0] if isinstance(read, list) else read
    day, time = "2024-08-22", "2024-08-22T09:00:05+03:00"
    assert list(row.values()) == ["a", 5, True, None, day, time, -5, 0.92, ["=1", "b"]]


def test_json_for_scripts_is_one_object_a_line_whatever_is_in_it(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [["two\nlines\u2028", 1], ["", 2]]
    path = write_export(str(tmp_path / "a.json"), COLUMNS, rows, write=write_json_lines)
    lines = path.read_bytes().split(b"\n")
    assert [json.loads(line)["user"] for line in lines[:-1]] == ["two\nlines\u2028", ""]
    assert lines[-1] == b""


def no_links(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """A file system without hard links, as that of a memory stick."""

    def refused(source: object, target: object) -> None:
        if Path(str(target)).exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refused)


WITHOUT_LINKS = pytest.mark.parametrize("number", [errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS])


@WITHOUT_LINKS
def test_where_there_are_no_hard_links_it_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    no_links(monkeypatch, number)
    path = write_export(str(tmp_path / "users.csv"), COLUMNS, [["desk@example.com", "2"]])
    assert rows_of(path) == [COLUMNS, ["desk@example.com", "2"]]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


@WITHOUT_LINKS
def test_where_there_are_no_hard_links_a_file_that_came_meanwhile_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    no_links(monkeypatch, number)
    path = tmp_path / "users.csv"

    def rows() -> Iterator[list[Cell]]:
        yield ["desk@example.com", "2"]
        path.write_text("mine")

    with pytest.raises(FileExistsError):
        write_export(str(path), COLUMNS, rows())
    assert path.read_text() == "mine"
    assert list(tmp_path.iterdir()) == [path]


def test_where_there_are_no_hard_links_an_empty_file_and_a_link_to_nowhere_are_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", _refuse)
    (tmp_path / "empty.csv").touch()
    (tmp_path / "link.csv").symlink_to(tmp_path / "elsewhere.csv")
    for name in ("empty.csv", "link.csv"):
        with pytest.raises(FileExistsError):
            write_export(str(tmp_path / name), COLUMNS, [])
    assert sorted(each.name for each in tmp_path.iterdir()) == ["empty.csv", "link.csv"]


def _refuse(source: object, target: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_where_it_cannot_take_its_name_after_all_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: object, target: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "link", _refuse)
    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_export(str(tmp_path / "users.csv"), COLUMNS, [])
    assert list(tmp_path.iterdir()) == []


def test_another_trouble_with_the_name_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_links(monkeypatch, errno.EROFS)
    with pytest.raises(OSError, match="Read-only"):
        write_export(str(tmp_path / "users.csv"), COLUMNS, [])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644, 0o400, 0o664])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "users.csv"
    path.write_text("old")
    path.chmod(mode)
    write_export(str(path), COLUMNS, [], replaces=True)
    assert rows_of(path) == [COLUMNS]
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("steps", [1, 3])
def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path, steps: int) -> None:
    target = tmp_path / "below" / "target.csv"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o640)
    for step in range(steps):
        (tmp_path / f"{step}.csv").symlink_to(tmp_path / f"{step + 1}.csv" if step + 1 < steps else "below/target.csv")
    assert write_export(str(tmp_path / "0.csv"), COLUMNS, [], replaces=True) == target
    assert all((tmp_path / f"{step}.csv").is_symlink() for step in range(steps))
    assert rows_of(target) == [COLUMNS]
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("through_link", [False, True])
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo, _socket])
def test_only_a_plain_file_is_replaced(tmp_path: Path, make: Callable[[Path], object], through_link: bool) -> None:
    path = tmp_path / "kept.csv"
    make(path)
    before = path.lstat()
    name = tmp_path / "link.csv" if through_link else path
    if through_link:
        name.symlink_to(path)
    with pytest.raises(OSError, match="no plain file"):
        write_export(str(name), COLUMNS, [], replaces=True)
    assert path.lstat() == before
    assert {each.name for each in tmp_path.iterdir()} == {path.name, name.name}


def test_a_device_is_not_replaced(tmp_path: Path, device: str) -> None:
    (tmp_path / "link.csv").symlink_to(device)
    for name in (device, str(tmp_path / "link.csv")):
        with pytest.raises(OSError, match="no plain file"):
            write_export(name, COLUMNS, [], replaces=True)
    assert Path(device).is_char_device()


def test_what_is_no_plain_file_any_more_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "users.csv"
    path.write_text("old")

    def rows() -> Iterator[list[Cell]]:
        yield ["desk@example.com", "2"]
        path.unlink()
        os.mkfifo(path)

    with pytest.raises(OSError, match="no plain file"):
        write_export(str(path), COLUMNS, rows(), replaces=True)
    assert path.is_fifo()
    assert list(tmp_path.iterdir()) == [path]


def test_what_may_be_replaced_need_not_be_there(tmp_path: Path) -> None:
    assert rows_of(write_export(str(tmp_path / "users.csv"), COLUMNS, [], replaces=True)) == [COLUMNS]
