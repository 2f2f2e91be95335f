"""Alpemix's web API: one address, a token for a day, and reports that may be asked three times a minute.

It is strict: token requests are counted for each address they come from, which is blocked for all its requests when it
sends too many; reports are counted for each account; a token is good only for the address that it was given to.
"""

import json
import math
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from secrets import token_urlsafe
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tui.demo.report import DURATION_KEY, DateStyle, Row, report_text
from tui.demo.system import Calendar, Clock, SimulatedSystem, now

TOKEN_REQUESTS_A_MINUTE = 5
REPORT_REQUESTS_A_MINUTE = 3
MINUTE = 60.0
TOKEN_SECONDS = 24 * 60 * 60.0
BLOCK_SECONDS = 15 * 60.0
CONNECTIONS_KEPT = 20_000
TOKENS_KEPT = 100
TIMES_KEPT = 10_000

STEP_MISSING = 100
STEP_WRONG = 101
CREDENTIALS_WRONG = 102
CREDENTIALS_UNSAFE = 104
VALUES_WRONG = 106
REQUEST_UNDEFINED = 107
NO_RECORD = 200
OTHER_ADDRESS = 201
TOKEN_EXPIRED = 202
TOKEN_INVALID = 203
TOKEN_LIMIT = 204
REPORT_LIMIT = 205

UNSAFE = frozenset("'\"`;\\<>")


class _Token(Struct):
    """What was given to whom, and where from it may be used."""

    user: str
    address: str
    dies: float


class Refused(Exception):
    """A request the page has an error number for."""

    def __init__(self, error_number: int) -> None:
        super().__init__(str(error_number))
        self.error_number = error_number


class Alpemix(SimulatedSystem):
    """The remote-support service, with the limits and error numbers of its page."""

    name = "alpemix"

    def __init__(
        self,
        *,
        user: str = "helpdesk",
        secret_key: str = "",
        dates: DateStyle = "raw",
        timezone: str = "Europe/Istanbul",
        block_seconds: float = BLOCK_SECONDS,
        duration_key: str = DURATION_KEY,
        encoding: str = "utf-8",
        sloppiness: int | None = None,
        clock: Clock = time.monotonic,
        calendar: Calendar = now,
    ) -> None:
        super().__init__(sloppiness=sloppiness, clock=clock, calendar=calendar)
        self.user = user
        self.secret_key = secret_key
        self.dates: DateStyle = dates
        self.timezone = ZoneInfo(timezone)
        self.block_seconds = block_seconds
        self.duration_key = duration_key
        self.encoding = encoding
        self.connections: deque[Row] = deque(maxlen=CONNECTIONS_KEPT)
        self.token_requests: deque[float] = deque(maxlen=TIMES_KEPT)
        self.report_requests: deque[float] = deque(maxlen=TIMES_KEPT)
        self.violations = 0
        self.accounts: dict[str, str] = {}
        """Further main users with their keys."""
        self._tokens: OrderedDict[str, _Token] = OrderedDict()
        self._errors_to_give: deque[int] = deque(maxlen=TIMES_KEPT)
        self._granted: dict[tuple[str, str], deque[float]] = {}
        self._blocked_until: dict[str, float] = {}
        self._rows_of_day: defaultdict[date, list[Row]] = defaultdict(list)
        self._next_uid = 1

    def routes(self) -> Sequence[BaseRoute]:
        """The one address."""
        return [Route(self.path, self._answer, methods=["POST"])]

    # What a test or a script makes happen.

    def add_connection(self, *, started: datetime | None = None, **fields: object) -> Row:
        """A connection was made, now or at `started`; the other fields are spelled as on the page.

        A field given as `...` is left out.
        """
        row: Row = {
            "uid": f"{self._next_uid:010d}",
            "dt": started or self.calendar(),
            "dur": 0,
            "dir": 0,
            "exp": "",
            "supnum": "",
            "uname": "desk1",
            "ip": "192.0.2.10",
            "lip": "10.0.0.10",
            "unum": "U-0000-0001",
            "aid": "100200300",
            "tuname": "Harbour Dental",
            "tip": "198.51.100.20",
            "tlip": "10.1.0.20",
            "tunum": "T-0000-0001",
            "taid": "400500600",
        } | fields
        for name in [name for name, value in row.items() if value is ...]:
            del row[name]
        self._next_uid += 1
        if len(self.connections) == CONNECTIONS_KEPT:
            oldest = self.connections[0]
            self._rows_of_day[self._started(oldest).date()].remove(oldest)
        self.connections.append(row)
        self._rows_of_day[self._started(row).date()].append(row)
        return row

    def explain(self, uid: str, *, exp: str | None = None, supnum: str | None = None, dur: int | None = None) -> None:
        """The technician filled in the report of a connection, or it went on for longer."""
        for row in self.connections:
            if row["uid"] == uid:
                row |= {k: v for k, v in {"exp": exp, "supnum": supnum, "dur": dur}.items() if v is not None}

    def answer_with(self, error_number: int, times: int = 1) -> None:
        """Give this error number to the next requests."""
        self._errors_to_give.extend([error_number] * times)

    def expire_token(self) -> None:
        """Let every token that was given out have run out."""
        for token in self._tokens.values():
            token.dies = self.clock()

    def rows_on(self, day: date) -> list[Row]:
        """The truth about a day by the server's calendar, newest first, whether or not it may still be asked for."""
        dated = [(self._started(row), row) for row in self._rows_of_day.get(day, ())]
        # The sort is stable, so of two at the same time the one that was added last comes first.
        dated.reverse()
        dated.sort(key=lambda each: each[0], reverse=True)
        return [row for _, row in dated]

    # What the page describes.

    async def _answer(self, request: Request) -> Response:
        try:
            text = self._reply(_parsed(await request.body()), request.client.host if request.client else "")
        except Refused as refused:
            text = json.dumps({"errornumber": refused.error_number})
        return Response(text.encode(self.encoding, "replace"), media_type="application/json")

    def _reply(self, asked: dict[str, Any], address: str) -> str:
        step = asked.get("stepnumber")
        # Even an answer that is forced upon it was a request, and is counted as one.
        if step == 1:
            self.token_requests.append(self.clock())
        elif step == 2:
            self.report_requests.append(self.clock())
        if self._errors_to_give:
            raise Refused(self._errors_to_give.popleft())
        if step is None:
            raise Refused(STEP_MISSING)
        if type(step) is not int or step not in {1, 2}:
            raise Refused(STEP_WRONG)
        if self.clock() < self._blocked_until.get(address, -math.inf):
            self.violations += 1
            raise Refused(TOKEN_LIMIT)
        return self._token(asked, address) if step == 1 else self._report(asked, address)

    def _token(self, asked: dict[str, Any], address: str) -> str:
        if not self._grants("token", address, TOKEN_REQUESTS_A_MINUTE):
            self.violations += 1
            self._blocked_until[address] = self.clock() + self.block_seconds
            raise Refused(TOKEN_LIMIT)
        secret_key, user = asked.get("secretkey"), asked.get("mainusername")
        if not isinstance(secret_key, str) or not isinstance(user, str) or not secret_key or not user:
            raise Refused(CREDENTIALS_WRONG)
        if UNSAFE & set(secret_key + user) or not (secret_key + user).isprintable():
            raise Refused(CREDENTIALS_UNSAFE)
        if (user, secret_key) not in {(self.user, self.secret_key), *self.accounts.items()}:
            raise Refused(NO_RECORD)
        token = token_urlsafe(24)
        self._tokens[token] = _Token(user, address, self.clock() + TOKEN_SECONDS)
        while len(self._tokens) > TOKENS_KEPT:
            self._tokens.popitem(last=False)
        return json.dumps({"errornumber": 0, "accesstoken": token})

    def _report(self, asked: dict[str, Any], address: str) -> str:
        token, number = asked.get("accesstoken"), asked.get("requestnumber")
        known = self._tokens.get(token) if isinstance(token, str) else None
        # What comes with no token of anybody is counted too, together.
        if not self._grants("report", known.user if known else "", REPORT_REQUESTS_A_MINUTE):
            self.violations += 1
            raise Refused(REPORT_LIMIT)
        if number is None:
            raise Refused(REQUEST_UNDEFINED)
        if not isinstance(token, str) or type(number) is not int:
            raise Refused(VALUES_WRONG)
        if known is None:
            raise Refused(TOKEN_INVALID)
        if known.address != address:
            raise Refused(OTHER_ADDRESS)
        if self.clock() >= known.dies:
            raise Refused(TOKEN_EXPIRED)
        if number == 2:
            return self._rows_of(days_ago=1, last=0)
        if number != 1:
            raise Refused(REQUEST_UNDEFINED)
        last = asked.get("lastxconnection")
        if type(last) is not int or last < 0:
            raise Refused(VALUES_WRONG)
        return self._rows_of(days_ago=0, last=last)

    def _rows_of(self, *, days_ago: int, last: int) -> str:
        day = self.calendar().astimezone(self.timezone).date() - timedelta(days=days_ago)
        newest_first = self.rows_on(day)
        return report_text(
            newest_first[:last] if last else newest_first,
            dates=self.dates,
            timezone=self.timezone,
            duration_key=self.duration_key,
        )

    def _grants(self, what: str, whose: str, most: int) -> bool:
        """Whether one more is allowed in this minute; a refusal does not count against the next."""
        granted, at = self._granted.setdefault((what, whose), deque(maxlen=most)), self.clock()
        if len(granted) == most and at - granted[0] < MINUTE:
            return False
        granted.append(at)
        return True

    def _started(self, row: Row) -> datetime:
        """When it was; a row whose date is no date (a hostile one) counts as new."""
        at = row.get("dt")
        return (at if isinstance(at, datetime) else self.calendar()).astimezone(self.timezone)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        asked = json.loads(body)
    except ValueError:
        raise Refused(STEP_MISSING) from None
    if not isinstance(asked, dict):
        raise Refused(STEP_MISSING)
    return asked
