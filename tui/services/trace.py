"""What went over the wires lately, for finding out how a site's systems speak: bounded, and without secrets."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from tui.config import Secret, masked
from tui.models.clock import Clock, Moment
from tui.models.text import clean
from tui.services.decoding import decoded
from tui.services.fields import folded

KEPT: Final = 200
"""Exchanges that are kept of one system."""

LENGTH: Final = 1_000
"""Characters shown of one of them."""

RAW_LENGTH: Final = 4 * LENGTH
"""Bytes or characters kept of one of them."""

Direction = Literal["→", "←", "!"]
"""To the system, from it, or something that went wrong in between."""


DEPTH: Final = 20
"""How deep an answer that brings a secret is shown."""

MASK: Final = "***"
"""What stands for a secret."""

SHORT_NUMBER: Final = 1_000_000
"""A number below this says how a request went; a longer one may be an id."""

_TELLING: Final = frozenset(
    """
    status statuscode code errorcode errornumber errorno errno number error errors message errormessage statusmessage
    description reason detail details success ok
    """.split()  # noqa: SIM905 - as a list it would be a column
)
"""Folded names of fields that say what became of a request; no reader takes a secret from them but the sign-in's link,
which is no plain word."""

_PLAIN_WORD: Final = re.compile(r"[(\"'-]{0,2}(?:[^\W\d]{1,24}|[0-9]{1,6})[)\"'.,:;!?]{0,3}")
"""A word or a short number. What an id, a token or a link is made of is longer, or mixes letters, digits and signs."""


class Exchange(NamedTuple):
    """One thing that went over the wire, cleaned and without secrets."""

    at: Moment
    direction: Direction
    text: str


def without_secrets(value: object, *, is_telling: bool = False, depth: int = DEPTH) -> object:
    """The JSON value of an answer that brings a secret, with its keys and with what says how the request went.

    Which field holds the secret differs from site to site, so all that is not known to be none is masked.
    """
    if value is None or isinstance(value, bool) or value == "":
        return value
    if depth and isinstance(value, dict):
        return {
            clean(key): without_secrets(item, is_telling=folded(key) in _TELLING, depth=depth - 1)
            for key, item in value.items()
        }
    if depth and isinstance(value, list):
        return [without_secrets(item, is_telling=is_telling, depth=depth - 1) for item in value]
    if is_telling and isinstance(value, str):
        return " ".join(word if _PLAIN_WORD.fullmatch(word) else MASK for word in clean(value).split())
    return value if is_telling and isinstance(value, int) and abs(value) < SHORT_NUMBER else MASK


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
        """Several things came in one piece; keep the last where they are more than are kept."""
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
