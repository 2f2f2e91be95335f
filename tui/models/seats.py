"""Who has which extension: as the config says, else as it was learnt, which is never certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from tui.models.case_knowledge import Knowledge
from tui.models.folding import fold


class Seat(NamedTuple):
    """Who has an extension; two may share one."""

    technicians: tuple[str, ...]
    is_certain: bool
    """The config says so."""

    @property
    def said(self) -> str:
        """``ayse``, ``maybe ayse``, ``maybe ayse or can``; empty where nothing is known."""
        names = " or ".join(self.technicians)
        return names if self.is_certain or not names else f"maybe {names}"


NOBODY: Final = Seat((), False)


class Seats:
    """Who has each of some extensions."""

    def __init__(self, technicians: Mapping[str, str], known: Knowledge, extensions: Iterable[str]) -> None:
        """``technicians``: of each extension, as the config says."""
        self._seats: dict[str, Seat] = {}
        self._extensions: dict[str, list[str]] = {}
        for extension in extensions:
            seat = self._seats[extension] = _seat(technicians, known, extension)
            for name in seat.technicians:
                self._extensions.setdefault(fold(name), []).append(extension)

    @property
    def extensions(self) -> list[str]:
        """All of them."""
        return list(self._seats)

    def of(self, extension: str) -> Seat:
        """Who has an extension."""
        return self._seats.get(extension, NOBODY)

    def extensions_of(self, technician: str) -> list[str]:
        """The extensions that a technician has."""
        return self._extensions.get(fold(technician), [])


def _seat(technicians: Mapping[str, str], known: Knowledge, extension: str) -> Seat:
    if name := technicians.get(extension, "").strip():
        return Seat((name,), True)
    return Seat(tuple(known.written.get(who, who) for who in known.technicians_of(extension)), False)
