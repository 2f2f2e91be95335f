"""Calls that are brought to a state which many tests begin with."""

from __future__ import annotations

from tui.demo import Altigen


async def talk(altigen: Altigen, number: str = "3125550100", name: str = "Harbour Dental") -> int:
    """Somebody calls and is answered; gives the call's handle."""
    handle = await altigen.ring(number, name)
    await altigen.connect(handle)
    return handle


async def mute(altigen: Altigen, handle: int, word: str = "Mute") -> None:
    """A call is recorded, and the recording muted; MaxACD's word is ``Pause``."""
    await altigen.record(handle, "Start")
    await altigen.record(handle, word)
