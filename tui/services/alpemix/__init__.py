"""Alpemix: the reports of the team's remote-support connections, within the limits of its page."""

from tui.services.alpemix.client import AlpemixService

__all__ = ["AlpemixService"]
