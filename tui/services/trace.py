"""What went over the wires lately, for finding out how a site's systems speak: bounded, and without secrets."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from tui.config import Secret, masked
from tui.models.clock import Clock, Moment
from tui.models.text import clean
from tui.services.decoding import decoded

KEPT: Final = 200
"""Exchanges that are kept of one system."""

LENGTH: Final = 1_000
"""Characters shown of one of them."""

RAW_LENGTH: Final = 4 * LENGTH
"""Bytes or characters kept of one of them."""

Direction = Literal["→", "←", "!"]
"""To the system, from it, or something that went wrong in between."""


class Exchange(NamedTuple):
    """One thing that went over the wire, cleaned and without secrets."""

    at: Moment
    direction: Direction
    text: str


class Trace:
    """The last exchanges with one system. ``version`` grows with each."""

    def __init__(self, clock: Clock) -> None:
        self.version = 0
        self._clock = clock
        self._kept: deque[tuple[Moment, Direction, bytes | str, tuple[Secret, ...]]] = deque(maxlen=KEPT)

    def __iter__(self) -> Iterator[Exchange]:
        """The exchanges, oldest first; what they say is made readable only now, when somebody looks."""
        for at, direction, raw, secrets in list(self._kept):
            text = raw if isinstance(raw, str) else decoded(raw, is_cut=True).text
            text = masked(text, secrets)
            if len(raw) == RAW_LENGTH:  # what was cut off may have begun as a secret
                text = text[: -max((len(secret.reveal()) for secret in secrets), default=0) or None]
            yield Exchange(at, direction, clean(text, LENGTH))

    def sent(self, text: str, *secrets: Secret) -> None:
        """Something goes to the system."""
        self._keep("→", text, secrets, None)

    def came(self, raw: bytes | str, *secrets: Secret) -> None:
        """Something came from the system."""
        self._keep("←", raw, secrets, None)

    def came_together(self, raws: Sequence[bytes], at: Moment, *secrets: Secret) -> None:
        """So many things came in one piece; of more than are kept, the last."""
        for raw in raws[-KEPT:]:
            self._keep("←", raw, secrets, at)
        self.version += max(0, len(raws) - KEPT)

    def failed(self, text: str) -> None:
        """Something went wrong in between."""
        self._keep("!", text, (), None)

    def _keep(self, direction: Direction, raw: bytes | str, secrets: tuple[Secret, ...], at: Moment | None) -> None:
        if len(raw) > RAW_LENGTH:
            raw = raw[:RAW_LENGTH]
        self._kept.append((at or self._clock.now(), direction, raw, secrets))
        self.version += 1
