"""Frames of the event channel, in the guide's spelling and in every other one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.models.calls import (
    AltiGenEvent,
    CallEvent,
    CallInfo,
    OriginalData,
    RecordEvent,
    ServerStatusEvent,
    Unreadable,
)
from tui.models.text import LIMIT, clean
from tui.services.altigen.events import FAILED_MOST, FRAME_LIMIT, read_events
from tui.services.decoding import decoded

INFO = {
    "callerID": "312-555-0100",
    "callerName": "Harbour Dental",
    "callerIPAddress": "192.0.2.7",
    "calleeID": "201",
    "calleeName": "Front desk",
    "ivrData": "1",
    "userData": "ticket=7@vip=no",
    "workgroupName": "500",
    "outboundworkgroupName": "501",
    "dnisName": "Sales",
    "dnisNumber": "800-555-0100",
    "aniName": "Harbour",
    "aniNumber": "312-555-0101",
    "callPriority": 5,
    "callSklr": 2,
    "callType": "callback",
    "originalData": {
        "originalworkgroupName": "502",
        "originalCallerId": "312-555-0102",
        "originalCallername": "Pier Bakery",
    },
}
CALL = {
    "eventType": "CallEvent",
    "callHandle": 7,
    "callEventType": "ring",
    "direction": "in",
    "callInfo": INFO,
}
KNOWN = CallEvent(
    handle=7,
    event_type="ring",
    direction="in",
    info=CallInfo(
        caller_id="312-555-0100",
        caller_name="Harbour Dental",
        caller_ip="192.0.2.7",
        callee_id="201",
        callee_name="Front desk",
        ivr_data="1",
        user_data="ticket=7@vip=no",
        workgroup="500",
        outbound_workgroup="501",
        dnis_name="Sales",
        dnis_number="800-555-0100",
        ani_name="Harbour",
        ani_number="312-555-0101",
        priority=5,
        skill=2,
        call_type="callback",
        original=OriginalData(workgroup="502", caller_id="312-555-0102", caller_name="Pier Bakery"),
    ),
)


def frame(event: Any, **options: Any) -> bytes:
    return json.dumps(event, **options).encode()


def call(**changed: Any) -> bytes:
    return frame({**CALL, **changed}, ensure_ascii=False)


def read_all(*frames: bytes) -> list[AltiGenEvent]:
    return list(read_events(frames))


def read_event(raw: bytes) -> AltiGenEvent:
    (event,) = read_all(raw)
    return event


def read_call(raw: bytes) -> CallEvent:
    event = read_event(raw)
    assert isinstance(event, CallEvent)
    return event


def upper(value: Any) -> Any:
    return {key.upper(): upper(item) for key, item in value.items()} if isinstance(value, dict) else value


def snake(value: Any) -> Any:
    names = {"callHandle": "call_handle", "callInfo": " Call_Info ", "callerName": "CALLER_NAME:"}
    return {names.get(key, key): snake(item) for key, item in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    "raw",
    [
        frame(CALL),
        frame(CALL, indent=1),
        frame(dict(reversed(CALL.items()))),
        frame(upper(CALL)),
        frame(snake(CALL)),
        frame({**CALL, "callHandle": "7"}),
        frame({**CALL, "callHandle": 7.0, "callEventType": "Ring", "direction": "IN"}),
        frame({**CALL, "callHandle": "7.0", "callEventType": " ring\r\n", "direction": " in "}),
        frame({**CALL, "callEventType": " ring", "direction": "in "}),
        frame({**CALL, "eventType": "callevent"}),
        frame(CALL) + b"\0",
        b"\r\n\0 " + frame(CALL) + b"\r\n" + b"\0" * 1_000,
        frame({**CALL, "callInfo": {**INFO, "callPriority": "5", "callSklr": " 2 "}}),
        b"\xef\xbb\xbf" + frame(CALL),
    ],
)
def test_a_call_event_is_read_in_every_spelling(raw: bytes) -> None:
    assert read_event(raw) == KNOWN


def test_missing_and_null_fields_are_empty() -> None:
    bare = CallEvent(handle=7, event_type="ring")
    assert read_event(b'{"eventType":"CallEvent","callHandle":7,"callEventType":"ring"}') == bare
    nulls = {"callerName": None, "callPriority": None, "originalData": None, "callType": None}
    assert read_event(call(direction=None, callInfo=nulls)) == bare
    assert read_event(call(direction=None, callInfo=None)) == bare


def test_unknown_fields_are_kept_as_text() -> None:
    info = {"callerName": "x", "queue": 3, "tags": ["a", "b"], "vip": True, "none": None}
    event = read_call(call(callInfo=info, callState="Hold\x1b"))
    assert event.extra == (("callState", "Hold␛"),)
    assert event.info.extra == (("queue", "3"), ("tags", '["a", "b"]'), ("vip", "true"), ("none", ""))


def test_no_server_can_fill_our_own_fields_unseen() -> None:
    event = read_call(call(extra=[["a", "\x1b"]], callInfo={"extra": [["b", "c"]]}))
    assert event.extra == (("extra", '[["a", "\\u001b"]]'),)
    assert event.info.extra == (("extra", '[["b", "c"]]'),)


def test_fields_of_another_type_than_the_guides_are_kept() -> None:
    info = {"callerName": 312, "callPriority": "urgent", "originalData": "none", "callSklr": [1]}
    event = read_call(call(callInfo=info))
    assert event.info.caller_name == "312"
    assert event.info.priority is None
    assert event.info.extra == (("callPriority", "urgent"), ("originalData", "none"), ("callSklr", "[1]"))
    assert read_call(call(callInfo="gone")).extra == (("callInfo", "gone"),)


@pytest.mark.parametrize("kind", ["hold", "Call Pending", "répondu"])
def test_an_unknown_kind_of_call_event_is_kept(kind: str) -> None:
    assert read_call(call(callEventType=kind)).event_type == kind.lower()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Çağrı İşık", "Çağrı İşık"),
        ("\x1b]0;title\x07", "␛]0;title␇"),
        ("a\x7fb", "a␡b"),
        ("\u202eevil", "\N{REPLACEMENT CHARACTER}evil"),
        ("C1\x9b31m", "C1\N{REPLACEMENT CHARACTER}31m"),
        ("[/] [red]x[/red]", "[/] [red]x[/red]"),
        ("日本語", "日本語"),
        ("soft\xadhyphen", "soft\N{REPLACEMENT CHARACTER}hyphen"),
        ("x" * (LIMIT + 5), "x" * (LIMIT - 1) + "…"),
        ("tab\tnew\nline", "tab␉new␊line"),
        ('quote " back\\slash', 'quote " back\\slash'),
    ],
)
@pytest.mark.parametrize("escaped", [True, False])
def test_every_text_is_made_safe(name: str, shown: str, escaped: bool) -> None:
    event = read_call(frame({**CALL, "callInfo": {"callerName": name}}, ensure_ascii=escaped))
    assert event.info.caller_name == shown


def test_raw_controls_and_lone_surrogates_and_other_encodings_are_read() -> None:
    raw = frame({**CALL, "callInfo": {"callerName": "NAME"}})
    for sent, shown in [
        (b"a\nb", "a␊b"),
        (b"caf\xe9", "café"),  # codespell:ignore caf
        (b"\\ud800", "\N{REPLACEMENT CHARACTER}"),
    ]:
        assert read_call(raw.replace(b"NAME", sent)).info.caller_name == shown


@pytest.mark.parametrize(
    ("event", "known"),
    [
        ({"CallHandle": 7, "recordingState": "Start", "recordType": "Agent"}, ("start", "Agent")),
        ({"callHandle": "7", "RecordingState": "MUTE", "recordtype": None}, ("mute", "")),
        ({"CallHandle": 7, "recordingState": "Paused"}, ("paused", "")),
        ({"CallHandle": 7, "recordingState": " Start\r\n", "recordType": " Agent "}, ("start", "Agent")),
    ],
)
def test_a_record_event_is_read_in_every_spelling(event: dict[str, Any], known: tuple[str, str]) -> None:
    read = read_event(frame({"eventType": "RecordEvent", **event}))
    assert read == RecordEvent(handle=7, state=known[0], record_type=known[1])


@pytest.mark.parametrize(
    ("value", "connected"), [(True, True), (False, False), ("true", True), ("False", False), (0, False), (1, True)]
)
@pytest.mark.parametrize("name", ["Connected", "connected"])
def test_a_server_status_is_read_in_every_spelling(name: str, value: Any, connected: bool) -> None:
    assert read_event(frame({"eventType": "ServerStatusEvent", name: value})) == ServerStatusEvent(connected=connected)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\x00\x01\xff", "no JSON"),
        (b'{"eventType":"CallEvent","call', "no JSON"),
        (b"[" * 50_000, "no JSON"),
        (b'{"a":' * 50_000, "no JSON"),
        (b"[7]", "no object"),
        (b'"CallEvent"', "no object"),
        (b"{}", "without eventType"),
        (b'{"eventType":null}', "without eventType"),
        (b'{"eventType":"TeaEvent"}', "unknown type teaevent"),
        (call(callHandle=None), "CallEvent without callHandle"),
        (call(callHandle="seven"), "CallEvent without callHandle"),
        (call(callHandle=True), "CallEvent without callHandle"),
        (call(callHandle=7.5), "CallEvent without callHandle"),
        (call(callHandle=2**40), "CallEvent without callHandle"),
        (call(callHandle=int("9" * 400)), "CallEvent without callHandle"),
        (b'{"eventType":"CallEvent","callHandle":' + b"9" * 5000 + b"}", "no JSON"),
        (b'{"eventType":"RecordEvent","recordingState":"Start"}', "RecordEvent without callHandle"),
        (b'{"eventType":"ServerStatusEvent","Connected":"maybe"}', "ServerStatusEvent without Connected"),
        (b'{"eventType":"CallEvent","x":"' + b"x" * FRAME_LIMIT + b'"}', "1024 KiB"),
    ],
)
def test_what_is_no_event_is_unreadable_with_an_excerpt(raw: bytes, reason: str) -> None:
    event = read_event(raw)
    assert isinstance(event, Unreadable)
    assert reason in event.reason
    assert len(event.excerpt) <= 200
    assert event.excerpt == clean(event.excerpt)


RECORD = {"eventType": "RecordEvent", "CallHandle": 7, "recordingState": "Start", "recordType": "Agent"}
STATUS = {"eventType": "ServerStatusEvent", "Connected": True}
THREE = [KNOWN, RecordEvent(handle=7, state="start", record_type="Agent"), ServerStatusEvent(connected=True)]
SEPARATORS = {
    "nothing": b"",
    "a line end": b"\n",
    "line ends of Windows": b"\r\n\r\n",
    "blanks": b" \t ",
    "a comma": b", ",
    "the sign of SignalR": b"\x1e",
    "padding": b"\0\0",
    "a mark of the byte order": b"\xef\xbb\xbf",
}


def joined(separator: bytes, *, spelled: Any = lambda event: event) -> bytes:
    return separator.join(frame(spelled(event)) for event in (CALL, RECORD, STATUS))


@pytest.mark.parametrize("spelled", [lambda event: event, upper], ids=["as in the guide", "in capitals"])
@pytest.mark.parametrize("separator", SEPARATORS.values(), ids=SEPARATORS)
def test_several_events_in_one_frame_are_read_in_order(separator: bytes, spelled: Any) -> None:
    assert read_all(joined(separator, spelled=spelled)) == THREE
    assert read_all(separator + joined(separator, spelled=spelled) + separator) == THREE


@pytest.mark.parametrize(
    "array",
    [
        [CALL, RECORD, STATUS],
        [[CALL], [], [[RECORD, [STATUS]]]],
        [upper(CALL), RECORD, [], STATUS],
        [[[[[[[[CALL, RECORD, STATUS]]]]]]]],
    ],
)
def test_an_array_of_events_is_read_in_order(array: Any) -> None:
    assert read_all(frame(array)) == THREE
    assert read_all(frame(array, indent=2)) == THREE
    assert read_all(frame(array) + b"\r\n" + frame(array)) == [*THREE, *THREE]


def test_what_is_no_event_among_others_is_told_and_the_others_are_read() -> None:
    call, record, status = (frame(each) for each in (CALL, RECORD, STATUS))
    for raw in (b"\n".join((call, record, b'{"x":1}', status)), frame([CALL, RECORD, {"x": 1}, STATUS])):
        *before, odd, last = read_all(raw)
        assert [*before, last] == THREE
        assert isinstance(odd, Unreadable)
        assert (odd.reason, odd.excerpt.replace(" ", "")) == ("a message without eventType", '{"x":1}')


@pytest.mark.parametrize("rest", [b'{"eventType":"Call', b"OK", b"]", b"\xff", b"[1", b'"'])
def test_what_cannot_be_read_behind_an_event_is_told_and_the_event_is_read(rest: bytes) -> None:
    event, unread = read_all(frame(CALL) + b"\n" + rest)
    assert event == KNOWN
    assert isinstance(unread, Unreadable)
    assert unread.reason == "the rest of a message, which is no JSON"
    assert unread.excerpt == clean(decoded(rest).text)


@pytest.mark.parametrize("raw", [b"", b" \r\n", b"\0\0", b"[]", b"[[], [[]]]"])
def test_a_frame_that_says_nothing_is_no_event_and_no_loss(raw: bytes) -> None:
    assert read_all(raw) == []


@pytest.mark.parametrize("raw", [b"1 " * 400_000, b"[" + b"1," * 400_000 + b"1]", b"{}" * 400_000, b'["a"],' * 100_000])
def test_a_frame_full_of_what_is_no_event_is_not_told_a_million_times(raw: bytes) -> None:
    events = read_all(raw)
    assert len(events) == FAILED_MOST + 1
    assert all(isinstance(event, Unreadable) for event in events)


def test_what_must_not_be_seen_is_hidden_in_each_unreadable_part() -> None:
    raw = frame({"eventType": "secret"}) + frame(["secret"]) + b'{"secret'
    events = list(read_events([raw], lambda text: text.replace("secret", "***")))
    assert len(events) == 3
    assert "secret" not in repr(events)


@pytest.mark.parametrize(
    ("raw", "may_be"),
    [
        (b"no JSON", True),
        (b"{}", True),
        (b"[1]", True),
        (call(callHandle=None), True),
        (b'{"eventType":"TeaEvent"}', False),
        (b'{"eventType":"HoldEvent","callHandle":7}', True),
        (b'{"eventType":"ServerStatusEvent","Connected":"maybe"}', True),
    ],
)
def test_what_names_itself_as_something_else_told_of_no_call(raw: bytes, may_be: bool) -> None:
    event = read_event(raw)
    assert isinstance(event, Unreadable)
    assert event.may_be_of_call is may_be


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), texts, st.lists(texts, max_size=2)
)


@given(
    st.fixed_dictionaries(
        {"eventType": st.sampled_from(["CallEvent", "RecordEvent", "ServerStatusEvent", "x"])},
        optional={
            "callHandle": values,
            "CallHandle": values,
            "callEventType": values,
            "direction": values,
            "recordingState": values,
            "Connected": values,
            "callInfo": st.one_of(values, st.dictionaries(st.sampled_from([*INFO, "more"]), values, max_size=6)),
        },
    ),
    st.booleans(),
)
def test_whatever_comes_is_an_event_or_unreadable_and_safe(payload: dict[str, Any], escaped: bool) -> None:
    try:
        raw = json.dumps(payload, ensure_ascii=escaped).encode()
    except UnicodeEncodeError:
        return
    event = read_event(raw)
    if isinstance(event, CallEvent):
        info = event.info
        shown = [event.event_type, event.direction, info.caller_name, info.user_data, info.original.caller_id]
        shown += [text for pair in (*event.extra, *info.extra) for text in pair]
        assert all(text == clean(text) for text in shown)


@given(st.binary(max_size=60))
def test_no_bytes_ever_break_the_stream(raw: bytes) -> None:
    assert all(isinstance(event, Unreadable) for event in read_all(raw))


@given(
    st.fixed_dictionaries({"callHandle": st.integers(-(2**31), 2**31 - 1), "callEventType": texts}),
    st.fixed_dictionaries({}, optional={name: texts for name, value in INFO.items() if isinstance(value, str)}),
    st.sampled_from(["in", "out", "IN", ""]),
)
def test_the_guides_spelling_and_any_other_give_the_same_event(
    fields: dict[str, Any], info: dict[str, str], direction: str
) -> None:
    event = {"eventType": "CallEvent", **fields, "direction": direction, "callInfo": info}
    assert read_event(frame(event, ensure_ascii=False)) == read_event(frame(upper(event), ensure_ascii=True))


@given(
    st.lists(st.sampled_from([CALL, RECORD, STATUS, upper(CALL)]), max_size=5),
    st.sampled_from(list(SEPARATORS.values())),
    st.booleans(),
)
def test_events_come_alike_whether_alone_or_together(events: list[Any], separator: bytes, in_array: bool) -> None:
    alone = read_all(*map(frame, events))
    assert read_all(frame(events) if in_array else separator.join(map(frame, events))) == alone


def test_no_character_escapes_cleaning_by_the_short_way() -> None:
    for code in (code for code in range(0x20, 0x3000) if chr(code) not in '"\\'):
        name = f"a{chr(code)}b"
        assert read_call(
            frame({**CALL, "callInfo": {"callerName": name}}, ensure_ascii=False)
        ).info.caller_name == clean(name)
