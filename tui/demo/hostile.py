"""What a hostile or broken other side sends: texts that command a terminal, and frames that are no events."""

import json
import random
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from tui.demo.steps import Event, FrameSent

LONG = 10_000
BIG_FRAME_BYTES = 5 * 1024 * 1024
BIG_FRAME_EVERY = 20
FRAME_SECONDS = 2.0

TEXTS: tuple[str, ...] = (
    "\x1b]52;c;ZWNobyBwd25lZA==\x07Clip Ltd",  # sets the clipboard
    "\x1b]0;owned\x07Title & Co",  # sets the window's title
    "\x1b[2J\x1b[HClear Cleaning",
    "\x1b[?1049lAltscreen AG",
    "\x1b[31mRed Ink\x1b[0m",
    "\x1b]8;;http://192.0.2.1/\x1b\\Link House\x1b]8;;\x1b\\",
    "\x9b2JC1 Systems\x9d0;owned\x9c",
    "\x90q#0;2;0;0;0\x9cSixel Studio",
    "[/foo] Bracket Bros",
    "[red]Markup Media[/red]",
    "[@click=app.quit]Quit Quarry[/]",
    "[",
    "[link=http://192.0.2.1/]Hyper[/link",
    "\u202egnp.exe\u202c Bidi Bank",
    "\u2066\u2067\u2068Isolates\u2069",
    "Zero\u200bWidth\u200d\u2060\ufeffWorks",
    "\ud800Lone Surrogate",
    "Pair broken \udfff\ud83d",
    "Z" + "\u0301\u0302\u0303\u0304" * 200 + "algo",
    "N" * LONG,
    "東" * LONG,
    "👩‍👩‍👧‍👦👩🏽‍💻🏳️‍🌈 Families",
    "Tab\tNew\nLine\r\nBell\x07\x08\x7f",
    "\x00Nul",
    "DOM\\user",
    "ends in a backslash\\",
    "\\",
    "=cmd|'/c calc'!A1",
    "+1 Formula",
    "' OR 1=1 --",
    "../../etc/passwd",
    "%s %d {0} {self}",
    "",
    "   ",
    "\u3164\u2800",
    "ﷺ" * 40,
)

WRONG_TYPES: tuple[object, ...] = (None, True, 0, -1, 2**70, 1.5, [], ["x"], {}, {"a": 1}, "12")


def hostile_fields(rng: random.Random, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same fields, with some replaced by texts or values of another type, and some missing."""
    spoiled = dict(fields)
    for name in fields:
        chance = rng.random()
        if chance < 0.3 and isinstance(fields[name], str):
            spoiled[name] = rng.choice(TEXTS)
        elif chance < 0.36:
            spoiled[name] = rng.choice(WRONG_TYPES)
        elif chance < 0.4:
            del spoiled[name]
    return spoiled


def frames() -> tuple[str | bytes, ...]:
    """What is no event, or hardly one."""
    event = {"eventType": "CallEvent", "callHandle": 9999, "callEventType": "ring", "direction": "in"}
    return (
        "",
        "not JSON",
        "{",
        "null",
        "[]",
        "42",
        '"CallEvent"',
        "NaN",
        "[" * 50_000,
        b"",
        b"\x00\xff\xfe binary",
        json.dumps(event).encode(),
        "{}",
        json.dumps({"eventType": "HoldEvent", "callHandle": 1}),
        json.dumps({"eventType": None}),
        json.dumps({"eventType": "\x1b]0;owned\x07"}),
        json.dumps(event),
        json.dumps(event | {"callInfo": None}),
        json.dumps(event | {"callInfo": "text"}),
        json.dumps(event | {"callInfo": {"callerName": "[/foo]"}, "callEventType": "hold"}),
        json.dumps(event | {"callHandle": "1"}),
        json.dumps(event | {"callHandle": True}),
        json.dumps(event | {"callHandle": 2**63}),
        json.dumps(event | {"callHandle": None}),
        json.dumps(event | {"direction": "sideways"}),
        json.dumps(event | {"callEventType": "disconnect", "callHandle": 9998}),
        json.dumps({"eventType": "RecordEvent", "CallHandle": 9997, "recordingState": "Start", "recordType": "Agent"}),
        json.dumps({"eventType": "RecordEvent", "recordingState": 7}),
        json.dumps({"eventType": "ServerStatusEvent", "Connected": "no"}),
        '{"eventType": "CallEvent", "callInfo": {"callerName": "DOM\\user"}}',
        '{"eventType": "CallEvent", "eventType": "ServerStatusEvent", "Connected": true}',
        '\ufeff{"eventType": "ServerStatusEvent", "Connected": true}',
    )


def big_frame() -> str:
    """A call whose caller has five million letters."""
    info = {"callerName": "B" * BIG_FRAME_BYTES, "callerID": "3125550100"}
    event = {"eventType": "CallEvent", "callHandle": 9996, "callEventType": "ring", "direction": "in"}
    return json.dumps(event | {"callInfo": info})


def hostile_frames(rng: random.Random) -> Iterator[Event]:
    """Yield frames that are none, a big one now and then."""
    every = frames()
    for turn in count(1):
        frame = big_frame() if turn % BIG_FRAME_EVERY == 0 else rng.choice(every)
        yield Event(turn * FRAME_SECONDS, FrameSent(frame))


def hostile_rows() -> tuple[object, ...]:
    """What a user list should not hold."""
    row: dict[str, object] = {
        "alloted_computers": 1,
        "created_date": "01-13-2023",
        "isActive": True,
        "utilized_computers": 0,
        "username": "office@example.com",
    }
    return (
        *(row | {"username": text} for text in TEXTS),
        *(row | {"username": value} for value in WRONG_TYPES),
        *(row | {"alloted_computers": value} for value in WRONG_TYPES),
        *(row | {"created_date": value} for value in ("13-01-2023", "", None, "2023-01-13", "00-00-0000", 20230113)),
        *(row | {"isActive": value} for value in ("true", 1, None, "no")),
        {},
        None,
        "row",
        [row],
        row | {"unknown": {"nested": [1, 2, 3]}},
    )
