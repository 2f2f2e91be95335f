"""The commands on calls: place, hang up, record, mute."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.models.calls import Call
from tui.models.clock import Moment
from tui.services.errors import Rejected, ServerFault, ServiceError, Unreachable

if TYPE_CHECKING:
    from tui.desk.desk import Desk
    from tui.services.altigen_recording import RecordOperation

DOUBLE_SECONDS: Final = 3.0
"""The same number again within this time is the same wish, pressed twice."""


class Phone:
    """The commands of the calls pane. They raise ServiceError with a sentence for the person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._called: tuple[str, Moment] | None = None

    @property
    def dialling(self) -> str:
        """The number of a call that is being placed and does not ring yet; empty where there is none."""
        is_expecting = self._called is not None and self._desk.calls.is_expecting(self._desk.clock.now())
        return self._called[0] if self._called is not None and is_expecting else ""

    async def place_call(self, text: str) -> None:
        """Call what was typed: an extension, a number or (MaxACD) a SIP URI. Raises Undialable too.

        The guide gives no handle in return ("Make Call"): the next outgoing call that rings is taken for this one.
        """
        self._desk.allow("calls.place_call")
        target = self._desk.dialled(text).sent
        now = self._desk.clock.now()
        if self._called is not None:
            before, at = self._called
            if before == target and now.seconds_since(at) < DOUBLE_SECONDS:
                raise Rejected(f"{target} was called just now: two presses are one call")
        service = self._desk.altigen_commands()
        self._called = target, now
        try:
            async with self._desk.audit.change("place call", target):
                self._desk.calls.expect_outgoing(self._desk.clock.now())
                await service.place_call(target)
        except ServiceError as error:
            # Only where no answer came may it ring all the same; what was answered may be tried again at once.
            if isinstance(error, ServerFault) or not (isinstance(error, Unreachable) and error.may_have_acted):
                self._called = None
            raise

    async def hang_up(self, key: int) -> None:
        """End the call of this key."""
        call = self._call("calls.hang_up", key)
        service = self._desk.altigen_commands()
        async with self._desk.audit.change("hang up", _name(call), can_wait=False):
            await service.drop_call(call.handle)

    async def toggle_recording(self, key: int) -> str:
        """Start or stop the recording of a call; says which."""
        from tui.services.altigen_recording import RecordOperation

        call = self._call("calls.record", key)
        operation = RecordOperation.START if call.recording is None else RecordOperation.STOP
        await self._record(call, operation)
        return "recording starts" if operation is RecordOperation.START else "recording stops"

    async def toggle_mute(self, key: int) -> str:
        """Mute or unmute the recording of a call (pause or resume it on MaxACD); says which."""
        from tui.services.altigen_recording import RecordOperation

        call = self._call("calls.mute", key)
        muted = call.recording is not None and call.recording.muted
        operation = RecordOperation.UNMUTE if muted else RecordOperation.MUTE
        await self._record(call, operation)
        return "the recording goes on" if muted else "the recording is muted"

    async def _record(self, call: Call, operation: RecordOperation) -> None:
        service = self._desk.altigen_commands()
        what = f"{operation.value.lower()} recording"
        # A key that is pressed twice is sent, and audited, once.
        await service.record(call.handle, operation, lambda: self._desk.audit.change(what, _name(call), can_wait=False))

    def _call(self, action: str, key: int) -> Call:
        call = self._desk.calls.get(key)
        self._desk.allow(action, call)
        assert call is not None  # why_not() has refused that
        return call


def _name(call: Call) -> str:
    """The call, as the audit names it."""
    return call.other_number or call.other_name or f"call {call.handle}"
