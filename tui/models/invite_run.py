"""Many invitations on their way: what was sent, what became of each, and what is left."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tui.models.users import (
    ALREADY_INVITED,
    EXISTS,
    INVITED,
    LISTED,
    NOT_INVITED,
    NOT_SENT,
    SENDING,
    UNKNOWN,
    Invitation,
    InviteResult,
    account_of,
)


class InviteRun:
    """Addresses that are sent batch after batch. ``version`` grows with every change."""

    def __init__(self, invitations: Sequence[Invitation], batch: int) -> None:
        self.invitations = tuple(invitations)
        self.version = 0
        self.sending: tuple[Invitation, ...] = ()
        """The batch that is under way; empty before the first and after the last."""
        self.is_stopping = False
        """Nothing more goes after the batch that is under way."""
        self.is_over = False
        self.reason = ""
        """Why it ended early; empty when it did not."""
        self._batch = batch
        self._results: dict[str, InviteResult] = {}
        self._next = 0

    def next_batch(self) -> tuple[Invitation, ...]:
        """What is to be sent now; empty when nothing is."""
        start = self._next
        self.sending = () if self.is_stopping else self.invitations[start : start + self._batch]
        self._next += len(self.sending)
        self.version += 1
        return self.sending

    def take(self, results: Iterable[InviteResult]) -> None:
        """Keep what became of some addresses."""
        self._results |= {account_of(result.email): result for result in results}
        self.version += 1

    def stop(self) -> None:
        """Send nothing more after the batch that is under way."""
        self.is_stopping = True
        self.version += 1

    def end(self, reason: str = "") -> None:
        """It is over. What is still under way was given up, and nobody knows what became of it."""
        sentence = "given up before an answer came"
        self.take(
            InviteResult(email=each.email, status=UNKNOWN, sentence=sentence)
            for each in self.sending
            if not reason and self.result(each) is None
        )
        self.sending = ()
        self.reason = reason or self.reason
        self.is_over = True
        self.version += 1

    def result(self, invitation: Invitation) -> InviteResult | None:
        """What became of an address; None when it was not sent, or is under way."""
        return self._results.get(account_of(invitation.email))

    @property
    def done(self) -> int:
        """How many have a result."""
        return len(self._results)

    @property
    def invited(self) -> int:
        """How many were newly invited."""
        return sum(result.is_invited for result in self._results.values())

    @property
    def computers(self) -> int:
        """Computers allotted by it so far."""
        return sum(each.computers for each in self.invitations if (found := self.result(each)) and found.is_invited)

    @property
    def left(self) -> tuple[Invitation, ...]:
        """What was not sent, or surely not carried out."""
        return tuple(
            each for each in self.invitations if (found := self.result(each)) is None or found.status == NOT_INVITED
        )

    @property
    def unknown(self) -> tuple[Invitation, ...]:
        """Those of which nobody knows what became of them."""
        return tuple(each for each in self.invitations if (found := self.result(each)) and found.status == UNKNOWN)

    def rows(self) -> Iterator[tuple[Invitation, InviteResult]]:
        """Every address with what became of it, in their order; then what was answered without having been asked."""
        sending = set(self.sending)
        for each in self.invitations:
            yield each, self.result(each) or _open(each, is_under_way=each in sending)
        asked = {account_of(each.email) for each in self.invitations}
        for email, result in self._results.items():
            if email not in asked:
                yield Invitation(email=result.email), result


def _open(invitation: Invitation, *, is_under_way: bool) -> InviteResult:
    sentence = "on its way" if is_under_way else "not sent"
    return InviteResult(email=invitation.email, status=SENDING if is_under_way else NOT_SENT, sentence=sentence)


def after_no_answer(
    results: Sequence[InviteResult], known_before: set[str], listed: Mapping[str, str], *, lists_invited: bool
) -> list[InviteResult]:
    """The results with those that are unknown looked up on a list that was fetched after them.

    The addresses are folded; ``listed`` says of each whether it may be new (LISTED) or was there for long (EXISTS).
    ``lists_invited``: the list has addresses that were just invited, so one that it has not was not invited; otherwise
    nobody can say.
    """

    def looked_up(result: InviteResult) -> InviteResult:
        email = account_of(result.email)
        if result.status != UNKNOWN or email in known_before:
            return result
        if email in listed:
            sentence = "invited after all: listed" if listed[email] == LISTED else "has an account for long"
            return InviteResult(email=result.email, status=listed[email], sentence=sentence)
        if lists_invited:
            return InviteResult(email=result.email, status=NOT_INVITED, sentence=f"not invited: {result.sentence}")
        return result

    return [looked_up(result) for result in results]


SETTLED: Final = frozenset({INVITED, LISTED, ALREADY_INVITED, EXISTS})
"""What needs no second run."""
