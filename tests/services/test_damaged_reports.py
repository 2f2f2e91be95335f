"""Any report, damaged in the ways that the page and its sample suggest, reads to the same rows."""

from __future__ import annotations

import json
import re
from datetime import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.reports import report_in
from tui.models.connections import Connection

# What a Turkish Windows can write too. A backslash in a name is told from an escape by nobody; see the tests beside.
LETTERS = st.text("abcXYZ 019.,;:{}[]'\"/-_İIıiŞşĞğÜüÇç", max_size=14)
NOTES = st.text('abc \n\t"İı{}[]:,/', max_size=24)

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "uid": st.text("0123456789AB", min_size=1, max_size=10),
            "dt": st.datetimes(datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2030-01-01")),
            "dur": st.integers(0, 90_000),
            "dir": st.sampled_from([0, 1, 5]),
            "exp": NOTES,
            "supnum": LETTERS,
            "uname": LETTERS,
            "ip": st.just("192.0.2.10"),
            "tuname": LETTERS,
            "tunum": st.text("0123456789ABCDEF", max_size=12),
        }
    ),
    max_size=4,
)

DAMAGE = st.fixed_dictionaries(
    {
        "separator": st.sampled_from(["\\", "\\\\", "\\/", "/", ".", "-"]),
        "dur": st.sampled_from(["dur", "dur:", "dur: ", " Dur :", "DUR"]),
        "are_numbers_strings": st.booleans(),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "cp1254"]),
        "has_raw_breaks": st.booleans(),
        "is_ascii": st.booleans(),
        "left_out": st.sampled_from(["nothing", "null", "absent"]),
        "is_upper": st.booleans(),
    }
)


def spelled(rows: list[dict[str, Any]], damage: dict[str, Any]) -> bytes:
    """The report as a server might send it."""
    written: list[dict[str, Any]] = []
    for row in rows:
        at: datetime = row["dt"]
        shown = {**row, "dt": f"{at:%H:%M:%S %d}|{at:%m}|{at:%Y}"}
        if damage["are_numbers_strings"]:
            shown |= {"dur": str(row["dur"]), "dir": str(row["dir"])}
        if damage["left_out"] != "nothing":
            shown = {key: value for key, value in shown.items() if value != ""}
        if damage["left_out"] == "null":
            shown |= dict.fromkeys(key for key, value in row.items() if value == "")
        keys = {"dur": damage["dur"]}
        written.append(
            {keys.get(key, key.upper() if damage["is_upper"] else key): value for key, value in shown.items()}
        )
    text = json.dumps({"errornumber": 0, "results": written}, ensure_ascii=damage["is_ascii"])
    text = re.sub(r"(\d\d)\|(\d\d)\|(\d{4})", lambda date: damage["separator"].join(date.groups()), text)
    if damage["has_raw_breaks"]:
        text = text.replace("\\n", "\n").replace("\\t", "\t")
    return text.encode(damage["encoding"])


def comparable(row: Connection) -> Connection:
    """Without what is shown as it came: the separators of the date, the case of a key."""
    return replace(row, started_text="", extra=tuple((name.lower(), text) for name, text in row.extra))


PLAIN = {
    "separator": "/",
    "dur": "dur",
    "are_numbers_strings": False,
    "encoding": "utf-8",
    "has_raw_breaks": False,
    "is_ascii": False,
    "left_out": "nothing",
    "is_upper": False,
}


@given(ROWS, DAMAGE)
def test_a_damaged_report_reads_to_the_same_rows(rows: list[dict[str, Any]], damage: dict[str, Any]) -> None:
    whole, damaged = report_in(spelled(rows, PLAIN)), report_in(spelled(rows, damage))
    assert [*map(comparable, damaged.rows)] == [*map(comparable, whole.rows)]
    assert not whole.repaired
    assert damaged.unreadable == whole.unreadable == 0


@given(ROWS, DAMAGE, st.data())
def test_one_row_that_is_beyond_repair_costs_no_other_and_is_counted(
    rows: list[dict[str, Any]], damage: dict[str, Any], data: st.DataObject
) -> None:
    calm = [{**row, "exp": "note", "supnum": "1", "uname": "desk", "tuname": "branch"} for row in rows]
    raw = spelled(calm, {**damage, "encoding": "utf-8"}).decode()
    place = data.draw(st.integers(0, len(rows)))
    objects = re.findall(r"\{[^{}]*\}", raw.partition("[")[2])
    objects.insert(place, '{"uid": "broken", "exp": "ends with \\"}')
    report = report_in(f'{{"errornumber": 0, "results": [{", ".join(objects)}]}}'.encode())
    others = [row for row in report.rows if row.problem != "is no whole JSON"]
    assert [*map(comparable, others)] == [*map(comparable, report_in(spelled(calm, PLAIN)).rows)]
    (broken,) = (row for row in report.rows if row.problem == "is no whole JSON")
    assert (broken.uid, report.unreadable, report.repaired) == ("broken", 1, True)
    assert "ends with" in dict(broken.extra)["as it came"]
