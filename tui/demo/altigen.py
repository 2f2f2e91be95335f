"""AltiGen's WebProxy: sessions that hold a licence, an event channel, and the commands of the Web API guide."""

import base64
import binascii
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from secrets import compare_digest, token_hex
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from tui.demo.channels import Channel, Session
from tui.demo.events_route import EventsRoute
from tui.demo.exchange import Exchange, Product
from tui.demo.ids import new_id
from tui.demo.record_route import RECORD_PATH, RecordRoute
from tui.demo.spelling import Spelling, respelled
from tui.demo.switchboard import NOT_SUPPORTED, Call, Refused
from tui.demo.system import Calendar, Clock, now

PLACED_KEPT = 1_000
POLICY_VIOLATION = 1008
NOT_LOGGED_ON = 3013
NO_SUCH_TARGET = 1

Bind = Literal["json", "text", "none"]


class Altigen(Exchange):
    """The phone system, strict about the guide; every gap of the guide is a constructor argument."""

    name = "altigen"

    def __init__(
        self,
        *,
        user: str = "201",
        password: str = "",
        system: Product = "maxcs",
        licences: int = 1,
        bind: Bind = "json",
        events_path: str = "/events",
        record_path: str = RECORD_PATH,
        spelling: Spelling = "guide",
        sloppiness: int | None = None,
        clock: Clock = time.monotonic,
        calendar: Calendar = now,
    ) -> None:
        super().__init__(
            user=user, system=system, spelling=spelling, sloppiness=sloppiness, clock=clock, calendar=calendar
        )
        self.password = password
        self.licences = licences
        self.bind = bind
        self.events_path = events_path
        self.record_path = record_path
        self._record_route = RecordRoute(record_path)
        self.logons = 0
        self.logoffs = 0
        self.sessions_most = 0
        """The most sessions that were ever held at one moment."""
        self.placed: deque[dict[str, Any]] = deque(maxlen=PLACED_KEPT)
        self.on_placed: Callable[[int], None] = lambda _: None
        """Told the handle of each call a client places; a script lets it be answered."""

    def routes(self) -> Sequence[BaseRoute]:
        """The paths of the guide, below the address."""
        record = self._record_route
        events = EventsRoute(self.events_path)
        return [
            Route(self.path + "/sessions", self._log_on, methods=["POST"]),
            Route(self.path + "/sessions/{session}", self._log_off, methods=["DELETE"]),
            Route(self.path + "/sessions/{session}/calls", self._make_call, methods=["POST"]),
            Route(self.path + "/sessions/{session}/calls/{call}", self._drop_call, methods=["DELETE"]),
            Route(self.path + record.path, self._record(record), methods=["POST"]),
            WebSocketRoute(self.path + events.path, self._channel(events)),
        ]

    async def _log_on(self, request: Request) -> Response:
        if not self._is_user(request.headers.get("authorization", "")):
            headers = {"WWW-Authenticate": 'Basic realm="WebProxy"'}
            return _error(401, 401, "The user name or password does not match", headers)
        try:
            body = json.loads(await request.body() or b"{}")
            old = body.get("sessionId")
        except (ValueError, AttributeError):
            return _error(500, 500, "The body is not a session")
        session = self.sessions.get(old) if isinstance(old, str) else None
        if session is None:
            if len(self.sessions) >= self.licences:
                return _error(402, 3012, "No license is available")
            session = Session(self._new_id(), self.user)
            self.sessions[session.id] = session
            self.sessions_most = max(self.sessions_most, len(self.sessions))
        self.logons += 1
        return JSONResponse(respelled({"sessionId": session.id}, self.spelling))

    async def _log_off(self, request: Request) -> Response:
        session = self.sessions.pop(request.path_params["session"], None)
        if session is None:
            return _error(500, NOT_LOGGED_ON, "The session could not be found")
        self.logoffs += 1
        for channel in list(session.channels):
            await self._close(channel, 1000)
        return Response()

    async def _make_call(self, request: Request) -> Response:
        if request.path_params["session"] not in self.sessions:
            return _error(404, NOT_LOGGED_ON, "The session could not be found")
        target = await _json_object(request)
        number = target.get("target")
        if not isinstance(number, str) or not number.strip():
            return _error(500, NO_SUCH_TARGET, "The target is missing")
        if not isinstance(target.get("trunkAccessCode", ""), str):
            return _error(500, NO_SUCH_TARGET, "The trunk access code is not a string")
        self.placed.append(target)
        handle = await self.ringback(number)
        self.on_placed(handle)
        return Response()

    async def _drop_call(self, request: Request) -> Response:
        call = self._call_of(request, request.path_params["call"])
        if isinstance(call, Response):
            return call
        if self.system == "maxacd":
            return _error(500, NOT_SUPPORTED, "Drop call is not supported")
        await self.disconnect(call.handle)
        return Response()

    def _record(self, route: RecordRoute) -> Any:
        async def record(request: Request) -> Response:
            call = self._call_of(request, route.call_of(request))
            if isinstance(call, Response):
                return call
            data = await _json_object(request)
            operation, filename = data.get("Operation"), data.get("filename", "")
            if not isinstance(operation, str) or not isinstance(filename, str):
                return _error(500, NOT_SUPPORTED, "RecordData needs an Operation and a filename")
            try:
                self._tell(self._switchboard.record(call.handle, operation, filename))
            except Refused as refused:
                return _error(500, refused.code, refused.message)
            return Response()

        return record

    def _channel(self, route: EventsRoute) -> Any:
        async def channel(websocket: WebSocket) -> None:
            await websocket.accept()
            try:
                named = route.session_of(websocket) if self.bind == "none" else await self._session_sent(websocket)
            except (WebSocketDisconnect, KeyError):
                return  # it left, or sent a binary frame instead of a name
            session = self.sessions.get(named)
            if session is None:
                await websocket.close(POLICY_VIOLATION)
            else:
                await self._carry(session, Channel(websocket))

        return channel

    async def _carry(self, session: Session, channel: Channel) -> None:
        for frame, pause in () if self.is_mute else self.frames_of(self._switchboard.snapshot()):
            channel.put(frame, pause)
        session.channels.add(channel)
        try:
            await channel.carry()
        finally:
            session.channels.discard(channel)
            if not session.channels and not self.keeps_lost_sessions:
                self.sessions.pop(session.id, None)

    async def _session_sent(self, websocket: WebSocket) -> str:
        text = await websocket.receive_text()
        if self.bind == "text":
            return text
        try:
            named = json.loads(text)["sessionId"]
        except (ValueError, KeyError, TypeError):
            return ""
        return named if isinstance(named, str) else ""

    def _new_id(self) -> str:
        return token_hex(16) if self.sloppiness is None else new_id(self.sloppiness.form("id"))

    def _is_user(self, authorization: str) -> bool:
        scheme, _, encoded = authorization.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            return False
        return compare_digest(given, f"{self.user}:{self.password}".encode())

    def _call_of(self, request: Request, handle: str) -> Call | Response:
        if request.path_params["session"] not in self.sessions:
            return _error(404, NOT_LOGGED_ON, "The session could not be found")
        call = self.calls.get(int(handle)) if handle.isascii() and handle.isdigit() else None
        return call or _error(404, 404, "The call could not be found")


async def _json_object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _error(status: int, code: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"code": code, "message": message}, status, headers)
