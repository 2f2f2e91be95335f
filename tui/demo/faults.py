"""What can go wrong between a client and a system: one list of faults, and the wire that applies them."""

import asyncio
import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Literal

from msgspec import Struct, field
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Kind = Literal["html", "status", "redirect", "half", "cut", "empty", "slow", "late", "reset", "reset_after", "close"]
"""The ways in which one answer can go wrong.

`html`, `status` and `redirect` answer without doing what was asked, `reset` breaks the connection without doing it.
`slow` waits and then does it. The others do it and then spoil the answer: `half` is a whole answer with half a body,
`cut` promises a whole body and breaks off in the middle, `empty` has none, `late` waits, `reset_after` never answers.
`close` concerns channels only: one is accepted and closed at once, with the status as its code (1005: without any).
"""

FAULTS_WAITING_MOST = 1_000
ELSEWHERE = "http://127.0.0.1:1/elsewhere"
NO_CODE = 1005
"""The code that stands for a closing frame without one (RFC 6455, 7.4.1)."""

IIS_PAGE = """<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<title>{status} - Internal server error.</title>
</head>
<body>
<div id="header"><h1>Server Error</h1></div>
<div id="content"><fieldset>
<h2>{status} - Internal server error.</h2>
<h3>There is a problem with the resource you are looking for, and it cannot be displayed.</h3>
</fieldset></div>
</body>
</html>
"""

Body = str | bytes | dict[str, object] | list[object] | None


class Fault(Struct, eq=False):
    """One thing that goes wrong, and for which requests."""

    kind: Kind
    times: int | None = 1
    """To how many more requests it happens; None: to all until it is healed."""
    after: int = 0
    """How many requests are answered as usual before."""
    path: str | None = None
    """A pattern below the system's address, such as `/sessions/*/calls`; none means every path."""
    method: str | None = None
    status: int = 500
    body: Body = None
    seconds: float = 0.0
    until: asyncio.Event | None = None
    """What `slow` waits for instead of some seconds."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the answer given instead of the real one says besides, such as `Retry-After`."""

    def concerns(self, method: str, path: str) -> bool:
        """Whether this request is one of those it breaks."""
        return (self.method is None or self.method == method) and (self.path is None or fnmatchcase(path, self.path))

    def page(self) -> Response:
        """The answer that is given instead of the real one."""
        if self.kind == "html":
            page = IIS_PAGE.format(status=self.status)
            return Response(page, self.status, {"Content-Type": "text/html", **self.headers})
        if self.kind == "redirect":
            return Response(b"", 302, {"Location": ELSEWHERE, **self.headers})
        if isinstance(self.body, dict | list):
            return Response(json.dumps(self.body), self.status, self.headers, "application/json")
        media_type = "application/octet-stream" if isinstance(self.body, bytes) else "text/plain"
        return Response(self.body, self.status, self.headers, media_type)


class FaultList:
    """The faults that wait for a request, oldest first."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, fault: Fault) -> None:
        """Let it happen to the requests that it concerns."""
        if len(self._waiting) >= FAULTS_WAITING_MOST:
            raise OverflowError(f"{FAULTS_WAITING_MOST} faults wait already: clear some")
        self._waiting.append(fault)

    def clear(self) -> None:
        """Forget them all."""
        self._waiting = []

    def take(self, method: str, path: str) -> Fault | None:
        """The fault for this request, which is used up by that."""
        for fault in self._waiting:
            if not fault.concerns(method, path):
                continue
            if fault.after:
                fault.after -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
            return fault
        return None


async def whole_answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    """What a program answers to a request: the beginning with status and headers, and the body."""
    start: Message = {}
    body = b""

    async def collect(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")

    await app(scope, receive, collect)
    return start, body


class FaultyWire:
    """An ASGI program around another that lets the faults happen."""

    def __init__(
        self,
        app: ASGIApp,
        take: Callable[[Scope], Fault | None],
        reset: Callable[[tuple[str, int]], None],
    ) -> None:
        self._app = app
        self._take = take
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request or carry one WebSocket."""
        fault = self._take(scope) if scope["type"] in {"http", "websocket"} else None
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.kind in {"html", "status", "redirect"}:
            await fault.page()(scope, receive, send)
        elif fault.kind == "reset":
            await self._break(scope, receive)
        elif fault.kind == "slow":
            await (asyncio.sleep(fault.seconds) if fault.until is None else fault.until.wait())
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._spoil_handshake(scope, receive, send, fault)
        else:
            await self._spoil(scope, receive, send, fault)

    async def _break(self, scope: Scope, receive: Receive) -> None:
        self._reset(tuple(scope["client"]))
        while (await receive())["type"] not in {"http.disconnect", "websocket.disconnect"}:
            pass

    async def _spoil_handshake(self, scope: Scope, receive: Receive, send: Send, fault: Fault) -> None:
        """A handshake has no body to spoil: what is left is an answer that is none, a wait, or a reset after it."""
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
            await self._app(scope, receive, send)
        elif fault.kind == "reset_after":
            await send({"type": "websocket.accept"})
            await self._break(scope, receive)
        elif fault.kind == "close":
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": None if fault.status == NO_CODE else fault.status})
        else:
            body = b"" if fault.kind == "empty" else b'{"sess'
            await Response(body, media_type="application/json")(scope, receive, send)

    async def _spoil(self, scope: Scope, receive: Receive, send: Send, fault: Fault) -> None:
        start, body = await whole_answer(self._app, scope, receive)
        if fault.kind == "reset_after":
            await self._break(scope, receive)
            return
        if fault.kind == "late":
            await asyncio.sleep(fault.seconds)
        sent = {"half": body[: len(body) // 2], "cut": body[: len(body) // 2], "empty": b""}.get(fault.kind, body)
        # Less than was promised, and more announced: the server closes in the middle.
        is_cut = fault.kind == "cut"
        promised = len(body) + 1 if is_cut else len(sent)
        headers = [each for each in start["headers"] if each[0].lower() != b"content-length"]
        start["headers"] = [*headers, (b"content-length", str(promised).encode())]
        await send(start)
        await send({"type": "http.response.body", "body": sent, "more_body": is_cut})
