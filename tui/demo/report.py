"""How Alpemix writes a report: the page's spelling, its odd key for the duration, and its backslashes in dates."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from tui.demo.spelling import json_text

Row = dict[str, object]
"""A connection in the page's spelling; `dt` is an aware datetime until it is written."""

DateStyle = Literal["raw", "escaped", "slash", "dot", "bare"]
r"""How a date comes out: `raw` as the page shows it (22\08\2024, which is not JSON), `escaped` (22\\08\\2024),
`slash` (22/08/2024), `dot` (22.08.2024), and `bare`: no backslash of the whole report is escaped."""

DURATION_KEY = "dur:"
SEPARATORS: dict[DateStyle, str] = {"slash": "/", "dot": "."}


def report_text(rows: Iterable[Row], *, dates: DateStyle, timezone: ZoneInfo, duration_key: str) -> str:
    """The answer to a report request, as text that need not be valid JSON."""
    written = ",\n".join(_row_text(row, dates, timezone, duration_key) for row in rows)
    return f'{{\n"errornumber": 0,\n"results":[ {written} ]\n}}'


def _row_text(row: Row, dates: DateStyle, timezone: ZoneInfo, duration_key: str) -> str:
    fields = []
    for key, value in row.items():
        shown = _date_text(value, dates, timezone) if isinstance(value, datetime) else value
        text = json_text(shown)
        if dates == "bare" or (dates == "raw" and key == "dt"):
            text = text.replace("\\\\", "\\")
        fields.append(f"{json_text(duration_key if key == 'dur' else key)}:{text}")
    return "{ " + ", ".join(fields) + " }"


def _date_text(at: datetime, dates: DateStyle, timezone: ZoneInfo) -> str:
    local = at.astimezone(timezone)
    separator = SEPARATORS.get(dates, "\\")
    return f"{local:%H:%M:%S} {local:%d}{separator}{local:%m}{separator}{local:%Y}"
