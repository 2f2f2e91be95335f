"""Why an event channel ended: who closed it, what the code means, and which setting may help."""

from __future__ import annotations

from typing import Final

from websockets.exceptions import ConnectionClosed

from tui.models.text import clean
from tui.services.errors import NotBound, Unreachable
from tui.services.failures import Peer, system_error

MESSAGE_LIMIT: Final = 16 * 1024 * 1024
"""Bytes of a message beyond which we close the channel; no phone system has that many calls to tell of."""

_THEIRS: Final = {
    1000: "it regards the channel as done",
    1001: "it shuts down or restarts",
    1002: "it says that we break the WebSocket protocol; is a proxy or a firewall in between?",
    1003: "it does not take what we sent",
    1005: "it gives no reason",
    1007: "it cannot read what we sent",
    1008: "it does not accept us",
    1009: "what we sent is too large for it",
    1010: "it wants an extension of the protocol that we do not have",
    1011: "it failed",
    1012: "it restarts",
    1013: "it is too busy",
    1014: "a gateway in front of it got no good answer",
    3000: "it wants a log-on that it knows",
    3003: "it forbids the channel",
    4401: "it wants a log-on that it knows",
    4403: "it forbids the channel",
    4404: "it does not know what we asked for",
}
"""What a server means by its codes (RFC 6455, 7.4; above 4000 it may mean anything)."""

_OURS: Final = {
    1002: "what came breaks the WebSocket protocol. Is a proxy in between, or is {path} no event channel?",
    1007: "what came is not in UTF-8. Is {path} no event channel?",
    1009: f"a message of more than {MESSAGE_LIMIT >> 20} MiB came, which no event is. Is {{path}} no event channel?",
}
"""Why we close a channel ourselves."""


def lost(error: ConnectionClosed, peer: Peer, hidden: str, *, is_unproved: bool) -> Unreachable:
    """The error that the end of a channel stands for.

    ``hidden``: the reason that came with it, without secrets. ``is_unproved``: nothing was told on the channel yet, and
    it was bound not long ago, so whether it was bound at all is open.
    """
    path, bind = peer.setting("events_path"), peer.setting("bind")
    when = " soon after it was bound" if is_unproved else ""
    ours, theirs = error.sent, error.rcvd
    if ours is not None and not error.rcvd_then_sent:
        why = _OURS.get(ours.code, "what came could not be taken. Is {path} no event channel?").format(path=path)
        if "reserved bits" in ours.reason:  # what the library says of a frame that is compressed
            why = "it sent a compressed event, which was not asked for and is not unpacked"
        said = f"{ours.code} {clean(ours.reason)}".strip()
        return Unreachable(f"We closed the event channel to {peer.system}: {why}", detail=said, setting=path)
    if theirs is None:
        sentence = f"The event channel to {peer.system} broke{when}."
        said = clean(str(system_error(error) or ""))
    else:
        why = _THEIRS.get(theirs.code, "for a reason of its own")
        sentence = f"{peer.system} closed the event channel{when}: {why}."
        said = f"{theirs.code} {hidden}".strip()
    if is_unproved:
        return NotBound(f"{sentence} Check {path} and {bind}.", detail=said, setting=bind)
    return Unreachable(sentence, detail=said)
