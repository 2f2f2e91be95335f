"""AltiGen at the desk: the calls of one extension, and the phone that they are placed and changed with."""

from tui.desk.altigen.counter import AltiGenCounter

__all__ = ["AltiGenCounter"]
