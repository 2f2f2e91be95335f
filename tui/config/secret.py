"""A value that must not be seen: it shows as ``***`` wherever it is printed, logged or formatted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, final
from urllib.parse import quote
from weakref import WeakValueDictionary

SHORTEST_MASKED: Final = 3
"""Characters that a secret must have to be looked for in a text; shorter ones would blot out everything."""


@final
class Secret:
    """A password, key, session id or sign-in link.

    Only :meth:`reveal` gives the text back: every place that can leak it is found by that word.
    """

    __slots__ = ("__weakref__", "_text")

    _living: ClassVar[WeakValueDictionary[int, Secret]] = WeakValueDictionary()

    def __init__(self, text: str) -> None:
        self._text: Final = text
        Secret._living[id(self)] = self  # by identity: an equal secret may live longer

    @classmethod
    def living(cls) -> list[Secret]:
        """All secrets that the program holds now, so that a report of a fault can hide them."""
        return list(cls._living.values())

    def reveal(self) -> str:
        """The text itself, for the one line that sends or shows it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> tuple[type[Secret], tuple[str]]:
        raise TypeError("a secret is not pickled")


NO_SECRET: Final = Secret("")
"""Where none was set."""


def masked(text: str, secrets: Iterable[Secret]) -> str:
    """A text in which every spelling of these secrets is ``***``; never fails, whatever characters a secret has."""
    import json  # not at the start, which has no use for it

    for secret in secrets:
        hidden = secret.reveal()
        if len(hidden) >= SHORTEST_MASKED:
            in_json, in_ascii = json.dumps(hidden, ensure_ascii=False)[1:-1], json.dumps(hidden)[1:-1]
            quoted = quote(hidden, safe="", errors="surrogatepass")
            for spelling in dict.fromkeys((hidden, quoted, in_json, in_ascii)):
                text = _without(text, spelling)
    return text


def _without(text: str, spelling: str) -> str:
    """Both may come from a server, which may also write an id, and %2F, in other letters than it was sent.

    A pattern that ignores case may take as long as the one times the other; looking for small letters does not.
    """
    small, sought = _small(text), _small(spelling)
    pieces, begin = [], 0
    while (found := small.find(sought, begin)) >= 0:
        pieces.append(text[begin:found])
        begin = found + len(sought)
    return "***".join([*pieces, text[begin:]])


def _small(text: str) -> str:
    """A text in small letters, each in its place; a letter with two small forms always gives the same one."""
    if text.isascii():
        return text.lower()
    return text.translate({ord(each): _small_letter(each) for each in set(text)})


def _small_letter(letter: str) -> str:
    for small in (letter.upper().lower(), letter.lower()):
        if len(small) == 1:
            return small
    return letter
