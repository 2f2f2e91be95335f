"""The commands on calls: place, hang up, record, mute. Each is sent once, and nothing is sent again by itself.

Where the answer is lost, nobody knows whether it was done. Then it is said what the events have shown meanwhile, and
the same is sent again only by a decision of its own (``again``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from tui.models.calls import Call, Recording
from tui.models.clock import Moment
from tui.services.errors import Rejected, ServiceError, Unreachable

if TYPE_CHECKING:
    from tui.config import AltiGenSettings
    from tui.desk.counter import Counter
    from tui.models.call_board import CallBoard
    from tui.models.call_doubts import Change
    from tui.models.dialling import Target
    from tui.services.altigen import AltiGenService, RecordOperation

DOUBLE_SECONDS: Final = 3.0
"""The same number again within this time is the same wish, pressed twice."""

LOOK_SECONDS: Final = 2.0
"""How long the event of what was done is waited for after its answer was lost."""

LOOK_EVERY: Final = 0.1

OPEN_SECONDS: Final = 600.0
"""How long a call whose answer was lost is asked about before the next is placed."""


class _Placing(NamedTuple):
    """A call whose answer was lost."""

    target: Target
    why: str
    at: Moment
    """When its answer was given up."""
    before: int | None
    """Key of the call that was placed before it."""


class _Open(NamedTuple):
    """A command on a call whose answer was lost."""

    sentence: str
    is_done: Callable[[Call], bool]
    opened: Moment | None
    """When the channel was opened that should have told of it."""


class Phone:
    """The commands of the calls pane. They raise ServiceError with a sentence for the person."""

    def __init__(self, counter: Counter[AltiGenSettings, Any, CallBoard]) -> None:
        self._counter = counter
        self._clock = counter.clock
        self._calls = counter.board
        self._called: tuple[str, Moment] | None = None
        self._being_placed = ""
        self._placing: _Placing | None = None
        self._open: dict[tuple[str, int], _Open] = {}

    @property
    def dialling(self) -> str:
        """The number of a call that is being placed and does not ring yet; empty where there is none."""
        is_expecting = self._called is not None and self._calls.is_expecting(self._clock.now())
        return self._called[0] if self._called is not None and is_expecting else ""

    def target(self, text: str) -> Target:
        """What a typed number would call, by the config's system and region. Raises Undialable."""
        from tui.models.dialling import Undialable, read_target

        settings = self._counter.section
        if settings is None:
            raise Undialable("AltiGen is switched off")
        return read_target(
            text, region=settings.region, accepts_sip=settings.is_maxacd, dial_format=settings.dial_format
        )

    async def place_call(self, text: str, *, again: bool = False) -> None:
        """Call what was typed: an extension, a number or (MaxACD) a SIP URI. Raises Undialable too.

        The guide gives no handle in return ("Make Call"): the next outgoing call that rings is taken for this one.
        ``again``: the person knows of the call whose answer was lost, and wants this one all the same.
        """
        calls, clock = self._calls, self._clock
        self._counter.allow("calls.place_call")
        target = self.target(text)
        if self._being_placed:
            raise Rejected(f"AltiGen has not answered yet whether it calls {self._being_placed}")
        if not again and (doubt := self.doubt_before(target.sent)):
            raise Rejected(doubt)
        now = clock.now()
        if self._called is not None and not again:
            before, at = self._called
            if before == target.sent and now.seconds_since(at) < DOUBLE_SECONDS:
                raise Rejected(f"{target.sent} was called just now: two presses are one call")
        service = self._service()
        self._called, self._being_placed = (target.sent, now), target.shown
        placed_before = calls.placed
        try:
            async with self._counter.audit.change("place call again" if again else "place call", target.sent):
                now = clock.now()
                calls.expect_outgoing(now)
                calls.doubts.expect("a new call", 0, f"{target.shown} was called", now)
                await service.place_call(target.sent)
        except ServiceError as error:
            if not (isinstance(error, Unreachable) and error.may_have_acted):
                self._called = None  # what was answered may be tried again at once
                calls.doubts.came("a new call")
                raise
            given_up = clock.now()
            self._called = target.sent, given_up
            self._placing = _Placing(target, error.sentence, given_up, placed_before)
            if calls.placed == placed_before:
                calls.expect_outgoing(given_up)
            raise Unreachable(self.doubt_of_placing, detail=error.detail, may_have_acted=True) from error
        finally:
            self._being_placed = ""
        self._placing = None

    @property
    def doubt_of_placing(self) -> str:
        """What is known of the last call whose answer was lost; empty where there is none, or it is long ago."""
        placing = self._placing
        if placing is None or self._clock.now().seconds_since(placing.at) >= OPEN_SECONDS:
            return ""
        call = self._call_of(placing)
        return f"{placing.why} {placing.target.shown} may have been called: {self._appeared(call)}."

    def doubt_before(self, sent: str) -> str:
        """The same before another number is called: one that has appeared and is over is in the way of none."""
        placing = self._placing
        call = None if placing is None else self._call_of(placing)
        is_over = call is not None and not call.is_live
        return "" if placing is not None and is_over and placing.target.sent != sent else self.doubt_of_placing

    def _call_of(self, placing: _Placing) -> Call | None:
        """The call that has appeared since it was placed."""
        key = self._calls.placed
        return None if key is None or key == placing.before else self._calls.get(key)

    def _appeared(self, call: Call | None) -> str:
        if call is not None:
            at = call.seen.at.astimezone(self._counter.settings.ui.zone)
            appeared = f"a call to {call.number_or_name} has appeared at {at:%H:%M:%S}"
            return f"{appeared} and goes on" if call.is_live else f"{appeared} and has ended"
        if not self._counter.link.is_live:
            return "whether it rings is not known, because the events do not come"
        return "no such call has appeared yet"

    async def hang_up(self, key: int, *, again: bool = False) -> str:
        """End the call of this key; says what happened, where it is worth saying."""
        call = self._call("calls.hang_up", key, again=again)
        service = self._service()

        async def send() -> None:
            async with self._counter.audit.change("hang up", call.number_or_name, can_wait=False):
                await service.drop_call(call.handle)

        return await self._once("calls.hang_up", call, "its end", "it was hung up", send, lambda now: not now.is_live)

    async def toggle_recording(self, key: int, *, again: bool = False) -> str:
        """Start or stop the recording of a call; says which."""
        from tui.services.altigen import RecordOperation

        call = self._call("calls.record", key, again=again)
        starts = call.recording is None
        operation = RecordOperation.START if starts else RecordOperation.STOP
        told = await self._record("calls.record", call, operation, lambda known: (known is None) is not starts)
        return ("recording starts" if starts else "recording stops") + told

    async def toggle_mute(self, key: int, *, again: bool = False) -> str:
        """Mute or unmute the recording of a call (pause or resume it on MaxACD); says which."""
        from tui.services.altigen import RecordOperation

        call = self._call("calls.mute", key, again=again)
        muted = call.recording is not None and call.recording.muted
        operation = RecordOperation.UNMUTE if muted else RecordOperation.MUTE
        told = await self._record(
            "calls.mute", call, operation, lambda known: known is None or known.muted is not muted
        )
        return ("the recording goes on" if muted else "the recording is muted") + told

    def doubt(self, action: str, key: int) -> str:
        """What is known of the same command on this call, where its answer was lost and nothing has shown it since."""
        known, call = self._open.get((action, key)), self._calls.get(key)
        if known is None or call is None or not call.is_live or known.is_done(call):
            return ""
        # An opening snapshot has told how it stands: it was not done.
        return known.sentence if self._calls.opened == known.opened else ""

    async def _record(
        self, action: str, call: Call, operation: RecordOperation, is_done: Callable[[Recording | None], bool]
    ) -> str:
        service = self._service()
        what = f"{operation.value.lower()} recording"

        async def send() -> None:
            # A key that is pressed twice is sent, and audited, once.
            audited = self._counter.audit.change
            await service.record(call.handle, operation, lambda: audited(what, call.number_or_name, can_wait=False))

        done = f"its recording was to {operation.value.lower()}"
        said = await self._once(action, call, "its recording", done, send, lambda now: is_done(now.recording))
        return f" ({said})" if said else ""

    async def _once(
        self,
        action: str,
        call: Call,
        change: Change,
        done: str,
        send: Callable[[], Awaitable[None]],
        is_done: Callable[[Call], bool],
    ) -> str:
        """Send a command on a call; where its answer is lost, look whether the events show that it was done."""
        calls = self._calls
        calls.doubts.expect(change, call.key, done, self._clock.now())
        try:
            await send()
        except ServiceError as error:
            if not (isinstance(error, Unreachable) and error.may_have_acted):
                calls.doubts.came(change, call.key)
                raise
            if await self._is_shown(call.key, is_done):
                return "no answer came, but AltiGen tells that it was done"
            sentence = f"It may have been done: {self._stands(call.key)}. Nothing was sent again. {error.sentence}"
            self._open = {at: known for at, known in self._open.items() if calls.is_live(at[1])}
            self._open[action, call.key] = _Open(sentence, is_done, calls.opened)
            raise Unreachable(sentence, detail=error.detail, may_have_acted=True) from error
        self._open.pop((action, call.key), None)
        return ""

    def _service(self) -> AltiGenService:
        from tui.services.altigen import AltiGenService

        return self._counter.service(AltiGenService)

    async def _is_shown(self, key: int, is_done: Callable[[Call], bool]) -> bool:
        """Whether the board shows that it was done, at the latest after LOOK_SECONDS."""
        begun = self._clock.now()
        while True:
            call = self._calls.get(key)
            if call is None or is_done(call):
                return True
            if self._clock.now().seconds_since(begun) >= LOOK_SECONDS:
                return False
            await self._clock.sleep(LOOK_EVERY)

    def _stands(self, key: int) -> str:
        """How a call stands, as far as is known."""
        call = self._calls.get(key)
        if call is None or not call.is_live:
            return "the call has ended"
        if not self._counter.link.is_live:
            return "how the call stands is not known, because the events do not come"
        recorded = "is not recorded" if call.recording is None else "is recorded"
        if call.recording is not None and call.recording.muted:
            recorded = "has its recording muted"
        return f"the call goes on and {recorded}, as far as is known"

    def _call(self, action: str, key: int, *, again: bool) -> Call:
        call = self._calls.get(key)
        self._counter.allow(action, call)
        if not again and (doubt := self.doubt(action, key)):
            raise Rejected(doubt)
        assert call is not None  # why_not() has refused that
        return call
