"""Alpemix at the desk: the team's connections, and what to ask for next within the limits."""

from tui.desk.alpemix.counter import AlpemixCounter

__all__ = ["AlpemixCounter"]
