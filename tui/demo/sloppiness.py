"""Sloppy writing: the same truth in a form that no page shows, as some server might give it.

A seed and the place of an answer decide its form, so the same seed gives the same forms every time. Only the form is
sloppy: the meaning is that of the strict answer.
"""

import base64
import json
import re
import uuid
from collections.abc import Callable
from itertools import count
from random import Random
from typing import Any, Literal, get_args

from tui.demo.spelling import WORDS as EVENT_WORDS
from tui.demo.spelling import pascal

Habit = Literal[
    # of values
    "key spelling",
    "word spelling",
    "numbers as text",
    "text as numbers",
    "nulls",
    "missing fields",
    "extra fields",
    "doubled fields",
    "shuffled fields",
    "wrapping",
    "date separators",
    "raw backslashes",
    # of texts
    "indented",
    "escapes",
    "padding",
    "zero bytes",
    "byte order mark",
    "Turkish bytes",
    "charset",
    "UTF-16",
    # of HTTP
    "status",
    "error inside 200",
    "no content",
    "content where none is said",
    "chunks",
    "closing",
    "header names",
    "extra headers",
    "content type",
    # of AltiGen
    "ids of every look",
    "ids in braces",
    "binary frames",
    "several events in a frame",
    "doubled events",
    "late events",
    "Turkish frames",
]

HABITS: tuple[Habit, ...] = get_args(Habit)
SHARE = 0.4
"""How many of all answers have a habit."""

System = Literal["altigen", "alpemix", "remotepc"]

BACKSLASH = "\ue000"
"""Stands for a backslash that is to be written without being escaped."""

SEPARATORS = ("\\", "/", ".", "-")

WORDS = EVENT_WORDS | {"status", "description"}
CODE = re.compile(r"[A-Za-z]+(_[A-Z]+)*")
DIGITS = re.compile(r"[1-9][0-9]{0,17}")
MOMENT = re.compile(r"(\d\d):(\d\d):(\d\d) (\d\d)[\\/.-](\d\d)[\\/.-](\d{4})")
DAY = re.compile(r"(\d\d)-(\d\d)-(\d{4})")

EXTRA: tuple[tuple[str, object], ...] = (
    ("$type", "WebProxy.Contracts.Answer, WebProxy"),
    ("version", 2),
    ("serverTime", "2024-08-22T09:00:00.0000000Z"),
    ("_links", {"self": {"href": "/x/1"}, "next": None}),
    ("tags", []),
    ("debug", False),
    ("", ""),
    ("yük", 1.5),
)


class Form:
    """The form of one answer: the habits that it has, and the rng for the rest."""

    def __init__(self, seed: int, place: str) -> None:
        self.rng = Random(f"{seed} {place}")  # noqa: S311 - it decides how something looks, not a secret
        self.habits = {habit for habit in HABITS if self.rng.random() < SHARE}

    def has(self, habit: Habit) -> bool:
        """Whether the answer has this habit."""
        return habit in self.habits

    def now(self, habit: Habit) -> bool:
        """Whether the habit shows at this place of the answer."""
        return habit in self.habits and self.rng.random() < 0.5

    def one_of(self, *choices: Any) -> Any:
        """One of these."""
        return self.rng.choice(choices)


class Sloppiness:
    """How a system writes, by a seed: it gives each of its answers the next form."""

    def __init__(self, system: System, seed: int) -> None:
        self.system = system
        self._seed = seed
        # Apart, because whether an answer or an event goes first is up to the event.
        self._counts = {"answer": count(), "frame": count(), "id": count()}

    def form(self, of: Literal["answer", "frame", "id"]) -> Form:
        """The form of the next answer, frame or id."""
        return Form(self._seed, f"{self.system} {of} {next(self._counts[of])}")


def reshaped(form: Form, value: Any, key: str = "") -> Any:
    """A JSON value with its keys, words, numbers and dates written otherwise."""
    match value:
        case dict():
            return _object(form, value)
        case list():
            return [reshaped(form, each) for each in value]
        case bool():
            # Python's and .NET's word, and those of databases.
            spelled = ("true", "True", 1, "1", "yes") if value else ("false", "False", 0, "0", "no")
            return form.one_of(*spelled) if form.now("numbers as text") else value
        case int():
            return (
                form.one_of(str(value), f" {value} ", float(value), f"{value}.0")
                if (form.now("numbers as text") and abs(value) < 2**53)
                else value
            )
        case str():
            return _text(form, value, key)
    return value


def _object(form: Form, fields: dict[str, Any]) -> dict[str, Any]:
    spell = _spelling(form)
    written: list[tuple[str, Any]] = []
    for key, value in fields.items():
        if _is_empty(value) and form.now("missing fields"):
            continue
        new = None if _is_empty(value) and form.now("nulls") else reshaped(form, value, key)
        written.append((spell(key), new))
        if form.now("doubled fields") and not isinstance(new, dict | list):
            written.append((key.upper(), new))
    if form.now("extra fields"):
        written += form.rng.sample(EXTRA, 2)
    if form.has("shuffled fields"):
        form.rng.shuffle(written)
    return dict(written)


def _is_empty(value: Any) -> bool:
    return value == "" or (isinstance(value, dict) and all(each == "" for each in value.values()))


def _snake(key: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", key).lower()


def _turkish_upper(key: str) -> str:
    """As .NET's `ToUpper` does it on a Turkish Windows."""
    return key.replace("i", "İ").upper()


def _turkish_lower(key: str) -> str:
    return key.replace("I", "ı").lower()


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.lower,
    str.upper,
    pascal,
    _snake,
    lambda key: key.rstrip(":") + ":",
    lambda key: f" {key} ",
    _turkish_upper,
    _turkish_lower,
)


def _spelling(form: Form) -> Callable[[str], str]:
    """How the keys of an object are spelled: all alike, or each in another way."""
    if not form.has("key spelling"):
        return str
    if form.rng.random() < 0.5:
        return form.rng.choice(SPELLINGS)

    def each_in_another_way(key: str) -> str:
        return form.rng.choice(SPELLINGS)(key)

    return each_in_another_way


def _text(form: Form, text: str, key: str) -> str | int:
    if key == "dt" and (event := MOMENT.fullmatch(text)):
        return _moment(form, event)
    if key == "created_date" and (day := DAY.fullmatch(text)) and form.now("date separators"):
        month, of_month, year = (int(each) for each in day.groups())
        return str(form.one_of(f"{month}-{of_month}-{year}", f" {text} ", f"{month:02}/{of_month:02}/{year}"))
    if key in WORDS and CODE.fullmatch(text) and form.now("word spelling"):
        return _word(form, text, is_code=key not in EVENT_WORDS)
    if DIGITS.fullmatch(text) and form.now("text as numbers"):
        return int(text)
    return text


def _word(form: Form, word: str, *, is_code: bool) -> str:
    spelled = [word.lower(), word.upper(), word.title(), f" {word} ", f"{word}\r\n"]
    if is_code:
        joined = word.title().replace("_", "")
        spelled += [word.replace("_", " "), word.replace("_", "-").lower(), joined, _turkish_lower(word)]
    return form.rng.choice(spelled)


def _moment(form: Form, event: re.Match[str]) -> str:
    hour, minute, second, day, month, year = event.groups()
    separator = "\\"
    if form.has("raw backslashes"):
        separator = BACKSLASH
    elif form.has("date separators"):
        separator = form.one_of(*SEPARATORS)
    if form.now("date separators"):
        hour, day, month = (each.lstrip("0") or "0" for each in (hour, day, month))
    padding = form.one_of("", "", " ")
    return f"{padding}{hour}:{minute}:{second} {padding}{day}{separator}{month}{separator}{year}{padding}"


def wrapped(form: Form, value: Any) -> Any:
    """What a page leaves open: a session id that is nested or bare, a result without the object around it."""
    if not (isinstance(value, dict) and form.has("wrapping")):
        return value
    if value.keys() == {"sessionId"}:
        # A text that could be a sentence or half a JSON is an id only where a field says so.
        bare = value if set(str(value["sessionId"])) & set(" {}<>") else value["sessionId"]
        return form.one_of(bare, {"session": value}, {"d": value}, {"data": {"Session": value}}, {"Result": value})
    match value.get("message"):
        case str() if value.keys() == {"code", "message"} and value["code"] not in range(200, 300):
            return {"error": value}
        case {"resellerUsersList": list() as inner} | {"rpc_redirect_link": str() as inner}:
            return value | {"message": inner}
    return value


def as_text(form: Form, value: Any) -> str:
    """The JSON text of a value; where a date has raw backslashes it is none."""
    indent = form.one_of(0, 2, "\t") if form.has("indented") else None
    separators = form.one_of((",", ":"), (" , ", " : "), (", ", ": "))
    text = json.dumps(value, indent=indent, separators=separators, ensure_ascii=form.now("escapes"))
    try:
        text.encode()
    except UnicodeEncodeError:
        text = json.dumps(value)  # a lone surrogate can only travel as an escape
    if form.has("indented"):
        text = text.replace("\n", form.one_of("\n", "\r\n"))
    if form.now("escapes"):
        text = text.replace("/", "\\/")
    return text.replace(BACKSLASH, "\\").replace("\\ue000", "\\")


def padded(form: Form, text: str) -> str:
    """The text with blanks and line ends around it."""
    if not form.has("padding"):
        return text
    before, after = form.one_of("", " ", "\n", "\r\n\r\n"), form.one_of(" ", "\n", "\r\n", "\t")
    return f"{before}{text}{after}"


def new_id(form: Form) -> str:
    """The id of a session as one scheme or another makes it: GUIDs in .NET's formats, numbers, base64.

    None has a slash: many web servers refuse it within a path, however it is escaped.
    """
    guid = uuid.UUID(int=form.rng.getrandbits(128))
    if form.has("ids in braces"):
        first, second, third = (f"0x{each:x}" for each in guid.fields[:3])
        rest = ",".join(f"0x{each:02x}" for each in guid.bytes[8:])
        return str(form.one_of(f"{{{guid}}}", f"{{{first},{second},{third},{{{rest}}}}}", f"<{guid}>", f"{guid} 1"))
    if not form.has("ids of every look"):
        return guid.hex
    encoded = base64.b64encode(guid.bytes).decode().replace("/", "+")
    return str(
        form.one_of(
            str(guid),
            str(guid).upper(),
            f"({guid})",
            form.rng.randrange(10**9, 10**15),
            encoded,
            base64.urlsafe_b64encode(guid.bytes).decode(),
            f"{guid.hex[:8]}.{guid.hex[8:20]}~{guid.hex[20:]}",
        )
    )
