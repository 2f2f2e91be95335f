"""What the shell is told at the end."""

from __future__ import annotations

from typing import Final

FINE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
TRY_AGAIN: Final = 3

MEANINGS: Final = {
    FINE: "fine",
    FAILED: "failed, or a system refused",
    WRONG_USAGE: "wrong usage, or problems in the configuration",
    TRY_AGAIN: "a system is busy or could not be reached: worth trying again",
}

BY_SIGNAL: Final = "ended by signal n"


class Interrupted(BaseException):
    """A signal asked the program to end; like KeyboardInterrupt, it is no error that a handler should catch."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = ended_by(number)


def ended_by(signal: int) -> int:
    """The code after a signal, as shells give it."""
    return 128 + signal
