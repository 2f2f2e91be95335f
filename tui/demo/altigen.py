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
from tui.demo.exchange import Exchange, Product
from tui.demo.sloppiness import new_id
from tui.demo.spelling import Spelling, respelled
from tui.demo.switchboard import NOT_SUPPORTED, Call, Refused
from tui.demo.system import Calendar, Clock, Refusals, now
from tui.demo.template import Template

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
        record_path: str = "/sessions/{session}/record?callHandle={call}",
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
        self._events = Template(events_path)
        self._recording = Template(record_path)
        if "{session}" not in self._recording.path or not self._recording.holds("call"):
            raise ValueError(f"record_path {record_path!r} has no {{session}} or no {{call}}")
        self.logons = 0
        self.logoffs = 0
        self.sessions_most = 0
        """The most sessions that were ever held at one moment."""
        self.placed: deque[dict[str, Any]] = deque(maxlen=PLACED_KEPT)
        self.on_placed: Callable[[int], object] = lambda _: None
        """Told the handle of each call a client places; a script lets it be answered."""

    def routes(self) -> Sequence[BaseRoute]:
        """The paths of the guide, below the address."""
        return [
            Route(self.path + "/sessions", self._log_on, methods=["POST"]),
            Route(self.path + "/sessions/{session}", self._log_off, methods=["DELETE"]),
            Route(self.path + "/sessions/{session}/calls", self._make_call, methods=["POST"]),
            Route(self.path + "/sessions/{session}/calls/{call}", self._drop_call, methods=["DELETE"]),
            Route(self.path + self._recording.path, self._record, methods=["POST"]),
            WebSocketRoute(self.path + self._events.path, self._channel),
        ]

    def refusals(self) -> Refusals:
        """The guide's code and message."""
        return {Refused: _refused}

    async def _log_on(self, request: Request) -> Response:
        if not self._is_user(request.headers.get("authorization", "")):
            raise Refused(401, "The user name or password does not match", 401)
        try:
            body = json.loads(await request.body() or b"{}")
            old = body.get("sessionId")
        except (ValueError, AttributeError):
            raise Refused(500, "The body is not a session") from None
        session = self.sessions.get(old) if isinstance(old, str) else None
        if session is None:
            if len(self.sessions) >= self.licences:
                raise Refused(3012, "No license is available", 402)
            session = Session(self._new_id())
            self.sessions[session.id] = session
            self.sessions_most = max(self.sessions_most, len(self.sessions))
        self.logons += 1
        return JSONResponse(respelled({"sessionId": session.id}, self.spelling))

    async def _log_off(self, request: Request) -> Response:
        session = self.sessions.pop(request.path_params["session"], None)
        if session is None:
            raise Refused(NOT_LOGGED_ON, "The session could not be found")
        self.logoffs += 1
        for channel in list(session.channels):
            await self._close(channel, 1000)
        return Response()

    async def _make_call(self, request: Request) -> Response:
        self._check_session(request)
        target = await _json_object(request)
        number = target.get("target")
        if not isinstance(number, str) or not number.strip():
            raise Refused(NO_SUCH_TARGET, "The target is missing")
        if not isinstance(target.get("trunkAccessCode", ""), str):
            raise Refused(NO_SUCH_TARGET, "The trunk access code is not a string")
        self.placed.append(target)
        handle = await self.ringback(number)
        self.on_placed(handle)
        return Response()

    async def _drop_call(self, request: Request) -> Response:
        call = self._call_of(request, request.path_params["call"])
        if self.system == "maxacd":
            raise Refused(NOT_SUPPORTED, "Drop call is not supported")
        await self.disconnect(call.handle)
        return Response()

    async def _record(self, request: Request) -> Response:
        call = self._call_of(request, self._recording.value("call", request))
        data = await _json_object(request)
        operation, filename = data.get("Operation"), data.get("filename", "")
        if not isinstance(operation, str) or not isinstance(filename, str):
            raise Refused(NOT_SUPPORTED, "RecordData needs an Operation and a filename")
        self._tell(self._switchboard.record(call.handle, operation, filename))
        return Response()

    async def _channel(self, websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            named = await self._session_of(websocket)
        except (WebSocketDisconnect, KeyError):
            return  # it left, or sent a binary frame instead of a name
        session = self.sessions.get(named)
        if session is None:
            await websocket.close(POLICY_VIOLATION)
        else:
            await self._carry(session, Channel(websocket))

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

    async def _session_of(self, websocket: WebSocket) -> str:
        if self.bind == "none":
            place = self._events if self._events.holds("session") else Template("?sessionId={session}")
            return place.value("session", websocket)
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

    def _check_session(self, request: Request) -> None:
        if request.path_params["session"] not in self.sessions:
            raise Refused(NOT_LOGGED_ON, "The session could not be found", 404)

    def _call_of(self, request: Request, handle: str) -> Call:
        self._check_session(request)
        call = self.calls.get(int(handle)) if handle.isascii() and handle.isdigit() else None
        if call is None:
            raise Refused(404, "The call could not be found", 404)
        return call


async def _json_object(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.body())
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


async def _refused(_request: Request, refused: Refused) -> Response:
    headers = {"WWW-Authenticate": 'Basic realm="WebProxy"'} if refused.status == 401 else None
    return JSONResponse({"code": refused.code, "message": refused.message}, refused.status, headers)
