"""Reading a frame of AltiGen's event channel: at once when it is in the guide's spelling, patiently when it is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from tui.models.calls import (
    AltiGenEvent,
    CallEvent,
    CallInfo,
    OriginalData,
    RecordEvent,
    ServerStatusEvent,
    Unreadable,
)
from tui.models.text import clean
from tui.services.decoding import decoded, read_json
from tui.services.fields import EXTRA_LIMIT, by_folded_key, folded, text, truth, unknown, whole

FRAME_LIMIT: Final = 1024 * 1024
"""Bytes of a frame that is still read; a longer one is shown as unreadable, and the stream goes on."""

EXCERPT_LENGTH: Final = 200
"""Characters of an unreadable frame that are kept."""

HANDLE_LIMIT: Final = 2**32
"""Handles are int32; a server that writes them unsigned stays below this."""

_BACKSLASH: Final = ord("\\")
_DELETE: Final = 0x7F

# The bytes of a frame in which every text is safe as it stands: printable ASCII without escapes, and the UTF-8 of
# U+00C0 to U+02FF, which are the letters of Latin alphabets. They all are what ``clean`` leaves alone.
_PLAIN: Final = bytes([*range(0x20, _BACKSLASH), *range(_BACKSLASH + 1, 0x7F), *range(0x80, 0xC0), *range(0xC3, 0xCC)])

_guide: Final = msgspec.json.Decoder(CallEvent | RecordEvent | ServerStatusEvent)

_INFO_KEYS: Final = {
    folded(field.encode_name): field.name for field in msgspec.structs.fields(CallInfo) if field.name != "extra"
}
_ORIGINAL_KEYS: Final = {folded(field.encode_name): field.name for field in msgspec.structs.fields(OriginalData)}
_NUMBERS: Final = frozenset({"priority", "skill"})
_CALL_KEYS: Final = frozenset({"eventtype", "callhandle", "calleventtype", "direction", "callinfo"})


def read_event(frame: bytes) -> AltiGenEvent:
    """The event that a frame holds, with every text in it safe to show; Unreadable when it holds none.

    A call event in the guide's spelling ("Web API Events") whose texts need no cleaning is decoded straight into
    the model. Everything else takes the long way, which gives the same event.
    """
    try:
        event = _guide.decode(frame)
    except (ValueError, RecursionError):
        return _read_patiently(frame)
    if (frame.isascii() and _BACKSLASH not in frame and _DELETE not in frame) or not frame.translate(None, _PLAIN):
        if isinstance(event, CallEvent):
            if (event.event_type + event.direction).islower():
                return event
        elif isinstance(event, ServerStatusEvent):
            return event
    return _read_patiently(frame)


def _read_patiently(frame: bytes) -> AltiGenEvent:
    if len(frame) > FRAME_LIMIT:
        return unreadable(f"a message of {len(frame) >> 10} KiB", frame)
    try:
        payload = read_json(decoded(frame).text)
    except (ValueError, RecursionError):
        return unreadable("a message that is no JSON", frame)
    if not isinstance(payload, dict):
        return unreadable("a message that is no object", frame)
    fields = by_folded_key(payload)
    event: AltiGenEvent | str
    match folded(text(fields.get("eventtype"))):
        case "callevent":
            event = _call_event(payload, fields)
        case "recordevent":
            event = _record_event(fields)
        case "serverstatusevent":
            event = _status_event(fields)
        case "":
            return unreadable("a message without eventType", frame)
        case kind:
            return unreadable(f"an event of the unknown type {kind}", frame)
    return event if not isinstance(event, str) else unreadable(event, frame)


def _call_event(payload: Mapping[str, object], fields: Mapping[str, object]) -> CallEvent | str:
    handle = _handle(fields)
    if handle is None:
        return "a CallEvent without callHandle"
    info = fields.get("callinfo")
    extra = unknown(payload, _CALL_KEYS)
    if info is not None and not isinstance(info, dict):
        extra = (*extra, ("callInfo", text(info)))
    return CallEvent(
        handle=handle,
        event_type=text(fields.get("calleventtype")).lower(),
        direction=text(fields.get("direction")).lower(),
        info=_info(info) if isinstance(info, dict) else CallInfo(),
        extra=extra,
    )


def _info(payload: Mapping[str, object]) -> CallInfo:
    fields: dict[str, object] = {}
    extra: list[tuple[str, str]] = []
    for key, value in payload.items():
        name = _INFO_KEYS.get(folded(key))
        if name is None or value is None:
            if name is None:
                extra.append((clean(key), text(value)))
        elif name == "original" and isinstance(value, dict):
            fields[name] = _original(value)
            extra += unknown(value, _ORIGINAL_KEYS)
        elif name not in _NUMBERS and name != "original":
            fields[name] = text(value)
        elif name in _NUMBERS and (number := whole(value)) is not None:
            fields[name] = number
        else:
            extra.append((clean(key), text(value)))
    # Each has the type that its name asks for.
    return CallInfo(**fields, extra=tuple(extra[:EXTRA_LIMIT]))  # type: ignore[arg-type]


def _original(payload: Mapping[str, object]) -> OriginalData:
    fields = by_folded_key(payload).items()
    return OriginalData(**{_ORIGINAL_KEYS[key]: text(value) for key, value in fields if key in _ORIGINAL_KEYS})


def _record_event(fields: Mapping[str, object]) -> RecordEvent | str:
    handle = _handle(fields)
    if handle is None:
        return "a RecordEvent without callHandle"
    state = text(fields.get("recordingstate")).lower()
    return RecordEvent(handle=handle, state=state, record_type=text(fields.get("recordtype")))


def _status_event(fields: Mapping[str, object]) -> ServerStatusEvent | str:
    connected = truth(fields.get("connected"))
    return "a ServerStatusEvent without Connected" if connected is None else ServerStatusEvent(connected=connected)


def _handle(fields: Mapping[str, object]) -> int | None:
    handle = whole(fields.get("callhandle"))
    return handle if handle is not None and -HANDLE_LIMIT // 2 <= handle < HANDLE_LIMIT else None


def unreadable(reason: str, frame: bytes) -> Unreadable:
    """What stands for a frame that could not be read."""
    excerpt = decoded(frame[: 4 * EXCERPT_LENGTH], is_cut=True).text
    return Unreadable(reason=reason, excerpt=clean(excerpt, EXCERPT_LENGTH))
