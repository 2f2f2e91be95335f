"""RemotePC's reseller API: add, invite, sign in and list, in the words and shapes of its page."""

import json
import time
from collections import Counter, deque
from collections.abc import Sequence
from datetime import date
from secrets import compare_digest, token_urlsafe
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tui.demo.drafts import Misread, Refused, check_draft, check_sign_in, invited_addresses
from tui.demo.system import Calendar, Clock, Refusals, SimulatedSystem, now

USERS_MOST = 20_000
LINKS_KEPT = 1_000
AUTOLOGIN = "https://login.remotepc.com/rpcnew/process/autologin/"
ALGORITHM = "eyJhbGciOiJIUzUxMiJ9"
"""The first part of the page's sample link: {"alg":"HS512"}."""
SHORTEST_PASSWORD = 6

WORDS = {
    400: "BAD_REQUEST",
    401: "UNAUTHORIZED",
    403: "Forbidden",
    429: "TOO_MANY_REQUESTS",
    500: "INTERNAL_SERVER_ERROR",
}


class Account(Struct, frozen=True):
    """A customer's account, or an invitation that was not taken yet."""

    username: str
    created: date
    alloted: int = 0
    utilized: int = 0
    is_active: bool = True
    is_invited: bool = False
    """Invited, without an account so far."""
    first_name: str = ""
    last_name: str = ""
    password: str = ""

    def listed(self) -> dict[str, object]:
        """The row of the user list, in the page's spelling."""
        return {
            "alloted_computers": self.alloted,
            "created_date": f"{self.created:%m-%d-%Y}",
            "isActive": self.is_active,
            "utilized_computers": self.utilized,
            "username": self.username,
        }


class RemotePc(SimulatedSystem):
    """The reseller's side of RemotePC."""

    name = "remotepc"

    def __init__(
        self,
        *,
        api_key: str = "",
        shortest_password: int = SHORTEST_PASSWORD,
        lists_invited: bool = True,
        account_password: str = "",
        sloppiness: int | None = None,
        clock: Clock = time.monotonic,
        calendar: Calendar = now,
    ) -> None:
        super().__init__(sloppiness=sloppiness, clock=clock, calendar=calendar)
        self.api_key = api_key
        self.shortest_password = shortest_password
        self.lists_invited = lists_invited
        self.account_password = account_password
        """Of the accounts that exist without anybody having asked this API for them."""
        self.users: dict[str, Account] = {}
        self.extra_rows: list[object] = []
        """Listed after the users as they are: what a hostile or changed server would say."""
        self.created: Counter[str] = Counter()
        self.links: deque[str] = deque(maxlen=LINKS_KEPT)
        self._refusals: deque[Refused] = deque(maxlen=1_000)

    def routes(self) -> Sequence[BaseRoute]:
        """The four calls."""
        return [
            Route(f"{self.path}/add", self._add, methods=["POST"]),
            Route(f"{self.path}/invite", self._invite, methods=["POST"]),
            Route(f"{self.path}/signin", self._sign_in, methods=["POST"]),
            Route(f"{self.path}/list", self._list, methods=["POST"]),
        ]

    def refusals(self) -> Refusals:
        """The descriptions of the page, or what stands behind it complains of."""
        return {Refused: _refused, Misread: _misread}

    # What a test or a script makes happen.

    def add_user(self, username: str, **fields: Any) -> Account:
        """An account exists, without anybody having asked this API for it."""
        account = Account(username, **{"created": self._today(), "password": self.account_password, **fields})
        self._keep(account)
        return account

    def change_user(self, username: str, **fields: Any) -> None:
        """An account is used more or less, is cancelled, or an invitation is taken."""
        self.users[username.casefold()] = replace(self.users[username.casefold()], **fields)

    def refuse(
        self, description: str, status: int = 400, times: int = 1, *, more: Sequence[str] = (), http_status: int = 0
    ) -> None:
        """Answer the next calls with this description and `more` of them.

        `http_status` differs where HTTP says 200 all the same.
        """
        self._refusals.extend(Refused([description, *more], status, http_status) for _ in range(times))

    # What the page describes.

    async def _add(self, request: Request) -> Response:
        self._admit(request)
        draft = await _object(request)
        check_draft(draft, self.shortest_password)
        username = draft["invitedUserEmailId"].strip()
        if username.casefold() in self.users:
            raise Refused(["EMAIL_EXISTS"])
        self._keep(
            Account(
                username,
                self._today(),
                alloted=draft.get("allotedComputers", 0),
                first_name=draft["firstName"],
                last_name=draft["lastName"],
                password=draft["password"],
            )
        )
        self.created[username] += 1
        return _done("SUCCESS")

    async def _invite(self, request: Request) -> Response:
        self._admit(request)
        invited = invited_addresses(await _parsed(request))
        return _done([{"username": each, "status": self._invited(each, seats)} for each, seats in invited])

    def _invited(self, username: str, seats: int) -> str:
        known = self.users.get(username.casefold())
        if known is not None:
            return "ALREADY_INVITED" if known.is_invited else "EXISTS"
        self._keep(Account(username, self._today(), alloted=seats, is_active=False, is_invited=True))
        self.created[username] += 1
        return "INVITED"

    async def _sign_in(self, request: Request) -> Response:
        self._admit(request)
        given = await _object(request)
        check_sign_in(given)
        account = self.users.get(given["username"].casefold())
        if account is None or account.is_invited:
            raise Refused(["USERNAME_DOES_NOT_EXIST"])
        if not account.is_active:
            raise Refused(["CANCELLED_ACCOUNT"])
        if account.password != given["password"]:
            raise Refused(["INVALID_PASSWORD"])
        link = f"{AUTOLOGIN}{ALGORITHM}.{token_urlsafe(16)}"
        self.links.append(link)
        return _done({"rpc_redirect_link": link})

    async def _list(self, request: Request) -> Response:
        self._admit(request, "UNAUTHORIZED_ACCCESS")
        rows: list[object] = [
            account.listed() for account in self.users.values() if self.lists_invited or not account.is_invited
        ]
        return _done({"resellerUsersList": rows + self.extra_rows})

    def _admit(self, request: Request, unauthorized: str = "NOT_AUTHORIZED") -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme != "Bearer" or not compare_digest(key.encode(), self.api_key.encode()):
            raise Refused([unauthorized], 401)
        if self._refusals:
            raise self._refusals.popleft()

    def _keep(self, account: Account) -> None:
        if len(self.users) >= USERS_MOST:
            raise OverflowError(f"{USERS_MOST} users exist already")
        self.users[account.username.casefold()] = account

    def _today(self) -> date:
        return self.calendar().date()


def _done(message: object) -> Response:
    # Written by json.dumps's default, because a lone surrogate can only travel as an escape.
    body = json.dumps({"status": "OK", "code": 200, "message": message})
    return Response(body, media_type="application/json")


async def _refused(_request: Request, refused: Refused) -> Response:
    return JSONResponse(
        {
            "status": WORDS.get(refused.code, "ERROR"),
            "code": refused.code,
            "errorsCount": len(refused.descriptions),
            "errors": [{"description": each} for each in refused.descriptions],
        },
        refused.status,
    )


async def _misread(request: Request, _error: Misread) -> Response:
    """What a Spring program says to a body it cannot read; `status` is a number here."""
    return JSONResponse({"timestamp": 0, "status": 400, "error": "Bad Request", "path": request.url.path}, 400)


async def _parsed(request: Request) -> Any:
    try:
        return json.loads(await request.body())
    except ValueError:
        raise Misread from None


async def _object(request: Request) -> dict[str, Any]:
    parsed = await _parsed(request)
    if not isinstance(parsed, dict):
        raise Misread
    return parsed
