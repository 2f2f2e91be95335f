"""A report of Alpemix: its rows as values of ours, whatever of them can be read."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from typing import Final, Generic, Literal, TypeVar, cast

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from tui.config import Secret
from tui.models.connections import Connection, ConnectionMode, Report
from tui.models.text import BAD_SIGN, LIMIT, clean
from tui.services.alpemix.repair import UnreadableRow, repaired
from tui.services.decoding import decoded
from tui.services.fields import ROWS_LIMIT, TEXT_KEPT, WHOLE_LIMIT, by_folded_key, text, unknown, whole

Plain = TypeVar("Plain", bound="_PlainRow")

TOKEN_LENGTH: Final = 4_096
"""Characters of an access token."""

_MOMENT: Final = re.compile(
    r"\s*(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?\s+(\d{1,2})(?:\\{1,2}|[/.-])(\d{1,2})(?:\\{1,2}|[/.-])(\d{4})\s*", re.ASCII
)

PLAIN_LENGTH: Final = len("23:38:18 22/08/2024")
_DAY: Final = re.compile(r" (\d\d)[\\/.-](\d\d)[\\/.-](\d{4})", re.ASCII)

_CLOCK: Final = re.compile(r"([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])")

_MODES: Final = {0: ConnectionMode.SUPPORT, 1: ConnectionMode.PRESENTATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An answer that could be read."""

    fields: Mapping[str, object] = field(repr=False)
    """Under their folded keys; one of them may be the access token."""
    repaired: bool


class _PlainRow(Struct, gc=False, forbid_unknown_fields=True):
    """A row with the keys that the page lists and the types that it names: read straight from the bytes, texts first.

    Anything else, however little it differs, is read with more patience and comes to the same.
    """

    uid: str
    dt: str
    exp: str
    supnum: str
    uname: str
    ip: str
    lip: str
    unum: str
    aid: str
    tuname: str
    tip: str
    tlip: str
    tunum: str
    taid: str
    dur: int
    dir: int


class _PlainColonRow(_PlainRow, gc=False, forbid_unknown_fields=True, rename={"dur": "dur:"}):
    """The same with the key of the page's sample."""


class _PlainReport(Struct, Generic[Plain], forbid_unknown_fields=True):
    errornumber: Literal[0]
    results: list[Plain]


_KNOWN: Final = frozenset(_PlainRow.__struct_fields__)
_TEXTS: Final = _PlainRow.__struct_fields__[2:-2]
"""Those that are texts and no more, in the order of the fields of a connection."""

_PLAIN: Final = msgspec.json.Decoder(_PlainReport[_PlainRow])
_PLAIN_COLON: Final = msgspec.json.Decoder(_PlainReport[_PlainColonRow])


def read_answer(body: bytes) -> Reading | None:
    """The object that the server sent, None when it is none or not whole."""
    try:
        whole_report = (_PLAIN_COLON if b'"dur:"' in body else _PLAIN).decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_with_patience(body)
    return Reading(fields=msgspec.structs.asdict(whole_report), repaired=False)


def _read_with_patience(body: bytes) -> Reading | None:
    written, _, is_sure = decoded(body)
    payload, was_repaired = repaired(written.strip("\0 \t\r\n"))
    if not isinstance(payload, dict):
        return None
    return Reading(fields=by_folded_key(payload), repaired=not is_sure or was_repaired)


def token_of(reading: Reading) -> Secret:
    """The access token in an answer, empty when there is none that can be sent."""
    token = reading.fields.get("accesstoken")
    token = token.strip() if isinstance(token, str) else ""
    is_token = len(token) <= TOKEN_LENGTH and token.isprintable() and BAD_SIGN not in token
    return Secret(token if is_token else "")


def report_of(reading: Reading, zone: tzinfo) -> Report | None:
    """The report in an answer, None when there is none in it; no row is ever left out."""
    results = reading.fields.get("results")
    if not isinstance(results, list):
        return None
    rows = tuple(_connection(each, zone) for each in results[:ROWS_LIMIT])
    return Report(rows=rows, repaired=reading.repaired, unreadable=sum(1 for row in rows if row.problem))


def _connection(row: object, zone: tzinfo) -> Connection:
    if isinstance(row, _PlainRow):
        return _plain_connection(row, zone)
    if isinstance(row, UnreadableRow):
        raw = (("as it came", row.raw),)
        return Connection(
            uid=row.uid, started=None, started_text="", seconds=None, problem="is no whole JSON", extra=raw
        )
    if not isinstance(row, dict):
        written = text(row, TEXT_KEPT)
        return Connection(uid="", started=None, started_text=written, seconds=None, problem="is no object")
    fields = by_folded_key(row)
    uid, started_text = text(fields.get("uid")), text(fields.get("dt"))
    dur, dir_ = fields.get("dur"), fields.get("dir")
    started, seconds, mode = moment(started_text, zone), seconds_of(dur), whole(dir_)
    has_length = seconds is not None or not text(dur).strip()
    problem = "" if uid and started and has_length else _problem(uid, started, started_text, has_length=has_length)
    odd = _odd(("dur", dur, not has_length), ("dir", dir_, mode not in _MODES and dir_ is not None))
    return Connection(  # type: ignore[call-arg] # the texts stand in its order
        uid,
        started,
        started_text,
        seconds,
        ConnectionMode.UNKNOWN if mode is None else _MODES.get(mode, ConnectionMode.UNKNOWN),
        *_texts([fields.get(key) for key in _TEXTS]),  # type: ignore[arg-type]
        problem,
        odd if _KNOWN.issuperset(fields) else odd + unknown(row, _KNOWN, TEXT_KEPT),
    )


def _plain_connection(row: _PlainRow, zone: tzinfo) -> Connection:
    *written, dur, dir_ = astuple(row)
    uid, started_text, *texts = _texts(written)
    started, mode = moment(started_text, zone), _MODES.get(dir_)
    has_length = 0 <= dur < WHOLE_LIMIT
    return Connection(  # type: ignore[call-arg] # the texts stand in its order
        uid,
        started,
        started_text,
        dur if has_length else None,
        mode or ConnectionMode.UNKNOWN,
        *texts,  # type: ignore[arg-type]
        "" if uid and started and has_length else _problem(uid, started, started_text, has_length=has_length),
        () if has_length and mode else _odd(("dur", dur, not has_length), ("dir", dir_, mode is None)),
    )


def _odd(*values: tuple[str, object, bool]) -> tuple[tuple[str, str], ...]:
    """Those of (key, value, whether it is not understood) that are not, as they came."""
    return tuple((key, text(value, TEXT_KEPT)) for key, value, is_odd in values if is_odd)


def _texts(values: list[object]) -> list[str]:
    """The texts of a row, cleaned. Most need none, which is seen of all at once."""
    texts = cast("list[str]", values)
    try:
        together = "".join(texts)
    except TypeError:  # one of them is no text
        return [text(value, TEXT_KEPT) for value in values]
    if together.isprintable() and len(together) <= LIMIT:
        return texts if together.isascii() else [each if each.isascii() else _cleaned(each) for each in texts]
    return [
        value
        if value.isascii() and value.isprintable() and len(value) <= TEXT_KEPT
        else _cleaned(value)
        if len(value) <= LIMIT
        else clean(value, TEXT_KEPT)
        for value in texts
    ]


_cleaned: Final = functools.lru_cache(maxsize=2_048)(clean)
"""A report names the same customers again and again; what is long is written once, and not remembered here."""


def _problem(uid: str, started: datetime | None, started_text: str, *, has_length: bool) -> str:
    """What of a row cannot be read."""
    no_date = "no readable date" if started_text else "no date"
    problems = {"no uid": not uid, no_date: started is None, "no readable duration": not has_length}
    return ", ".join(problem for problem, is_there in problems.items() if is_there)


def seconds_of(value: object) -> int | None:
    """A length in whole seconds, also as ``00:05:30`` or ``12.0``; None where it is none, or not whole."""
    if isinstance(value, str) and (clock := _CLOCK.fullmatch(value.strip())) is not None:
        hours, minutes, seconds = map(int, clock.groups())
        return 3600 * hours + 60 * minutes + seconds
    found = whole(value)
    return found if found is not None and found >= 0 else None


def moment(written: str, zone: tzinfo) -> datetime | None:
    r"""A date of the page, ``23:38:18 22\08\2024``, also with ``/``, ``.`` or ``-``; None when it is none."""
    if len(written) == PLAIN_LENGTH and written[2] == ":" == written[5] and (begun := _day(written[8:])) is not None:
        try:  # as most are written: read three times as fast
            return datetime.combine(begun, time.fromisoformat(written[:8]), zone)
        except ValueError:
            return None
    match = _MOMENT.fullmatch(written)
    if match is None:
        return None
    hour, minute, second, day, month, year = (int(each or 0) for each in match.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


@functools.lru_cache(maxsize=16)
def _day(written: str) -> date | None:
    """The day of a date with every digit in its place: the same for all rows of a report."""
    match = _DAY.fullmatch(written)
    try:
        return None if match is None else date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return None
