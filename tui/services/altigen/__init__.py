"""AltiGen: the extension's calls as events, and the commands on them."""

from tui.services.altigen.channel import PROOF_SECONDS, EventChannel
from tui.services.altigen.client import AltiGenReader, AltiGenService
from tui.services.altigen.recording import RecordOperation

__all__ = ["PROOF_SECONDS", "AltiGenReader", "AltiGenService", "EventChannel", "RecordOperation"]
