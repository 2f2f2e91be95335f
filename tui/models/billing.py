"""What of the connections' time is billed. It is worked out day by day, so that every split adds up to its whole."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from tui.config import BillingSettings
from tui.models.connections import Connection


class Billing(Struct, frozen=True, kw_only=True):
    """How the time of connections becomes the time that is billed. All lengths in seconds; 0: not used."""

    minimum: int = 0
    """No connection is billed for less."""
    rounding: int = 0
    """What is billed is a multiple of this, rounded up."""
    merging: int = 0
    """Connections to one device with shorter pauses between them are billed as one."""

    @classmethod
    def by(cls, settings: BillingSettings) -> Billing:
        """What was settled in the config."""
        minutes = settings.minimum_minutes, settings.round_minutes, settings.merge_minutes
        minimum, rounding, merging = (60 * each for each in minutes)
        return cls(minimum=minimum, rounding=rounding, merging=merging)

    def of(self, seconds: int) -> int:
        """What is billed for this length; nothing for none."""
        if seconds <= 0:
            return 0
        billed = max(seconds, self.minimum)
        return billed if not self.rounding else -(-billed // self.rounding) * self.rounding


def billed_seconds(connections: Sequence[Connection], billing: Billing) -> list[int | None]:
    """Give the billed seconds of each connection; None where its length is not known.

    Of those that are billed as one, each has its own length, and the first what the rule adds. The pauses between them
    are not billed. Connections of different days are never one.
    """
    billed = [connection.seconds for connection in connections]
    for group in _groups(connections, billing.merging):
        length = sum(connections[place].seconds or 0 for place in group)
        first = group[0]
        billed[first] = (connections[first].seconds or 0) + billing.of(length) - length
    return billed


def _groups(connections: Sequence[Connection], merging: int) -> Iterable[list[int]]:
    """Where the connections of a known length stand, by what is billed as one; in the order of their starts."""
    known = [place for place, connection in enumerate(connections) if connection.seconds is not None]
    known.sort(key=lambda place: (_start(connections[place]), connections[place].uid))
    groups: list[list[int]] = []
    latest: dict[tuple[str, str], tuple[list[int], float]] = {}
    for place in known:
        connection = connections[place]
        key = connection.day, connection.customer_device
        began = _start(connection)
        ended = began + (connection.seconds or 0)
        if merging and all(key) and key in latest and began - latest[key][1] < merging:
            group, until = latest[key]
            ended = max(ended, until)
        else:
            group = []
            groups.append(group)
        group.append(place)
        latest[key] = group, ended
    return groups


def _start(connection: Connection) -> float:
    return 0.0 if connection.started is None else connection.started.timestamp()
