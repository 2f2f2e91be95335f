"""An answer that came compressed although it was asked for as it is: unpacked piece by piece, within a limit.

Some gateways pack whatever passes. What is packed twice, or otherwise, was made to harm or is for nobody.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

_EITHER: Final = 32 + zlib.MAX_WBITS
"""Both of what HTTP calls gzip and deflate (RFC 9110, 8.4.1)."""


class Packing:
    """How one body is packed, if it is."""

    def __init__(self, *, is_packed: bool) -> None:
        self._unpacking = zlib.decompressobj(_EITHER) if is_packed else None
        self._has_begun = False

    def unpacked(self, piece: bytes, most: int) -> bytes:
        """What this piece holds: no more than ``most`` bytes of it.

        Raises:
            zlib.error: it is damaged.
        """
        if self._unpacking is None:
            return piece[:most]
        found = bytearray()
        while piece and len(found) < most:
            if self._unpacking.eof:  # several, one after the other, are one (RFC 1952, 2.2)
                self._unpacking = zlib.decompressobj(_EITHER)
            self._has_begun = True
            found += self._unpacking.decompress(piece, most - len(found))
            piece = self._unpacking.unused_data
        return bytes(found)

    def finish(self) -> None:
        """Make sure that nothing is missing.

        Raises:
            zlib.error: it breaks off.
        """
        if self._has_begun and self._unpacking is not None and not self._unpacking.eof:
            raise zlib.error("it breaks off")


def packing_of(encodings: Iterable[str]) -> Packing | None:
    """How the headers of this name say that a body is packed; None where it is not to be unpacked."""
    names = [name for line in encodings for each in line.split(",") if (name := each.strip().casefold())]
    match [name for name in names if name != "identity"]:
        case []:
            return Packing(is_packed=False)
        case ["gzip" | "x-gzip" | "deflate"]:
            return Packing(is_packed=True)
    return None
