"""Reading an answer of Alpemix: strictly first, then with the least repair that makes it readable.

The page shows dates with raw backslashes (``22\\08\\2024``) and a key ``"dur:"``; its sample is no JSON. What the
server really sends is not known, so every reading of the page is understood.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct

from tui.config import Secret
from tui.models.connections import Connection, ConnectionMode, Report
from tui.services.errors import Refused
from tui.services.fields import ROWS_LIMIT, by_folded_key, text, unknown, whole

TURKISH: Final = "cp1254"
"""What a Turkish Windows writes where it does not write UTF-8."""

# A backslash of a date that is not yet escaped, nor itself an escape of a slash.
_DATE: Final = re.compile(r'("\s*dt\s*:?\s*"\s*:\s*")([^"]*)"', re.IGNORECASE)
_BARE_IN_DATE: Final = re.compile(r"(?<!\\)\\(?![\\/])")
# Everywhere: all but the escapes of a quote and of a letter by its number.
_BARE: Final = re.compile(r'\\(?!"|u[0-9a-fA-F]{4})')
_ROW: Final = re.compile(r"\{[^{}]*\}")
_RESULTS: Final = re.compile(r'"\s*results\s*:?\s*"\s*:\s*\[', re.IGNORECASE)
_UID: Final = re.compile(r'"\s*uid\s*:?\s*"\s*:\s*"?([^",}\\]*)', re.IGNORECASE)

_MOMENT: Final = re.compile(
    r"\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s+(\d{1,2})(?:\\{1,2}|[/.-])(\d{1,2})(?:\\{1,2}|[/.-])(\d{4})\s*", re.ASCII
)

_TEXTS: Final = {
    "exp": "explanation",
    "supnum": "support_number",
    "uname": "technician",
    "ip": "ip",
    "lip": "local_ip",
    "unum": "device",
    "aid": "alpemix_id",
    "tuname": "customer",
    "tip": "customer_ip",
    "tlip": "customer_local_ip",
    "tunum": "customer_device",
    "taid": "customer_alpemix_id",
}
_KNOWN: Final = frozenset({"uid", "dt", "dur", "dir", *_TEXTS})
_MODES: Final = {0: ConnectionMode.SUPPORT, 1: ConnectionMode.PRESENTATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An answer that could be read."""

    fields: Mapping[str, object] = field(repr=False)
    """Under their folded keys; one of them may be the access token."""
    repaired: bool
    size: int = 0
    """Bytes of the answer."""


class _UnreadableRow(Struct, frozen=True):
    uid: str


def read_answer(body: bytes) -> Reading | None:
    """The object that the server sent, None when it is none or not whole."""
    try:
        written, repaired = body.decode("utf-8-sig"), False
    except UnicodeDecodeError:
        written, repaired = body.decode(TURKISH, "replace"), True
    for attempt, parse in enumerate((_strict, _tolerant, _with_dates_escaped, _with_all_escaped, _row_by_row)):
        try:
            payload = parse(written)
        except (ValueError, RecursionError):
            continue
        if isinstance(payload, dict):
            return Reading(fields=by_folded_key(payload), repaired=repaired or attempt > 0, size=len(body))
        return None
    return None


def _strict(written: str) -> object:
    return json.loads(written)


def _tolerant(written: str) -> object:
    """With raw line breaks and tabs in what a technician wrote."""
    return json.loads(written, strict=False)


def _with_dates_escaped(written: str) -> object:
    return _tolerant(_DATE.sub(_date_escaped, written))


def _date_escaped(match: re.Match[str]) -> str:
    return f'{match[1]}{_BARE_IN_DATE.sub(_DOUBLED, match[2])}"'


_DOUBLED: Final = r"\\\\"


def _with_all_escaped(written: str) -> object:
    """A server that escapes nothing: ``DOM\\user`` in a name."""
    return _tolerant(_BARE.sub(_DOUBLED, written))


def _row_by_row(written: str) -> object:
    """One bad row must not cost the others; an answer that breaks off is not read in part."""
    start = _RESULTS.search(written)
    if start is None or not written.rstrip().endswith("}"):
        raise ValueError
    end = written.rindex("]", start.end())
    rows = list(_rows_in(written[start.end() : end]))
    payload = _tolerant(f"{written[: start.end()]}{written[end:]}")
    if not isinstance(payload, dict) or not rows:
        raise ValueError
    return payload | {"results": rows}


def _rows_in(written: str) -> Iterator[object]:
    for match in _ROW.finditer(written):
        for parse in (_tolerant, _with_dates_escaped, _with_all_escaped):
            try:
                yield parse(match[0])
                break
            except (ValueError, RecursionError):
                continue
        else:
            uid = _UID.search(match[0])
            yield _UnreadableRow(text(uid[1]) if uid else "")


def token_of(reading: Reading) -> Secret:
    """The access token in an answer, empty when there is none."""
    token = reading.fields.get("accesstoken")
    return Secret(token.strip() if isinstance(token, str) else "")


def report_of(reading: Reading, zone: tzinfo) -> Report | None:
    """The report in an answer, None when there is none in it; no row is ever left out."""
    results = reading.fields.get("results")
    if not isinstance(results, list):
        return None
    rows = tuple(_connection(each, zone) for each in results[:ROWS_LIMIT])
    return Report(rows=rows, repaired=reading.repaired, unreadable=sum(1 for row in rows if row.problem))


def _connection(row: object, zone: tzinfo) -> Connection:
    if isinstance(row, _UnreadableRow):
        return Connection(uid=row.uid, started=None, started_text="", seconds=None, problem="is no whole JSON")
    if not isinstance(row, dict):
        return Connection(uid="", started=None, started_text=text(row), seconds=None, problem="is no object")
    fields = by_folded_key(row)
    uid, started_text = text(fields.get("uid")), text(fields.get("dt"))
    started = moment(started_text, zone)
    seconds, mode = whole(fields.get("dur")), whole(fields.get("dir"))
    problems = []
    if not uid:
        problems.append("no uid")
    if started is None:
        problems.append("no readable date" if started_text else "no date")
    if seconds is None and fields.get("dur") not in (None, ""):
        problems.append("no readable duration")
    known = _KNOWN if mode in _MODES or fields.get("dir") is None else _KNOWN - {"dir"}
    return Connection(
        uid=uid,
        started=started,
        started_text=started_text,
        seconds=seconds if seconds is None or seconds >= 0 else None,
        mode=ConnectionMode.UNKNOWN if mode is None else _MODES.get(mode, ConnectionMode.UNKNOWN),
        problem=", ".join(problems),
        extra=unknown(row, known),
        **{name: text(fields.get(key)) for key, name in _TEXTS.items()},
    )


def moment(written: str, zone: tzinfo) -> datetime | None:
    r"""A date of the page, ``23:38:18 22\08\2024``, also with ``/``, ``.`` or ``-``; None when it is none."""
    match = _MOMENT.fullmatch(written)
    if match is None:
        return None
    hour, minute, second, day, month, year = (int(each or 0) for each in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def zone_of(name: str) -> tzinfo:
    """The time zone of the server.

    Raises:
        Refused: this machine does not know it.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        if name == "Europe/Istanbul":  # a machine without zones; Turkey keeps UTC+3 all year
            return timezone(timedelta(hours=3), name)
    raise Refused(f"alpemix.timezone: this machine knows no time zone {name}.", setting="alpemix.timezone")
