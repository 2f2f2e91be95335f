"""Passwords that are made here: hard to guess, easy to say on the telephone."""

from __future__ import annotations

import secrets
from typing import Final

from tui.config import Secret

LETTERS: Final = "abcdefghjkmnpqrstuvwxyz"
CAPITALS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS: Final = "23456789"
"""Without those that are taken for another: l and 1, O and 0."""

GROUPS: Final = 4
GROUP: Final = 4


def generate_password() -> Secret:
    """Four groups of four, as ``Kd7m-p2Xw-...``: 90 bits of chance.

    RemotePC does not say what it accepts. Small and capital letters, digits and a sign are each there, because what
    such rules usually demand is one of each.
    """
    signs = LETTERS + CAPITALS + DIGITS
    while True:
        groups = ["".join(secrets.choice(signs) for _ in range(GROUP)) for _ in range(GROUPS)]
        text = "-".join(groups)
        if all(set(text) & set(kind) for kind in (LETTERS, CAPITALS, DIGITS)):
            return Secret(text)
