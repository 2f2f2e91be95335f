"""Which connection belongs to which call: a suggestion with its reason and a chance, for nobody has said so.

A connection begins with one call, or with none; other calls are of the same case: the customer calls again while it
lasts, or was passed on from a colleague. A call may have several connections.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from copy import deepcopy
from typing import Final

from msgspec import Struct

from tui.models.case_knowledge import NOTHING_GIVEN, Given, Knowledge, device_of
from tui.models.case_reasons import reason
from tui.models.case_weighing import Weighing
from tui.models.connections import Connection
from tui.models.kept_calls import KeptCall

LEAST: Final = 0.05
"""What is less likely is no suggestion."""

LIKELY: Final = 0.5
"""From here on it is likelier that a suggestion is right than that it is not."""

SUREST: Final = 0.99
"""Nobody has said that a suggestion is right, so no more is told of it."""

MOST: Final = 5
"""Suggestions of one connection."""

_AGAIN: Final = 0.97
"""How likely it is that who talks with the same technician again, while a connection lasts, talks about it."""

_AGAIN_SECONDS: Final = 600.0
"""How long before and after a connection."""

_PASSED_ON: Final = 0.85
"""How likely it is that a number that was at another extension until then was passed on."""

_PASSED_ON_SECONDS: Final = 60.0


class Suggestion(Struct, frozen=True, kw_only=True):
    """A call and a connection that may belong together."""

    call: KeptCall
    connection: Connection
    confidence: float
    """Of a hundred suggestions with a chance of 0.9, ninety are right."""
    reason: str


class Cases:
    """The suggestions of some days, by call and by connection, the likeliest first."""

    def __init__(self, suggestions: Iterable[Suggestion] = ()) -> None:
        self._of_call: dict[str, list[Suggestion]] = {}
        self._of_connection: dict[Hashable, list[Suggestion]] = {}
        for each in sorted(suggestions, key=lambda each: -each.confidence):
            self._of_call.setdefault(each.call.id, []).append(each)
            self._of_connection.setdefault(each.connection.identity, []).append(each)

    @property
    def calls(self) -> list[KeptCall]:
        """Those that may have a connection."""
        return [found[0].call for found in self._of_call.values()]

    @property
    def connections(self) -> list[Connection]:
        """Those that may have a call."""
        return [found[0].connection for found in self._of_connection.values()]

    def of_call(self, id: str) -> list[Suggestion]:
        """The connections of a call, by the id that it is kept under."""
        return self._of_call.get(id, [])

    def of_connection(self, row: Connection) -> list[Suggestion]:
        """The calls of a connection."""
        return self._of_connection.get(row.identity, [])


def chance_of_any(suggestions: Iterable[Suggestion]) -> float:
    """How likely it is that one of these is right."""
    none = 1.0
    for each in suggestions:
        none *= 1.0 - each.confidence
    return 1.0 - none


def suggestions_of(
    calls: Iterable[KeptCall], rows: Iterable[Connection], known: Knowledge, given: Given = NOTHING_GIVEN
) -> list[Suggestion]:
    """Join the connections of a day with the calls around it, and count the day into what is known.

    A call that was not connected, and a connection whose start cannot be read, belong to nothing.
    """
    weighing = Weighing(calls, rows, known, given)
    weighing.weigh()
    joined = _Joined(weighing, given)
    return [each for place in range(len(weighing.rows)) for each in joined.suggestions(place)]


def look_at(
    calls: Iterable[KeptCall], rows: Iterable[Connection], known: Knowledge, given: Given = NOTHING_GIVEN
) -> tuple[list[Suggestion], Knowledge]:
    """Join the connections of a day that will be joined again, and leave what is known as it is.

    Gives what would be known with this day, too.
    """
    with_it = deepcopy(known)
    return suggestions_of(calls, rows, with_it, given), with_it


class _Joined:
    """What was weighed, with the other calls of each case."""

    def __init__(self, weighing: Weighing, given: Given) -> None:
        self._weighing = weighing
        self._given = given
        self._claims: dict[int, list[tuple[str, float]]] = {}
        """Of each call the customers whose connections began with it, and with which chance."""
        for row, candidates in zip(weighing.rows, weighing.candidates, strict=True):
            for each in candidates:
                if each.weight >= LEAST:
                    self._claims.setdefault(each.place, []).append((device_of(row), each.weight))

    def suggestions(self, place: int) -> list[Suggestion]:
        """The calls of a connection, the likeliest first."""
        weighing = self._weighing
        row, candidates = weighing.rows[place], weighing.candidates[place]
        chances = {each.place: each.weight for each in candidates}
        along: dict[int, tuple[float, int]] = {}
        for first in candidates:
            if first.weight < LEAST:
                continue
            for other in candidates:
                if other is not first and (chance := self._goes_along(place, first.place, other.place)):
                    before, _ = along.get(other.place, (0.0, 0))
                    along[other.place] = before + first.weight * chance, first.place
        found: list[Suggestion] = []
        for call, chance in chances.items():
            with_others, first_call = along.get(call, (0.0, call))
            if chance + with_others >= LEAST:
                found.append(
                    Suggestion(
                        call=weighing.calls[call],
                        connection=row,
                        confidence=min(1.0, chance + with_others),
                        reason=reason(
                            weighing, self._given, place, call, call if chance >= with_others else first_call
                        ),
                    )
                )
        return sorted(found, key=lambda each: -each.confidence)[:MOST]

    def _goes_along(self, place: int, first: int, other: int) -> float:
        """How likely a call is of the case that a connection began in with another."""
        weighing = self._weighing
        call = weighing.calls[other]
        if not call.line or call.line != weighing.calls[first].line:
            return 0.0
        ours = weighing.difference(other)
        if call.extension != weighing.calls[first].extension:
            apart = weighing.began[first] + weighing.difference(first) - weighing.ended[other] - ours
            chance = _PASSED_ON if abs(apart) <= _PASSED_ON_SECONDS else 0.0
        else:
            begins = weighing.at[place] - ours
            ends = begins + (weighing.rows[place].seconds or 0)
            is_near = (
                weighing.began[other] <= ends + _AGAIN_SECONDS and weighing.ended[other] >= begins - _AGAIN_SECONDS
            )
            chance = _AGAIN if is_near else 0.0
        return chance and chance * (1.0 - self._claimed(other, device_of(weighing.rows[place])))

    def _claimed(self, call: int, but: str) -> float:
        """With which chance another customer's connection began with a call."""
        return max((chance for device, chance in self._claims.get(call, ()) if device != but), default=0.0)
