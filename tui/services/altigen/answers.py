"""A log-on to AltiGen's WebProxy and what it answers: credentials, the session id, and errors as sentences."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Final

from tui.config import AltiGenSettings, Secret
from tui.services.answer import Answer
from tui.services.decoding import decoded, read_json
from tui.services.errors import LicenceInUse, NotFound, Refused, Rejected, ServerFault, ServiceError, Unreadable
from tui.services.fields import by_folded_key, folded, text, whole

SESSION_LIMIT: Final = 512
"""Characters of a session id."""

DEPTH_LIMIT: Final = 4
"""How deep in the log-on's answer the session id is looked for."""

GUESSES_MOST: Final = 3
"""Texts of one answer that are tried as the id of a session which has to be logged off."""

GUESS_LIMIT: Final = 2_048
"""Characters of such a text."""

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
    value = _body(answer)
    # A word of plain text is an id; a sentence or half a JSON is none.
    found = _named(value, DEPTH_LIMIT) if isinstance(value, dict) else _word(value)
    return found if found.isprintable() and len(found) <= SESSION_LIMIT else ""


def _body(answer: Answer) -> object:
    plain = decoded(answer.body).text.strip("\ufeff \t\r\n")
    try:
        return read_json(plain, strict=True)
    except (ValueError, RecursionError):
        return plain


def _named(value: object, depth: int) -> str:
    """What a field holds that is named as a session's id: any text, for a server may make ids as it likes."""
    if not isinstance(value, dict) or depth == 0:
        return ""
    fields = {name.replace("-", ""): each for name, each in by_folded_key(value).items()}
    if "sessionid" in fields:
        return _text(fields["sessionid"])
    for name in ("session", "data", "result", "value", "d", "id"):
        each = fields.get(name)
        if found := _named(each, depth - 1) or (_text(each) if name in ("session", "id") else _word(each)):
            return found
    return ""


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return text(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _word(value: object) -> str:
    """The same where nothing says that it is an id: only what looks like one."""
    found = _text(value)
    return found if found.isascii() and found.isprintable() and not set(found) & set(' {}[]"<>') else ""


def sessions_guessed(answer: Answer) -> list[Secret]:
    """What may be the id of a session in an answer that names none: only to log it off again, which harms nobody."""
    value = _body(answer)
    if isinstance(value, str):
        is_braced = value[:1] in "{(" and value[-1:] in "})" and " " not in value
        found = [value] if value and is_braced else []
    else:
        found = list(_like_ids(value, DEPTH_LIMIT))
    return [Secret(each) for each in dict.fromkeys(found) if _may_be_sent(each)][:GUESSES_MOST]


def _like_ids(value: object, depth: int) -> Iterator[str]:
    """The texts of fields whose name speaks of a session or an id."""
    if depth == 0:
        return
    if isinstance(value, list):
        for each in value[:GUESSES_MOST]:
            yield from _like_ids(each, depth - 1)
    elif isinstance(value, dict):
        for name, each in value.items():
            key = folded(name)
            if (found := _text(each)) and any(part in key for part in ("session", "token", "guid", "id")):
                yield found
            yield from _like_ids(each, depth - 1)


def _may_be_sent(found: str) -> bool:
    is_whole = "\N{REPLACEMENT CHARACTER}" not in found  # what stood there could not be read
    return is_whole and len(found) <= GUESS_LIMIT and found not in (".", "..")


def explain(answer: Answer, doing: str, setting: str = "") -> ServiceError:
    """The error that an answer other than 2xx stands for (guide, "Responses"); ``doing`` is a verb: "log on".

    ``setting``: the key of the config that says where it was sent, where one does.
    """
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
    if status == 404 and is_log_on:
        sentence = "There is no AltiGen WebProxy at this address: check host, port and path of altigen.url."
        return NotFound(sentence, detail=detail, setting="altigen.url")
    if status == 404 and setting:
        # Short, because it is read in the footer of a small terminal.
        return NotFound(f"AltiGen knows no such call, or {setting} is wrong.", detail=detail, setting=setting)
    if status == 404:
        return NotFound(f"AltiGen cannot {doing}: the session or the call does not exist any more.", detail=detail)
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
        # With a code it is the WebProxy that says so; a gateway or a page of errors knows nothing of what was done.
        sentence = f"AltiGen could not {doing} (HTTP {status})."
        return ServerFault(sentence, detail=detail, may_have_acted=code is None)
    return Rejected(f"AltiGen does not accept this: it will not {doing} (HTTP {status}).", detail=detail)


def perhaps_by_us(error: LicenceInUse) -> LicenceInUse:
    """The same where a log-on of ours may have taken the licence, and its answer was lost."""
    sentence = f"{error.sentence} One may be held by a log-on of ours whose answer was lost."
    return LicenceInUse(sentence, detail=error.detail)


def _said(answer: Answer) -> tuple[int | None, str]:
    """The server's code and its own words, with what AltiLink means by the code."""
    try:
        payload = answer.json()
    except Unreadable:
        return None, answer.server_message
    fields = by_folded_key(payload) if isinstance(payload, dict) else {}
    if isinstance(fields.get("error"), dict):
        fields = by_folded_key(fields["error"])  # type: ignore[arg-type] # keys of JSON objects are text
    code = whole(fields.get("code"))
    message = answer.shown(text(fields.get("message"))) or answer.server_message
    hint = HINTS.get(code or 0)
    return code, f"{message} (AltiLink {code}: {hint})" if hint else message
