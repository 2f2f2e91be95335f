"""The sums below the connections: whole figures at any width, and who worked longest first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.models.connections import Connection
from tui.panes.connection_facts import sums_of

ROWS = st.lists(
    st.builds(
        Connection,
        uid=st.just("1"),
        started=st.none(),
        started_text=st.just(""),
        seconds=st.none() | st.integers(0, 10**7),
        technician=st.sampled_from(["", "desk1", "nöbetçi", "技術者", "Doe, Jane", "x" * 60, "a/b 5"]),
    ),
    max_size=12,
)


@given(ROWS, st.integers(20, 200))
def test_no_figure_is_cut_at_any_width(rows: list[Connection], width: int) -> None:
    sums = sums_of(rows)
    line = sums.line(width)
    assert cell_len(line) <= width or line == sums.in_all[0]
    whole = ", ".join(sums.in_all)
    if line.startswith(f"{whole}: ") and " technicians" not in line:
        rest = line.removeprefix(f"{whole}: ")
        shown = [part for part in sums.technicians if part in rest]
        left = len(sums.technicians) - len(shown)
        assert rest == ", ".join([*shown, *([f"+{left} more"] if left else [])])
        assert shown == list(sums.technicians[: len(shown)])


@given(ROWS)
def test_all_fit_where_there_is_room(rows: list[Connection]) -> None:
    sums = sums_of(rows)
    assert all(part in sums.line(1_000) for part in (*sums.in_all, *sums.technicians))
    assert "more" not in sums.line(1_000)
