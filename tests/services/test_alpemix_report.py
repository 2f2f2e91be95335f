"""An answer of Alpemix is read in every reading of its page, and no row is ever dropped."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports import ISTANBUL, report_in
from tui.models.connections import Connection, ConnectionMode, Report
from tui.services.alpemix.report import moment, read_answer, report_of

ROW = {
    "uid": "0000000017",
    "dt": r"23:38:18 22\08\2024",
    "dur": 30,
    "dir": 0,
    "exp": "printer",
    "supnum": "17",
    "uname": "desk1",
    "ip": "192.0.2.10",
    "lip": "10.0.0.10",
    "unum": "U-1",
    "aid": "100200300",
    "tuname": "Harbour Dental",
    "tip": "198.51.100.7",
    "tlip": "10.1.1.7",
    "tunum": "U-2",
    "taid": "400500600",
}
STARTED = datetime(2024, 8, 22, 23, 38, 18, tzinfo=ISTANBUL)
KNOWN = Connection(
    uid="0000000017",
    started=STARTED,
    started_text=r"23:38:18 22\08\2024",
    seconds=30,
    mode=ConnectionMode.SUPPORT,
    explanation="printer",
    support_number="17",
    technician="desk1",
    ip="192.0.2.10",
    local_ip="10.0.0.10",
    device="U-1",
    alpemix_id="100200300",
    customer="Harbour Dental",
    customer_ip="198.51.100.7",
    customer_local_ip="10.1.1.7",
    customer_device="U-2",
    customer_alpemix_id="400500600",
)


def written(*rows: Any) -> str:
    return json.dumps({"errornumber": 0, "results": list(rows)}, ensure_ascii=False)


def one(**changed: Any) -> Connection:
    (row,) = report_in(written({**ROW, **changed})).rows
    return row


def test_a_row_as_the_page_lists_it_is_read_without_repair() -> None:
    assert report_in(written(ROW)) == Report(rows=(KNOWN,))


def test_the_sample_of_the_page_is_read() -> None:
    sample = r"""{
"errornumber": 0,
"results":[ { "uid":"17", "dt":"23:38:18 22\08\2024", "dur:":30, "dir":0, "exp":"..." },
{ "uid":"18", "dt":"23:38:18 22\12\2024", "dur:":123, "dir":1, "exp":"C:\\x" }
]
}"""
    report = report_in(sample)
    assert report.repaired
    assert [(row.uid, row.seconds, row.mode) for row in report.rows] == [
        ("17", 30, ConnectionMode.SUPPORT),
        ("18", 123, ConnectionMode.PRESENTATION),
    ]
    assert report.rows[0].started == STARTED
    assert report.rows[1].explanation == "C:\\x"  # what the server did escape is not escaped again
    assert not report.unreadable


def test_a_server_that_escapes_nothing_is_read() -> None:
    raw = written({**ROW, "tuname": r"DOM\kasa", "exp": "\\\\server\\new \u0131"}).replace("\\\\", "\\")
    report = report_in(raw)
    assert report.repaired
    assert report.rows[0].customer == r"DOM\kasa"
    assert report.rows[0].started == STARTED
    assert report.rows[0].explanation == r"\\server\new ı"


def test_escapes_of_letters_survive_the_repair_of_dates() -> None:
    raw = json.dumps({"results": [{**ROW, "tuname": "ışık"}]}).replace(r"22\\08\\2024", r"22\08\2024")
    assert "\\u0131" in raw
    report = report_in(raw)
    assert report.repaired
    assert report.rows[0].customer == "ışık"


def test_raw_line_breaks_in_what_the_technician_wrote_are_shown() -> None:
    report = report_in(written({**ROW, "exp": "one|two"}).replace("|", "\r\n"))
    assert report.rows[0].explanation == "one␍␊two"
    assert report.repaired


def test_turkish_windows_is_read_where_it_is_no_utf8() -> None:
    report = report_in(written({**ROW, "tuname": "ŞİŞLİ ığdır"}).encode("cp1254"))
    assert report.rows[0].customer == "ŞİŞLİ ığdır"
    assert report.repaired
    assert not report_in(b"\xef\xbb\xbf" + written(ROW).encode()).repaired


@pytest.mark.parametrize("around", [("", "\0"), ("\r\n\0", "\r\n\0\0")])
def test_zero_bytes_around_an_answer_are_no_part_of_it(around: tuple[str, str]) -> None:
    assert report_in(written(ROW).join(around)).rows == (KNOWN,)


@pytest.mark.parametrize("separator", ["\\", "/", ".", "-"])
def test_a_date_has_any_separator(separator: str) -> None:
    assert one(dt=separator.join(["23:38:18 22", "08", "2024"])).started == STARTED


@pytest.mark.parametrize(
    "text", ["", "yesterday", "23:38:18 32/08/2024", "25:00:00 01/01/2024", "1:1:1 1/1/0000", "٢٣:38:18 22/08/2024"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert moment(text, ISTANBUL) is None


def test_a_date_without_seconds_or_zeros_is_read() -> None:
    assert moment(" 9:05 2/8/2024 ", ISTANBUL) == datetime(2024, 8, 2, 9, 5, tzinfo=ISTANBUL)


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"uid": None}, "no uid"),
        ({"uid": " ", "dt": "soon"}, "no readable date"),
        ({"dt": None}, "no date"),
        ({"dur": "long"}, "no readable duration"),
        ({"uid": "", "dt": "", "dur": []}, "no uid, no date, no readable duration"),
    ],
)
def test_a_row_with_unreadable_fields_is_kept_with_its_problem(changed: dict[str, Any], problem: str) -> None:
    report = report_in(written({**ROW, **changed}, ROW))
    assert report.rows[0].problem == problem
    assert report.rows[0].customer == "Harbour Dental"
    assert report.rows[1] == KNOWN
    assert report.unreadable == 1


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        (30, 30),
        ("30", 30),
        (" 30 ", 30),
        (30.0, 30),
        ("30.0", 30),
        (0, 0),
        ("00:05:30", 330),
        ("1:00:00", 3600),
        ("25:00:01", 90_001),
        (None, None),
        ("", None),
        (" ", None),
    ],
)
def test_a_duration_may_be_a_string_or_absent(duration: Any, seconds: int | None) -> None:
    row = one(dur=duration)
    assert row.seconds == seconds
    assert not row.problem


@pytest.mark.parametrize(
    ("duration", "kept"),
    [
        (-1, "-1"),
        ("-1", "-1"),
        (12.5, "12.5"),
        ("12.5", "12.5"),
        ("12,5", "12,5"),
        ("05:30", "05:30"),  # minutes or hours
        ("00:05:60", "00:05:60"),
        ("-00:05:30", "-00:05:30"),
        ("1e3", "1e3"),
        (True, "true"),
        ([30], "[30]"),
        (10**40, str(10**40)),
        ("5 min", "5 min"),
    ],
)
def test_a_duration_that_cannot_be_read_is_marked_and_kept_as_it_came(duration: Any, kept: str) -> None:
    for row in (one(dur=duration), one(dur=duration, os="x"), one(**{"dur": duration, "exp": None})):
        assert (row.seconds, row.problem) == (None, "no readable duration")
        assert ("dur", kept) in row.extra


@pytest.mark.parametrize("length", [399, 400, 401, 700, 12_000])
@pytest.mark.parametrize("sign", ["x", "ş", "ğ "])
def test_what_a_technician_wrote_is_kept_whole(length: int, sign: str) -> None:
    note = (sign * length)[: length - 1] + "."
    row = one(exp=note, supnum=note, tuname=note, os=note)
    assert (row.explanation, row.support_number, row.customer, dict(row.extra)["os"]) == (note,) * 4
    (with_null,) = report_in(written({**ROW, "exp": note, "supnum": None})).rows
    assert with_null.explanation == note


def test_a_row_that_is_no_json_is_kept_whole() -> None:
    bad = '{"uid":"0000000099","exp":"' + "x" * 700 + ' ends with \\"}'
    (row,) = report_in('{"errornumber":0,"results":[' + bad + "]}").rows
    assert dict(row.extra)["as it came"] == bad


def test_missing_fields_and_other_spellings_are_tolerated() -> None:
    (row,) = report_in('{"ErrorNumber":"0","Results":[{"UID":5,"DT":"23:38:18 22/08/2024","TuName":null}]}').rows
    assert (row.uid, row.started, row.customer, row.seconds, row.mode, row.problem) == (
        "5",
        STARTED,
        "",
        None,
        ConnectionMode.UNKNOWN,
        "",
    )


def test_an_unknown_mode_and_unknown_keys_are_kept() -> None:
    row = one(dir=7, os="Windows\x1b", group=None)
    assert row.mode is ConnectionMode.UNKNOWN
    assert row.extra == (("dir", "7"), ("os", "Windows␛"), ("group", ""))


def test_hostile_text_is_made_safe() -> None:
    assert one(tuname="\x1b]0;x\x07\u202e").customer == "␛]0;x␇\N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("row", [None, "row", 7, [], [1]])
def test_a_row_that_is_no_object_is_kept(row: Any) -> None:
    report = report_in(written(row, ROW))
    assert report.rows[0].problem == "is no object"
    assert report.rows[1] == KNOWN
    assert report.unreadable == 1


def test_one_row_that_is_no_json_does_not_cost_the_others() -> None:
    bad = r'{"uid":"0000000099","dt":"23:38:18 22\08\2024","exp":"ends with \"}'
    good = written(ROW)[len('{"errornumber": 0, "results": [') : -2]
    report = report_in('{"errornumber":0,"results":[' + f"{good},{bad},{good}" + "]}")
    assert [row.uid for row in report.rows] == ["0000000017", "0000000099", "0000000017"]
    assert report.rows[1].problem == "is no whole JSON"
    assert report.rows[0] == report.rows[2] == KNOWN
    assert (report.unreadable, report.repaired) == (1, True)


def test_an_answer_that_breaks_off_is_not_read_in_part() -> None:
    raw = written(ROW, ROW, ROW)
    for length in range(len(raw)):
        assert read_answer(raw[:length].encode()) is None


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"null", b"{", b"\x00", b"[" * 50_000, b"<html>"])
def test_what_is_no_object_is_no_answer(raw: bytes) -> None:
    assert read_answer(raw) is None


@pytest.mark.parametrize("raw", ["{}", '{"results": {}}', '{"results": null}'])
def test_an_answer_without_results_is_no_report(raw: str) -> None:
    reading = read_answer(raw.encode())
    assert reading is not None
    assert report_of(reading, ISTANBUL) is None


names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(names, min_size=1, max_size=4), st.booleans())
def test_names_survive_raw_dates(customers: list[str], escaped: bool) -> None:
    rows = [{**ROW, "tuname": name} for name in customers]
    raw = json.dumps({"errornumber": 0, "results": rows}, ensure_ascii=escaped)
    repaired = report_in(raw.replace(r"22\\08\\2024", r"22\08\2024"))
    assert repaired.rows == report_in(raw).rows
    assert repaired.repaired


plain_rows = st.fixed_dictionaries(
    {key: st.text(st.characters(exclude_categories=["Cs"]), max_size=12) for key in ROW if key not in ("dur", "dir")}
    | {"dur": st.integers(-5, 10**20), "dir": st.integers(-2, 3), "dt": st.sampled_from([ROW["dt"], "soon", "", "1:2"])}
)


@given(st.lists(plain_rows, max_size=3), st.sampled_from(["dur", "dur:"]))
def test_what_is_read_straight_from_the_bytes_is_what_patience_reads(rows: list[dict[str, Any]], key: str) -> None:
    spelled = [{key if name == "dur" else name: value for name, value in row.items()} for row in rows]
    straight = json.dumps({"errornumber": 0, "results": spelled})
    patient = json.dumps({"errornumber": 0, "results": spelled, "more": None})
    assert report_in(straight) == report_in(patient)
