"""The style of a cell, and the fewest bytes that turn one style into another."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

_OFF: Final = {
    "1": "22",
    "2": "22",
    "3": "23",
    "4": "24",
    "5": "25",
    "6": "25",
    "7": "27",
    "8": "28",
    "9": "29",
    "21": "24",
    "51": "54",
    "52": "54",
    "53": "55",
}
"""What ends each attribute of SGR (ECMA-48 8.3.117); some end in pairs."""

_SEEN_ON_BLANKS: Final = frozenset({"4", "7", "9", "21", "51", "52", "53"})
"""What shows where no letter stands: lines through and around the cell, and a colour turned into a background."""


class CellStyle:
    """Attributes and colours of a cell, as parameters of SGR. There is one object for each: compare with ``is``."""

    __slots__ = ("attributes", "background", "blank", "foreground")

    def __init__(self, attributes: frozenset[str], foreground: str, background: str) -> None:
        self.attributes = attributes
        self.foreground = foreground
        """``31`` or ``38;5;9``; empty is the terminal's own."""
        self.background = background
        self.blank: CellStyle = self
        """The style that is the same where no letter stands: two blanks differ only if these do."""

    @property
    def is_blank(self) -> bool:
        """Whether a blank written in it shows nothing but its background."""
        return self.blank.attributes.isdisjoint(_SEEN_ON_BLANKS)

    def __repr__(self) -> str:
        return f"CellStyle({';'.join(self.parameters()) or 'plain'})"

    def parameters(self) -> list[str]:
        """All that makes it from nothing."""
        return [*sorted(self.attributes, key=int), *filter(None, (self.foreground, self.background))]


def cell_style(sgr: str) -> CellStyle:
    """The style that these parameters of SGR make, as ``1;38;5;9;44``."""
    attributes: set[str] = set()
    foreground = background = ""
    codes = sgr.split(";") if sgr else []
    at = 0
    while at < len(codes):
        code = codes[at]
        length = 1
        if code in ("38", "48"):
            length = 3 if codes[at + 1] == "5" else 5
        whole = ";".join(codes[at : at + length])
        if code in _OFF:
            attributes.add(code)
        elif code == "38" or code[:-1] in ("3", "9"):
            foreground = "" if code == "39" else whole
        else:
            background = "" if code == "49" else whole
        at += length
    return _one(frozenset(attributes), foreground, background)


@lru_cache(maxsize=65_536)
def _one(attributes: frozenset[str], foreground: str, background: str) -> CellStyle:
    found = CellStyle(attributes, foreground, background)
    if attributes.isdisjoint(_SEEN_ON_BLANKS) and (attributes or foreground):
        found.blank = _one(frozenset(), "", background)
    return found


PLAIN: Final = cell_style("")
"""The terminal's own colours and nothing else."""


@lru_cache(maxsize=4096)
def change(before: CellStyle | None, after: CellStyle) -> str:
    """The shortest SGR sequence from one style to another; None is a style that is not known."""
    anew = "\x1b[" + ";".join(["", *after.parameters()]) + "m"
    if before is None:
        return anew
    ended = {_OFF[code] for code in before.attributes - after.attributes}
    begun = {code for code in after.attributes if code not in before.attributes or _OFF[code] in ended}
    codes = [*sorted(ended), *sorted(begun, key=int)]
    if before.foreground != after.foreground:
        codes.append(after.foreground or "39")
    if before.background != after.background:
        codes.append(after.background or "49")
    if not codes:
        return ""
    further = "\x1b[" + ";".join(codes) + "m"
    return further if len(further) < len(anew) else anew
