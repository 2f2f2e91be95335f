"""`helpdeck report`: text, CSV and JSON say the same, and in each the parts add up to the whole."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import dropwhile, takewhile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.models.test_figures import CALLS, missed
from tests.models.test_kept_calls import KEPT, NOON
from tui.commands.exported import Span
from tui.commands.report import Wanted, write
from tui.config import AlpemixSettings, BillingSettings, Secret, Settings, TeamSettings
from tui.models.billing import Billing
from tui.models.connections import Connection
from tui.models.days import DayState
from tui.models.figures import NONE, OF_CONNECTIONS, Figures, Talks, shares_of_calls, shares_of_connections
from tui.models.kept_calls import KeptCall
from tui.models.listening import Spell
from tui.models.report import Known, Report, Split, Staff, Tally
from tui.widgets.times import duration

HOSTILE = "=cmd|'/c calc'!A1"
SPAN = Span("2026-11-21", "2026-11-22", "2026-11-23", is_begun_by_hand=True)
BILLING = BillingSettings(minimum_minutes=15, round_minutes=5, merge_minutes=10)
SETTINGS = Settings(
    alpemix=AlpemixSettings(user="main", secret_key=Secret("key")),
    team=TeamSettings(technicians={"201": "Ayşe", "202": HOSTILE}),
    billing=BILLING,
)
DAYS = ("2026-11-21", "2026-11-22")
FIGURES = Figures.__struct_fields__
NAMES = ("technician", "extension", "customer", "number", "workgroup")
OF_CALLS = tuple(name for name in FIGURES if name not in OF_CONNECTIONS)
SPLITS = tuple(Split)

CONNECTIONS = st.lists(
    st.builds(
        lambda uid, minute, seconds, technician, customer, device, explanation: Connection(
            uid,
            None if minute is None else datetime.fromtimestamp(NOON, UTC) + timedelta(minutes=minute),
            "",
            seconds,
            explanation=explanation,
            technician=technician,
            customer=customer,
            customer_device=device,
        ),
        st.uuids().map(str),
        st.none() | st.integers(0, 1000),
        st.none() | st.integers(0, 100_000),
        st.sampled_from(["", "Ayşe", HOSTILE, "201", "total", "x" * 40]),
        st.sampled_from(["", HOSTILE, "株式会社", "not known", KEPT.line, "customer"]),
        st.sampled_from(["", "700", "701"]),
        st.sampled_from(["", " ", "printer"]),
    ),
    max_size=8,
)
Day = tuple[list[KeptCall], list[Connection]]


def made(split: Split, days: Sequence[Day], only: str = "") -> Report:
    tally = Tally(split, UTC, Staff(SETTINGS.team.technicians, only), Billing.by(BILLING), 60.0)
    talks = Talks(call for calls, _ in days for call in calls)
    for day, (calls, connections) in zip(DAYS, days, strict=True):
        tally.add_calls(day, calls, talks)
        tally.add_connections(day, connections)
    spells = {"201": [Spell(id="1", extension="201", host="desk1", began=NOON, until=NOON + 99)], "202": []}
    known = Known(since=DAYS[0], until=DAYS[1], spells=spells, days=dict.fromkeys(DAYS, DayState.CLOSED))
    return tally.report(known)


def as_written(found: Report, format: str) -> str:
    out = StringIO(newline="")
    write(found, SETTINGS, Wanted(found.split, None, None, 24, format), SPAN, out)
    return out.getvalue()


def in_json(found: Report) -> list[dict[str, Any]]:
    return list(map(json.loads, as_written(found, "json").splitlines()))


def in_csv(found: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(as_written(found, "csv"), newline="")))


def in_text(found: Report) -> Iterator[tuple[list[list[str]], list[str]]]:
    """The figures of each row of both tables, and those of the line below."""
    lines = iter(as_written(found, "text").splitlines())
    for names in (OF_CALLS, OF_CONNECTIONS):
        table = list(takewhile(bool, dropwhile(lambda line: not line.startswith(str(found.split)), lines)))
        rows = [re.split(" {2,}", line, maxsplit=1)[1].split()[: len(names)] for line in table[1:]]
        assert table[-1].startswith("total ")
        yield rows[:-1], rows[-1]


def as_text_has(names: Sequence[str], values: Sequence[int]) -> list[str]:
    return [
        duration(value) if name.endswith("_seconds") else f"{value}" for name, value in zip(names, values, strict=True)
    ]


@given(st.sampled_from(SPLITS), st.tuples(CALLS, CONNECTIONS), st.tuples(CALLS, CONNECTIONS))
def test_the_parts_add_up_to_the_whole_in_every_split_and_format(split: Split, first: Day, second: Day) -> None:
    found = made(split, (first, second))
    whole = NONE
    talks = Talks([*first[0], *second[0]])
    for calls, connections in (first, second):
        shares = [*shares_of_calls(calls, talks, 60.0), *shares_of_connections(connections, Billing.by(BILLING))]
        for _, share in shares:
            whole += share.figures
    values = {name: getattr(whole, name) for name in FIGURES}
    assert found.total.figures == whole

    told = in_json(found)
    assert {name: sum(row[name] for row in told) for name in FIGURES} == values

    written = in_csv(found)
    assert [list(row) for row in written] == [list(row) for row in told]
    for in_file, said in zip(written, told, strict=True):
        figures = {name: value for name, value in said.items() if name not in NAMES}
        assert {name: in_file[name] for name in figures} == {
            name: "" if value is None else str(value) for name, value in figures.items()
        }

    for names, (rows, total) in zip((OF_CALLS, OF_CONNECTIONS), in_text(found), strict=True):
        assert total == as_text_has(names, [values[name] for name in names])
        nothing = as_text_has(names, [0] * len(names))
        expected = [as_text_has(names, [row[name] for name in names]) for row in told]
        assert Counter(map(tuple, (row for row in rows if row != nothing))) == Counter(
            map(tuple, (row for row in expected if row != nothing))
        )


@given(st.tuples(CALLS, CONNECTIONS), st.tuples(CALLS, CONNECTIONS))
def test_a_report_of_one_technician_is_their_row_of_the_report_of_all(first: Day, second: Day) -> None:
    for row in made(Split.TECHNICIAN, (first, second)).rows:
        who = row.key.name or row.key.line
        if who and who not in SETTINGS.team.technicians:  # what is an extension, too, is taken for that
            alone = made(Split.DAY, (first, second), who)
            assert alone.total.figures == row.figures


@pytest.mark.parametrize("split", SPLITS)
def test_every_row_carries_what_it_rests_on(split: Split) -> None:
    rows = in_json(made(split, (([KEPT], [Connection("1", None, "", 60)]), ([], []))))
    assert rows
    for row in rows:
        assert list(row)[-9:] == [
            *("listened_from", "listened_until", "gaps", "gap_seconds", "reporting", "of"),
            *("closed_days", "open_days", "missing_days"),
        ]


def test_no_spreadsheet_takes_a_name_for_a_formula() -> None:
    connection = Connection("1", None, "", 60, technician=HOSTILE, customer=HOSTILE)
    for split in (Split.TECHNICIAN, Split.CUSTOMER):
        (row,) = in_csv(made(split, (([], [connection]), ([], []))))
        assert row[split] == f"'{HOSTILE}"


def test_the_text_fits_80_columns_where_the_figures_are_those_of_a_large_desk() -> None:
    calls = [replace(KEPT, id=f"{number:016x}", line="", known_at=NOON + 5_000) for number in range(1_000)]
    connections = [Connection(str(number), None, "", 3_000) for number in range(1_000)]
    for split in (Split.DAY, Split.HOUR, Split.TECHNICIAN):
        lines = as_written(made(split, ((calls, connections), ([], []))), "text").splitlines()
        assert max(map(len, lines)) <= 80


def test_a_long_name_is_cut_and_what_is_right_of_a_wide_one_stands_where_it_should() -> None:
    rows = [
        Connection(str(number), None, "", 60, customer=name) for number, name in enumerate(["株" * 40, "a" * 40, "b"])
    ]
    text = as_written(made(Split.CUSTOMER, (([], rows), ([], []))), "text").splitlines()
    long, short, wide = text[text.index("") + 5 :][:3]
    assert long.startswith("a" * 31 + "…  ")
    assert wide.startswith("株" * 15 + " …  ")
    assert long.index("  1 ") == short.index("  1 ")
    assert len(short) == len(long) == len(wide) + 15


def test_everybody_stands_in_the_table_of_when_somebody_listened_also_who_was_all_of_it() -> None:
    tally = Tally(Split.TECHNICIAN, UTC, Staff(SETTINGS.team.technicians), Billing(), 60.0)
    tally.add_calls(DAYS[0], [missed("201", 0)], Talks())
    spells = {"201": [Spell(id="1", extension="201", host="desk1", began=NOON, until=NOON + 99)]}
    found = tally.report(Known(since=DAYS[0], until=DAYS[1], spells=spells, days={}))
    table = as_written(found, "text").partition("When somebody listened\n")[2].splitlines()
    own, total = (next(line for line in table if line.startswith(name)) for name in ("Ayşe", "total"))
    assert own.removeprefix("Ayşe").split() == total.removeprefix("total").split()
    assert own.endswith("1 of 1")
