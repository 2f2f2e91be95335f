"""Alpemix's reports, read as the program reads them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from tui.models.connections import Report
from tui.services.alpemix.report import read_answer, report_of

ISTANBUL = ZoneInfo("Europe/Istanbul")


def report_in(body: bytes | str) -> Report:
    """The report that an answer brings; the server's clock is that of Istanbul."""
    reading = read_answer(body.encode() if isinstance(body, str) else body)
    assert reading is not None
    report = report_of(reading, ISTANBUL)
    assert report is not None
    return report
