"""Reading a frame of AltiGen's event channel: at once when it is in the guide's spelling, patiently when it is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

import msgspec

from tui.models.calls import AltiGenEvent, CallEvent, CallInfo, OriginalData, RecordEvent, ServerStatusEvent, Unreadable
from tui.models.text import clean
from tui.services.decoding import decoded, read_json_at
from tui.services.fields import EXTRA_LIMIT, by_folded_key, folded, text, truth, unknown, whole, word
from tui.services.trace import RAW_LENGTH

FRAME_LIMIT: Final = 1024 * 1024
"""Bytes of a frame that is still read; a longer one is shown as unreadable, and the stream goes on."""

EXCERPT_LENGTH: Final = 200
"""Characters of an unreadable frame that are kept."""

FAILED_MOST: Final = 100
"""Values in one frame that are no events; after this many, the rest is not looked at."""

HANDLE_LIMIT: Final = 2**32
"""Handles are int32; a server that writes them unsigned stays below this."""

_BACKSLASH: Final = ord("\\")
_DELETE: Final = 0x7F

# The bytes of a frame in which every text is safe as it stands: printable ASCII without escapes, and the UTF-8 of
# U+00C0 to U+02FF, which are the letters of Latin alphabets. They all are what ``clean`` leaves alone.
_PLAIN: Final = bytes([*range(0x20, _BACKSLASH), *range(_BACKSLASH + 1, 0x7F), *range(0x80, 0xC0), *range(0xC3, 0xCC)])

_BETWEEN: Final = " \t\n\v\f\r\0\x1e,\ufeff"
"""What may stand between two events: blanks, line ends, commas, the padding and the separators of other protocols."""

_guide: Final = msgspec.json.Decoder(CallEvent | RecordEvent | ServerStatusEvent)
_guide_array: Final = msgspec.json.Decoder(list[CallEvent | RecordEvent | ServerStatusEvent])

_INFO_KEYS: Final = {
    folded(field.encode_name): field.name for field in msgspec.structs.fields(CallInfo) if field.name != "extra"
}
_ORIGINAL_KEYS: Final = {folded(field.encode_name): field.name for field in msgspec.structs.fields(OriginalData)}
_NUMBERS: Final = frozenset({"priority", "skill"})
_KINDS: Final = frozenset({"callevent", "recordevent", "serverstatusevent"})
_CALL_KEYS: Final = frozenset({"eventtype", "callhandle", "calleventtype", "direction", "callinfo"})


def read_events(frames: Iterable[bytes], hide: Callable[[str], str] = str) -> Iterator[AltiGenEvent]:
    """The events that frames hold, in order, with every text in them safe to show; Unreadable for what is none.

    A frame holds one event, several one after another, or an array of them. ``hide`` takes out of an unreadable one
    what nobody may see.

    An event in the guide's spelling ("Web API Events") whose texts need no cleaning is decoded straight into the model.
    Everything else takes the long way, which gives the same event.
    """
    for frame in frames:
        try:
            event = _guide.decode(frame)
        except (ValueError, RecursionError):
            yield from _read_several(frame, hide)
            continue
        if _is_plain(frame) and _is_canonical(event):
            yield event
        else:
            yield from _read_patiently(frame, hide)


def _read_several(frame: bytes, hide: Callable[[str], str]) -> Iterable[AltiGenEvent]:
    """What one event could not be read of: several in the guide's spelling, or whatever else."""
    try:
        events = _guide_array.decode(frame) if frame.lstrip()[:1] == b"[" else _guide.decode_lines(frame)
    except (ValueError, RecursionError):
        return _read_patiently(frame, hide)
    if len(frame) <= FRAME_LIMIT and _is_plain(frame) and all(map(_is_canonical, events)):
        return events
    return _read_patiently(frame, hide)


def _is_plain(frame: bytes) -> bool:
    """Whether no text in it needs cleaning."""
    is_ascii = frame.isascii() and _BACKSLASH not in frame and _DELETE not in frame
    return is_ascii or not frame.translate(None, _PLAIN)


def _is_canonical(event: AltiGenEvent) -> bool:
    """Whether an event that was decoded straight is as the long way would give it."""
    if isinstance(event, CallEvent):
        words = event.event_type + event.direction
        return words.islower() and " " not in words
    return isinstance(event, ServerStatusEvent)


def _read_patiently(frame: bytes, hide: Callable[[str], str]) -> Iterator[AltiGenEvent]:
    if len(frame) > FRAME_LIMIT:
        yield _unreadable(f"a message of {len(frame) >> 10} KiB", decoded(frame[:RAW_LENGTH], is_cut=True).text, hide)
        return
    raw = decoded(frame).text.rstrip(_BETWEEN)
    position = read = failed = 0
    while (position := _after_blanks(raw, position)) < len(raw):
        try:
            value, end = read_json_at(raw, position)
        except (ValueError, RecursionError):
            # Where the next event begins is anybody's guess: nothing of the rest is read.
            reason = "the rest of a message, which is no JSON" if read else "a message that is no JSON"
            yield _unreadable(reason, raw[position : position + RAW_LENGTH], hide)
            return
        for each in _flat(value):
            read += 1
            event = _event(each)
            if not isinstance(event, str):
                yield event
                continue
            excerpt = raw[position : min(end, position + RAW_LENGTH)] if each is value else text(each)
            yield _unreadable(event, excerpt, hide, may_be_of_call=_may_be_of_call(each))
            failed += 1
            if failed == FAILED_MOST:
                yield _unreadable("the rest of a message of which nothing can be read", "", hide)
                return
        position = end


def _after_blanks(raw: str, position: int) -> int:
    """Where the next value begins: what stands between two of them has no meaning."""
    while position < len(raw) and raw[position] in _BETWEEN:
        position += 1
    return position


def _flat(value: object) -> Iterator[object]:
    """What an array holds, and the arrays in it, in order; anything else is itself."""
    waiting = [iter((value,))]
    while waiting:
        for each in waiting[-1]:
            if isinstance(each, list):
                waiting.append(iter(each))
                break
            yield each
        else:
            waiting.pop()


def _event(payload: object) -> AltiGenEvent | str:
    """The event that a JSON value is, or why it is none."""
    if not isinstance(payload, dict):
        return "a message that is no object"
    fields = by_folded_key(payload)
    match folded(word(fields.get("eventtype"))):
        case "callevent":
            return _call_event(payload, fields)
        case "recordevent":
            if (handle := _handle(fields)) is None:
                return "a RecordEvent without callHandle"
            state, record_type = word(fields.get("recordingstate")).lower(), word(fields.get("recordtype"))
            return RecordEvent(handle=handle, state=state, record_type=record_type)
        case "serverstatusevent":
            connected = truth(fields.get("connected"))
            no_state = "a ServerStatusEvent without Connected"
            return no_state if connected is None else ServerStatusEvent(connected=connected)
        case "":
            return "a message without eventType"
        case kind:
            return f"an event of the unknown type {kind}"


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
        event_type=word(fields.get("calleventtype")).lower(),
        direction=word(fields.get("direction")).lower(),
        info=_info(info) if isinstance(info, dict) else CallInfo(),
        extra=extra,
    )


def _info(payload: Mapping[str, object]) -> CallInfo:
    fields: dict[str, object] = {}
    extra: list[tuple[str, str]] = []
    for key, value in payload.items():
        name = _INFO_KEYS.get(folded(key))
        if name is not None and value is None:
            continue
        if name == "original" and isinstance(value, dict):
            told = by_folded_key(value).items()
            fields[name] = OriginalData(**{_ORIGINAL_KEYS[key]: text(of) for key, of in told if key in _ORIGINAL_KEYS})
            extra += unknown(value, _ORIGINAL_KEYS)
        elif name in _NUMBERS and (number := whole(value)) is not None:
            fields[name] = number
        elif name is None or name == "original" or name in _NUMBERS:
            extra.append((clean(key), text(value)))
        else:
            fields[name] = text(value)
    # Each has the type that its name asks for.
    return CallInfo(**fields, extra=tuple(extra[:EXTRA_LIMIT]))  # type: ignore[arg-type]


def _handle(fields: Mapping[str, object]) -> int | None:
    handle = whole(fields.get("callhandle"))
    return handle if handle is not None and -HANDLE_LIMIT // 2 <= handle < HANDLE_LIMIT else None


def _may_be_of_call(payload: object) -> bool:
    """Whether a value that could not be read may tell of a call: not where it names itself as something else."""
    fields = by_folded_key(payload) if isinstance(payload, dict) else {}
    kind = folded(text(fields.get("eventtype")))
    return not kind or kind in _KINDS or "callhandle" in fields


def _unreadable(reason: str, raw: str, hide: Callable[[str], str], *, may_be_of_call: bool = True) -> Unreadable:
    # Hidden before it is shortened: else what must not be seen could be cut, and half of it stay.
    excerpt = clean(hide(raw), EXCERPT_LENGTH)
    return Unreadable(reason=clean(hide(reason)), excerpt=excerpt, may_be_of_call=may_be_of_call)
