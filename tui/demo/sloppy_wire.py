"""Where a system becomes sloppy: what it answers and tells is given another form just before it is sent."""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from msgspec import Struct
from starlette.types import ASGIApp, Receive, Scope, Send

from tui.demo.channels import Frame
from tui.demo.faults import whole_answer
from tui.demo.sloppiness import CODE, Form, Sloppiness, System, as_text, padded, reshaped, wrapped

Event = dict[str, Any]

TURKISH = "cp1254"
NO_CONTENT = 204
BODILESS = frozenset({NO_CONTENT, 304})
LATE_SECONDS = 0.03
TOGETHER_MOST = 6

CONTENT_TYPES: tuple[bytes, ...] = (
    b"application/json;charset=UTF-8",
    b"text/json",
    b"text/plain",
    b"text/html; charset=utf-8",
    b"application/octet-stream",
    b"JSON",
)
EXTRA_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"Server", b"Microsoft-IIS/8.5"),
    (b"X-Powered-By", b"ASP.NET"),
    (b"X-AspNet-Version", b"4.0.30319"),
    (b"Set-Cookie", b"ASP.NET_SessionId=abc; path=/; HttpOnly"),
    (b"Set-Cookie", b"lang=tr"),
    (b"Cache-Control", b"no-cache,no-store"),
    (b"Pragma", b""),
    (b"Content-Language", b"tr-TR"),
    (b"Expires", b"-1"),
)
NOTHING_SAID: tuple[bytes, ...] = (b"null", b'""', b"{}", b"true", b"OK", b"\r\n")


class Answer(Struct, frozen=True):
    """An HTTP answer in the pieces that it is sent in."""

    status: int
    headers: list[tuple[bytes, bytes]]
    pieces: list[bytes]


class SloppyWire:
    """An ASGI program around another that gives its answers their forms."""

    def __init__(self, app: ASGIApp, sloppiness: Sloppiness) -> None:
        self._app = app
        self._sloppiness = sloppiness

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what a WebSocket carries gets its form elsewhere."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start, body = await whole_answer(self._app, scope, receive)
        answer = sloppy_answer(
            self._sloppiness.form("answer"), self._sloppiness.system, Answer(start["status"], start["headers"], [body])
        )
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
        for piece in answer.pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def sloppy_answer(form: Form, system: System, strict: Answer) -> Answer:
    """The same answer in another form."""
    (body,) = strict.pieces
    try:
        value = json.loads(body)
    except ValueError:
        value = None
    status, charset = strict.status, b""
    if isinstance(value, dict):
        status = _status_of_content(form, system, status, value)
        value = reshaped(form, wrapped(form, _without_what_is_said_elsewhere(form, value, status)))
        body, charset = _encoded(form, system, as_text(form, value))
    elif not body and status == 200:
        body = form.one_of(*NOTHING_SAID) if form.has("content where none is said") else b""
        status = status if body or not form.has("no content") else NO_CONTENT
    if status in BODILESS:
        body = b""
    return Answer(status, _headers(form, status, strict.headers, body, charset), _pieces(form, body))


def _status_of_content(form: Form, system: System, status: int, value: dict[str, Any]) -> int:
    """Where HTTP's status and what is inside say the same, either may be enough."""
    if system == "alpemix":
        # Its page tells of no status: an error may come with any.
        statuses = (200, 400, 401, 403, 500, 503) if value.get("errornumber") else (200, 201, 203)
        status = form.one_of(*statuses) if form.has("status") else status
    elif system == "remotepc" and value == {"status": "OK", "code": 200, "message": "SUCCESS"}:
        status = NO_CONTENT if form.has("no content") else status
    elif status == 200 and form.has("status"):
        status = form.one_of(201, 202, 203)
    elif system == "remotepc" and status >= 400 and value.get("code") == status and form.has("error inside 200"):
        status = 200
    return status


def _without_what_is_said_elsewhere(form: Form, value: dict[str, Any], status: int) -> dict[str, Any]:
    spare = {name for name in ("errorsCount", "status") if CODE.fullmatch(str(value.get(name, "OK")))}
    if value.get("code") == status and "message" not in value:
        spare.add("code")
    if value.get("errornumber") == 0:
        spare.add("errornumber")
    return {key: each for key, each in value.items() if key not in spare or not form.now("missing fields")}


def _encoded(form: Form, system: System, text: str) -> tuple[bytes, bytes]:
    """The bytes of a JSON text, and the charset to name, if any."""
    text = padded(form, text)
    if form.has("UTF-16"):
        return text.encode("utf-16"), b"utf-16" if form.has("charset") else b""
    if form.has("Turkish bytes") and (turkish := _in_turkish(text)):
        return turkish, b"windows-1254" if form.has("charset") else b""
    zeros = "\0" if system == "alpemix" and form.has("zero bytes") else ""
    return (text + zeros).encode("utf-8-sig" if form.has("byte order mark") else "utf-8"), b""


def _in_turkish(text: str) -> bytes:
    """The bytes of a Turkish Windows, none where it has not all of these letters."""
    try:
        return text.encode(TURKISH)
    except UnicodeEncodeError:
        return b""


def _headers(
    form: Form, status: int, headers: list[tuple[bytes, bytes]], body: bytes, charset: bytes
) -> list[tuple[bytes, bytes]]:
    kept = [each for each in headers if each[0].lower() not in {b"content-length", b"content-type"}]
    if status not in BODILESS:
        if charset:
            kept.append((b"content-type", b"application/json; charset=" + charset))
        elif not form.has("content type"):
            kept.append((b"content-type", b"application/json"))
        elif form.rng.random() < 0.7:
            kept.append((b"content-type", form.rng.choice(CONTENT_TYPES)))
        if not form.has("chunks"):
            kept.append((b"content-length", str(len(body)).encode()))
    if form.has("extra headers"):
        kept += form.rng.sample(EXTRA_HEADERS, 3)
    if form.has("closing"):
        kept.append((b"connection", b"close"))
    if form.has("header names"):
        spell = form.one_of(bytes.lower, bytes.upper, bytes.title)
        kept = [(spell(name), value) for name, value in kept]
    return kept


def _pieces(form: Form, body: bytes) -> list[bytes]:
    if not body:
        return []
    middle = form.rng.randrange(len(body)) if form.has("chunks") else 0
    return [each for each in (body[:middle], body[middle:]) if each]


def sloppy_frames(sloppiness: Sloppiness, events: Iterable[Event]) -> Iterator[tuple[Frame, float]]:
    """The frames that tell these events, each with the seconds to wait before it."""
    untold = iter(events)
    while True:
        form = sloppiness.form("frame")
        together = list(islice(untold, TOGETHER_MOST if form.has("several events in a frame") else 1))
        if not together:
            return
        texts = [as_text(form, reshaped(form, event)) for event in together]
        if form.has("doubled events"):
            texts = [text for text in texts for _ in range(2)]
        if form.has("several events in a frame"):
            between = form.one_of("\n", "\r\n", "", " ", ",")
            texts = [f"[{between.join(texts)}]" if between == "," else between.join(texts)]
        for text in texts:
            yield _frame(form, text), form.rng.uniform(0, LATE_SECONDS) if form.has("late events") else 0.0


def _frame(form: Form, text: str) -> Frame:
    text = padded(form, text)
    if form.has("zero bytes"):
        text += "\0" * form.one_of(1, 7)
    if form.has("Turkish frames") and (turkish := _in_turkish(text)):
        return turkish
    if form.has("byte order mark"):
        text = f"\ufeff{text}"
    return text.encode() if form.has("binary frames") else text
