"""What RemotePC answers: its rows and results as values of ours, its descriptions as sentences."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from tui.config import Secret
from tui.models.text import LIMIT
from tui.models.users import ALREADY_INVITED, EXISTS, INVITED, UNKNOWN, Invitation, InviteResult, User, account_of
from tui.services.answer import Answer
from tui.services.errors import NotFound, Refused, Rejected, ServerFault, ServiceError, Unreadable
from tui.services.fields import ROWS_LIMIT, WHOLE_LIMIT, by_folded_key, letters, text, truth, unknown, whole, word

_DAY: Final = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})", re.ASCII)
_USER_KEYS: Final = frozenset({"username", "allotedcomputers", "utilizedcomputers", "isactive", "createddate"})

DATE_LENGTH: Final = 40
"""Characters of what can be a date; a longer one is shown as it came."""

_LAST_NAME: Final = ("RemotePC wants a last name.", "last_name")
DESCRIPTIONS: Final = {
    "FIRSTNAME_REQUIRED": ("RemotePC wants a first name.", "first_name"),
    "LASTNAME_REQUIRED": _LAST_NAME,
    "SOYADI_GEREKLI": _LAST_NAME,  # the same in Turkish: the page, and perhaps the server, was translated by machine
    "EMAILID_REQUIRED": ("RemotePC wants an e-mail address.", "email"),
    "ENTER_VALID_EMAIL": ("RemotePC says that this is no valid e-mail address.", "email"),
    "INVALID_EMAIL": ("RemotePC says that this is no valid e-mail address.", "email"),
    "EMAIL_EXISTS": ("An account with this e-mail address exists already.", "email"),
    "PASSWORD_REQUIRED": ("RemotePC wants a password.", "password"),
    "INVALID_PASSWORD": ("RemotePC does not accept this password.", "password"),
    "USERNAME_REQUIRED": ("RemotePC wants a user name.", "username"),
    "USERNAME_DOES_NOT_EXIST": ("RemotePC knows no user of this name: look in the list of users.", "username"),
    "ACTION_PARENT_ACCOUNT_SUSPENDED": (
        "RemotePC has suspended the account that this one belongs to: ask RemotePC why.",
        "",
    ),
    "IP_ADDRESS_BLOCKED": (
        "RemotePC blocks the address of this machine, perhaps after wrong sign-ins. "
        "Trying again makes it worse: wait, or ask RemotePC.",
        "",
    ),
    "CANCELLED_ACCOUNT": ("This account is cancelled.", "username"),
}
"""Every description of the page: its sentence, and the field of the form that it speaks of."""

INVITATIONS: Final = {
    INVITED: "invited",
    ALREADY_INVITED: "was invited before",
    EXISTS: "has an account already",
}
"""Every status of an invitation on the page."""

_SENTENCES: Final = {letters(code): told for code, told in DESCRIPTIONS.items()}
_STATUSES: Final = {letters(status): status for status in INVITATIONS}

NO_WORD: Final = "no word of this address"


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, taken apart."""

    answer: Answer
    status: int
    """HTTP's, or the ``code`` inside where HTTP says 200 to an error."""
    message: object = field(default=None, repr=False)
    descriptions: tuple[str, ...] = ()
    """As they came, cleaned."""

    @property
    def is_success(self) -> bool:
        """Whether it did what was asked."""
        return 200 <= self.status < 300 and not self.descriptions


def reply_of(answer: Answer) -> Reply:
    """Take an answer apart.

    Raises:
        Unreadable: HTTP says that all is well, but the body is not RemotePC's.
    """
    reply = _taken_apart(answer)
    if reply is None:  # raised here, where no frame holds what may be a sign-in link
        raise answer.unreadable("with something that is no answer")
    return reply


def _taken_apart(answer: Answer) -> Reply | None:
    if answer.status == 204:
        return Reply(answer, answer.status)
    try:
        payload = answer.json()
    except Unreadable:
        if answer.is_success:
            raise
        return Reply(answer, answer.status)
    fields = by_folded_key(payload) if isinstance(payload, dict) else {}
    # Spring's own error body has a number where RemotePC has a word.
    inner = whole(fields.get("code")) or whole(fields.get("status"))
    if answer.is_success and inner is None and "message" not in fields and "errors" not in fields:
        return None
    status = inner if answer.is_success and inner is not None else answer.status
    return Reply(answer, status, fields.get("message"), tuple(_descriptions(answer, fields)))


def _descriptions(answer: Answer, fields: Mapping[str, object]) -> list[str]:
    errors = fields.get("errors")
    found = []
    for each in errors[:10] if isinstance(errors, list) else []:
        said = by_folded_key(each).get("description") if isinstance(each, dict) else each
        if shown := answer.shown(word(said)).strip():
            found.append(shown)
    return found


def explain(reply: Reply, doing: str) -> ServiceError:
    """The error that a reply stands for; ``doing`` is a verb: "add the user"."""
    status, detail = reply.status, ", ".join(reply.descriptions) or reply.answer.server_message
    codes = {letters(each) for each in reply.descriptions}
    if status in (401, 403) or codes & {"NOTAUTHORIZED", "UNAUTHORIZEDACCCESS", "UNAUTHORIZEDACCESS", "FORBIDDEN"}:
        sentence = (
            "RemotePC does not let us in: either remotepc.api_key is wrong or was changed, or the address of this "
            "machine is not on the IP allow-list of the reseller account."
        )
        # 403 is the allow-list's: that is mended at RemotePC, and the key stays as it is.
        return Refused(sentence, detail=detail, setting="remotepc.api_key", wrong_credentials=status != 403)
    if status == 429:
        return reply.answer.limited()
    if status >= 500 or "INTERNALSERVERERROR" in codes:
        return ServerFault(f"RemotePC failed to {doing} (error {status}).", detail=detail)
    if status in (404, 405):
        sentence = f"RemotePC has nothing at this address (error {status}): check remotepc.url."
        return NotFound(sentence, detail=detail, setting="remotepc.url")
    if not reply.descriptions:
        return Rejected(f"RemotePC does not {doing}, and gives no reason (error {status}).", detail=detail)
    told = [_told(each, doing) for each in reply.descriptions]
    beside: dict[str, str] = {}
    for sentence, name in dict.fromkeys(told):
        if name:
            beside[name] = f"{beside[name]} {sentence}" if name in beside else sentence
    return Rejected(
        " ".join(dict.fromkeys(sentence for sentence, _ in told)),
        detail=detail,
        field=next(iter(beside), ""),
        beside=beside if len(beside) > 1 else None,
    )


def _told(description: str, doing: str) -> tuple[str, str]:
    code = letters(description)
    sentence, spoken_of = _SENTENCES.get(code, ("", ""))
    if not sentence:
        return f"RemotePC does not {doing}: {description}.", "computers" if "COMPUTER" in code else ""
    # To sign in there is no field for the address: the user name is one.
    return sentence, "username" if doing == "sign in" and spoken_of == "email" else spoken_of


class _Row(Struct, forbid_unknown_fields=True, gc=False):
    """A row of the user list exactly as the page has it."""

    username: str
    alloted_computers: Annotated[int, Meta(ge=0, le=WHOLE_LIMIT - 1)]
    utilized_computers: Annotated[int, Meta(ge=0, le=WHOLE_LIMIT - 1)]
    isActive: bool  # noqa: N815 - the page's spelling
    created_date: str


class _Rows(Struct, forbid_unknown_fields=True):
    resellerUsersList: list[_Row]  # noqa: N815


class _List(Struct, forbid_unknown_fields=True):
    message: _Rows
    code: Literal[200]
    status: Literal["OK"]


_LIST: Final = msgspec.json.Decoder(_List)


def exact_users_of(answer: Answer) -> tuple[User, ...] | None:
    """The rows of a list that is exactly as the page has it; None where anything is otherwise.

    Reading it tolerantly takes five times as long, which a person with ten thousand users would see.
    """
    body = answer.body
    # Without escapes, DEL and all that is not ASCII there is nothing in it to make safe.
    if not answer.is_success or not body.isascii() or b"\\" in body or b"\x7f" in body:
        return None
    try:
        rows = _LIST.decode(body).message.resellerUsersList
    except msgspec.MsgspecError:
        return None
    users = [
        User(
            username=row.username,
            allotted=row.alloted_computers,
            used=row.utilized_computers,
            active=row.isActive,
            created=_day(row.created_date)[1],
            created_text=row.created_date,
        )
        for row in rows[:ROWS_LIMIT]
    ]
    is_exact = all(user.created and user.username and len(user.username) <= LIMIT for user in users)
    return tuple(users) if is_exact else None


def users_of(reply: Reply) -> tuple[User, ...] | None:
    """The rows of the user list, None when there is none."""
    message = reply.message
    rows = by_folded_key(message).get("reselleruserslist") if isinstance(message, dict) else message
    return tuple(_user(each) for each in rows[:ROWS_LIMIT]) if isinstance(rows, list) else None


def _user(row: object) -> User:
    if not isinstance(row, dict):
        problem = "is no object"
        return User(username=text(row), allotted=None, used=None, active=None, created=None, problem=problem)
    fields = by_folded_key(row)
    username = text(fields.get("username"))
    allotted, used = whole(fields.get("allotedcomputers")), whole(fields.get("utilizedcomputers"))
    active = truth(fields.get("isactive"))
    created_text, created = _created(fields.get("createddate"))
    known: dict[str, object] = {"user name": username or None, "allotted computers": allotted, "used computers": used}
    known |= {"state": active, "date": created}
    missing = [name for name, value in known.items() if value is None]
    return User(
        username=username,
        allotted=allotted,
        used=used,
        active=active,
        created=created,
        created_text=created_text,
        problem=f"no readable {', '.join(missing)}" if missing else "",
        extra=() if _USER_KEYS.issuperset(fields) else unknown(row, _USER_KEYS),
    )


def _created(value: object) -> tuple[str, date | None]:
    """A date of the page, MM-DD-YYYY: as it came, and as a date."""
    return _day(value) if isinstance(value, str) and len(value) <= DATE_LENGTH else (text(value), None)


@functools.lru_cache(maxsize=4096)
def _day(written: str) -> tuple[str, date | None]:
    match = _DAY.fullmatch(written.strip())
    if match is None:
        return text(written), None
    month, day, year = (int(each) for each in match.group(1, 3, 4))
    try:
        return text(written), date(year, month, day)
    except ValueError:
        return text(written), None


def link_of(reply: Reply) -> Secret:
    """The sign-in link as it came, empty when there is none."""
    message = reply.message
    found = by_folded_key(message).get("rpcredirectlink") if isinstance(message, dict) else message
    return Secret(found.strip() if isinstance(found, str) else "")


def invite_results(reply: Reply, asked: Sequence[Invitation]) -> list[InviteResult]:
    """What became of each address that was asked for, in that order, and of any other that was answered."""
    rows = reply.message if isinstance(reply.message, list) else []
    found: dict[str, InviteResult] = {}
    for row in rows[:ROWS_LIMIT]:
        fields = by_folded_key(row) if isinstance(row, dict) else {}
        email, said = word(fields.get("username")), word(fields.get("status"))
        if email:
            status = _STATUSES.get(letters(said), said.upper())
            sentence = INVITATIONS.get(status) or (f"RemotePC says {said}" if said else NO_WORD)
            found[account_of(email)] = InviteResult(email=email, status=status or UNKNOWN, sentence=sentence)
    no_word = InviteResult(email="", status=UNKNOWN, sentence=NO_WORD)
    results = [replace(found.get(account_of(each.email), no_word), email=each.email) for each in asked]
    asked_for = {account_of(each.email) for each in asked}
    return results + [result for email, result in found.items() if email not in asked_for]
