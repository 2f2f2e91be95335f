"""A log-on to AltiGen's WebProxy and what it answers: credentials, the session id, and errors as sentences."""

from __future__ import annotations

import base64
from typing import Final

from tui.config import AltiGenSettings, Secret
from tui.services.answer import Answer
from tui.services.decoding import decoded, read_json
from tui.services.errors import (
    LicenceInUse,
    NotFound,
    Refused,
    Rejected,
    ServerFault,
    ServiceError,
    Unreadable,
)
from tui.services.fields import by_folded_key, text, whole

SESSION_LIMIT: Final = 512
"""Characters of a session id."""

DEPTH_LIMIT: Final = 4
"""How deep in the log-on's answer the session id is looked for."""

LOCK_WARNING: Final = "Eight wrong passwords lock the extension, so it is not tried again by itself."

HINTS: Final = {
    3004: "wrong password",
    3005: "not possible in this state",
    3012: "every licence is taken",
    3013: "not logged on",
    3014: "already logged on",
    3025: "log-on failed",
    3030: "no more sessions",
    3034: "the line is busy",
    3035: "invalid account code",
    3038: "access denied",
    3051: "log-on is blocked",
    3056: "no privilege",
    3100: "recording is switched off by the system",
    3101: "already recording",
    3102: "the recording's file cannot be opened",
    3103: "the disk is full",
    3105: "the mailbox is full",
    3107: "recording is switched off for this extension",
    3108: "not supported",
    3109: "recording was not started",
}
"""AltiLink's response numbers, which the WebProxy may pass on: a hint beside the server's own words."""

_WRONG_CREDENTIALS: Final = frozenset({3004, 3025, 3051})
_NO_LICENCE: Final = frozenset({3012, 3030})


def basic_credentials(settings: AltiGenSettings) -> Secret:
    """User and password as Basic authentication writes them (guide, "Logon"); whoever reads them has both."""
    return Secret(base64.b64encode(f"{settings.user}:{settings.password.reveal()}".encode()).decode())


def session_of(answer: Answer) -> Secret:
    """The session id of a log-on that succeeded. The guide does not say where it is, so it is looked for.

    Raises:
        Unreadable: there is none.
    """
    if answer.is_page:
        raise answer.unreadable("the log-on with a web page")
    found = Secret(_looked_for(answer))
    if not found:
        # Nothing of the body is shown: some of it may be the id.
        raise Unreadable(
            "AltiGen answered the log-on without a session id. Is altigen.url the address of its WebProxy?",
            setting="altigen.url",
        )
    return found


def _looked_for(answer: Answer) -> str:
    plain = decoded(answer.body).text.strip("\ufeff \t\r\n")
    try:
        found = _session_in(read_json(plain, strict=True), DEPTH_LIMIT)
    except (ValueError, RecursionError):
        found = plain
    # A word of plain text is an id; a sentence or half a JSON is none.
    is_word = found.isascii() and found.isprintable() and not set(found) & set(' {}[]"<>')
    return found if is_word and len(found) <= SESSION_LIMIT else ""


def _session_in(value: object, depth: int) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int) and not isinstance(value, bool):
        return text(value)
    if not isinstance(value, dict) or depth == 0:
        return ""
    fields = by_folded_key(value)
    if "sessionid" in fields:
        return _session_in(fields["sessionid"], 0)
    for name in ("session", "data", "result", "value", "d", "id"):
        if name in fields and (found := _session_in(fields[name], depth - 1)):
            return found
    return ""


def explain(answer: Answer, doing: str) -> ServiceError:
    """The error that an answer other than 2xx stands for (guide, "Responses"); ``doing`` is a verb: "log on"."""
    return answer.obeyed(_explained(answer, doing))


def _explained(answer: Answer, doing: str) -> ServiceError:
    code, detail = _said(answer)
    is_log_on = doing == "log on"
    status = answer.status
    if status == 401 or (is_log_on and code in _WRONG_CREDENTIALS):
        sentence = f"AltiGen does not accept altigen.user and altigen.password. {LOCK_WARNING}"
        return Refused(sentence, detail=detail, setting="altigen.password", wrong_credentials=True)
    if status == 402 or (is_log_on and code in _NO_LICENCE):
        return LicenceInUse("Every AltiGen licence for this interface is in use.", detail=detail)
    if status == 403:
        sentence = f"AltiGen refuses to {doing} for the extension in altigen.user."
        return Refused(sentence, detail=detail, setting="altigen.user")
    if status == 404:
        return _not_found(doing, detail, is_log_on=is_log_on)
    if status == 405:
        sentence = f"The web server in front of AltiGen does not let us {doing} (HTTP 405)."
        if is_log_on:
            return NotFound(f"{sentence} Check altigen.url.", detail=detail, setting="altigen.url")
        return Rejected(
            f"{sentence} On IIS this is mostly the WebDAV module, which takes DELETE: remove it there.", detail=detail
        )
    if status == 429:
        return answer.limited()
    if status >= 500:
        return ServerFault(f"AltiGen could not {doing} (HTTP {status}).", detail=detail)
    return Rejected(f"AltiGen does not accept this: it will not {doing} (HTTP {status}).", detail=detail)


def _not_found(doing: str, detail: str, *, is_log_on: bool) -> NotFound:
    if is_log_on:
        sentence = "There is no AltiGen WebProxy at this address: check host, port and path of altigen.url."
        return NotFound(sentence, detail=detail, setting="altigen.url")
    return NotFound(f"AltiGen cannot {doing}: the session or the call does not exist any more.", detail=detail)


def _said(answer: Answer) -> tuple[int | None, str]:
    """The server's code and its own words, with what AltiLink means by the code."""
    try:
        payload = answer.json()
    except Unreadable:
        return None, answer.words
    fields = by_folded_key(payload) if isinstance(payload, dict) else {}
    if isinstance(fields.get("error"), dict):
        fields = by_folded_key(fields["error"])  # type: ignore[arg-type] # keys of JSON objects are text
    code = whole(fields.get("code"))
    message = answer.shown(text(fields.get("message"))) or answer.words
    hint = HINTS.get(code or 0)
    return code, f"{message} (AltiLink {code}: {hint})" if hint else message
