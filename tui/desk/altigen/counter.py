"""The counter of AltiGen: the calls of one extension, and what can be done with them."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar, Final
from urllib.parse import quote

from tui.config import AltiGenSettings
from tui.desk.altigen.callbacks import CallbackList
from tui.desk.altigen.hooks import Hooks
from tui.desk.altigen.phone import Phone
from tui.desk.callers import Callers, number_of
from tui.desk.counter import Counter
from tui.desk.refusals import Credentials
from tui.identity import host_name
from tui.models.call_board import CallBoard
from tui.models.call_history import CallDay, LineHistory
from tui.models.calls import AltiGenEvent, Call, CallState, Unreadable
from tui.models.kept_calls import CLOCKS_DIFFER, Listener, id_of
from tui.models.links import Phase
from tui.models.notes import Subject, about_call
from tui.models.numbers import one_number
from tui.services.errors import Unreachable

if TYPE_CHECKING:
    from tui.archive import Store
    from tui.desk.altigen.feed import AltiGenFeed
    from tui.desk.altigen.recorder import CallRecorder
    from tui.services.altigen import EventChannel
    from tui.services.trace import Trace

LOCKING: Final = 8
"""After this many wrong passwords AltiGen may lock an extension."""

_ON_CALL: Final = frozenset({"calls.hang_up", "calls.record", "calls.mute"})


class AltiGenCounter(Counter[AltiGenSettings, "AltiGenFeed", CallBoard]):
    """The calls, and the phone that they are placed and changed with."""

    name = "altigen"
    title = "AltiGen"
    purpose = "phone calls"
    questions: ClassVar[Mapping[str, str]] = {
        "url": "Address of the WebProxy, as https://pbx.example.com:8443/webproxy",
        "user": "Extension (MaxACD: user name)",
        "password": "Password of the extension",
        "system": "Telephone system, maxcs or maxacd",
        "region": "Country of numbers without a country code, as Turkey or TR (none: only numbers with +)",
    }
    limitations = "cannot answer, hold or transfer calls, nor tell agent states: its API has no such command"
    board_kind = CallBoard
    at_once = frozenset({"region", "dial_format", "mute_warning_seconds"})

    @cached_property
    def phone(self) -> Phone:
        """The commands on calls."""
        return Phone(self)

    @cached_property
    def callbacks(self) -> CallbackList:
        """Who is to be called back, by whom."""
        return CallbackList(self)

    @cached_property
    def hooks(self) -> Hooks:
        """The programs that calls start."""
        return Hooks(self, self.callers)

    @cached_property
    def callers(self) -> Callers:
        """Who calls, as far as the archive knows."""
        return Callers(self)

    @staticmethod
    def _credentials(section: AltiGenSettings) -> Credentials:
        return Credentials(section.url, section.user, section.password)

    def _new_feed(self, section: AltiGenSettings, archive: Store) -> AltiGenFeed:
        from tui.desk.altigen.feed import AltiGenFeed
        from tui.services.altigen import AltiGenReader, AltiGenService

        kind = AltiGenReader if self.settings.ui.readonly else AltiGenService
        name = f"altigen-session-{quote(section.user, safe='')}.json"
        path = None if self._state_folder is None else self._state_folder / name
        self.board.doubts.quiet_seconds = section.doubt_minutes * 60
        service = partial(kind, section, clock=self.clock, session_path=path)
        feed = AltiGenFeed(section, self.board, self.link, self.clock, service)
        feed.zone = lambda: self.settings.ui.zone
        feed.look = self.callers.look
        self.hooks.listener = listener = Listener(
            id=secrets.token_hex(8),
            extension=section.extension,
            host=host_name(),
            region=section.region,
            trunk_code=section.trunk_code,
            zone_now=lambda: self.settings.ui.zone,
            is_on_board=lambda: self.settings.team.board,
        )
        if self.settings.archive.calls:
            feed.recorder = self._new_recorder(listener, archive)
        return feed

    def _new_recorder(self, listener: Listener, archive: Store) -> CallRecorder:
        from tui.desk.altigen.recorder import CallRecorder
        from tui.spool import Spool, spool_name

        settings = self.settings.archive
        name = spool_name("calls", settings)
        spools = Spool(self._state_folder, name), Spool(self._state_folder, name)
        days_kept = settings.calls_days
        return CallRecorder(self.board, self.link, archive, self.clock, listener, spools=spools, days_kept=days_kept)

    async def calls_of(self, day: str) -> CallDay:
        """The calls of a day of the archive."""
        from tui.archive.errors import StoreError

        recorder = None if self.feed is None else self.feed.recorder
        if recorder is None:
            raise Unreachable("AltiGen is switched off, just starting, or its calls are not kept (archive.calls)")
        try:
            return await recorder.earlier.day(day)
        except StoreError as error:
            raise Unreachable(error.sentence) from error

    def start(self) -> None:
        """Let the feed run; hooks, callers and the list of call-backs stand beside it, whatever becomes of the feed."""
        super().start()
        if self._opened is None or self.section is None:
            return
        self.hooks.begin(self._opened[0], self._opened[2])
        self.callers.begin(*self._opened)
        if self.settings.archive.calls:
            self.callbacks.on_news = self.callers.look_again
            self.callbacks.begin(*self._opened)

    def watch(self, on_change: Callable[[], None], at_once: Callable[[], None]) -> None:
        """Call these; who rings is to be seen at once."""
        super().watch(on_change, at_once)
        self.callers.on_known = at_once

    def _forget(self) -> None:
        """Give up what goes on: it is of another extension."""
        self.board.give_up(
            self.link.fresh or self.clock.now(), "not seen to its end: the config names another extension"
        )

    def about(self, row: Call, day: str = "") -> Subject | None:
        """The call that is kept."""
        id = id_of(row) or self.board.history.ids.get(row.key, "")
        return (
            about_call(self.section.extension, row, id, self.settings.ui.zone)
            if self.section is not None and id
            else None
        )

    async def line_of(self, call: Call) -> str:
        """Its number in the one form; empty where there is none."""
        written, section = number_of(call), self.section
        if section is None:
            return ""
        return await asyncio.to_thread(one_number, written, section.region, section.trunk_code)  # it may load tables

    async def line_history(self, call: Call) -> LineHistory:
        """What came of its number before. Raises Unreachable."""
        from tui.archive.errors import StoreError

        if self._opened is None:
            raise Unreachable("the archive is just being opened")
        about = self.about(call)
        line, but = await self.line_of(call), "" if about is None else about.key
        try:
            # What rings at several extensions is one call, and each of them keeps it.
            return await self._opened[1].line_history(line, but, call.seen.at.timestamp() - CLOCKS_DIFFER)
        except StoreError as error:
            raise Unreachable(error.sentence) from error

    async def release(self) -> None:
        """Give the licence back."""
        # What was refused holds no licence, and must not be tried again by coming back.
        if self.feed is not None and self.link.phase is not Phase.REFUSED:
            self.link.connecting("giving the licence back")
            await self.stop()

    def resume(self) -> None:
        """Take the licence and the calls; what ended meanwhile is found out by the opening snapshot."""
        self.start()

    def why_not(self, action: str, row: object = None) -> str:
        """Why an action is not possible now, on this call if it is on one."""
        if reason := super().why_not(action, row):
            return reason
        if self.link.phase not in (Phase.LIVE, Phase.DEGRADED):
            return f"{self.title} is not connected ({self.link.word(self.clock.now())})"
        return self._why_not_on_call(action, row if isinstance(row, Call) else None) if action in _ON_CALL else ""

    def _why_not_on_call(self, action: str, call: Call | None) -> str:
        assert self.section is not None
        if action == "calls.hang_up" and self.section.why_no_drop:
            return self.section.why_no_drop
        if call is None:
            return "there is no call here"
        if not call.is_live:
            return "this call has ended"
        if action == "calls.hang_up" and "conference" in call.event_type:
            return "AltiGen cannot drop a conference"
        if action == "calls.record" and call.state is not CallState.CONNECTED and call.recording is None:
            return "only a connected call can be recorded"
        if action == "calls.mute" and call.recording is None:
            return "this call is not being recorded"
        return ""

    def refresh(self) -> str:
        """Read all calls anew, or connect now; says which."""
        is_live = self.link.is_live
        if is_live and self.board.is_settling:
            return "the calls are being read anew just now"
        said = super().refresh()
        return "reading all calls anew" if is_live else said

    def _again(self, times: int) -> str:
        if times >= LOCKING:
            return f"the same password again? {times} refusals (eight lock the extension)"
        return f"the same password again? {times} of {LOCKING} (eight lock the extension)"

    async def check(self, section: AltiGenSettings) -> str:
        """Log on, look at the event channel, log off."""
        async with self._channel(section) as channel:
            told = await channel.first_sign()
        remark = "; altigen.region is not set: only extensions and numbers with + can be called"
        said = f"logged on as {section.user}, {_of_channel(told.events)}, logged off"
        return said if section.region else said + remark

    async def run_trace(self, section: AltiGenSettings, show: Callable[[Trace], None], seconds: float) -> str:
        """Listen to the event channel for some seconds."""
        told = unread = 0
        async with self._channel(section, show) as channel:
            with contextlib.suppress(TimeoutError):  # that is how long was to be listened
                async with asyncio.timeout(seconds):
                    async for events, _came in channel:
                        unread += sum(isinstance(event, Unreadable) for event in events)
                        told += len(events)
        if told > unread:
            return f"{told - unread} events came in {seconds:.0f} s: altigen.events_path and altigen.bind fit."
        if unread:
            return f"{unread} messages came, and none could be read as an event: does altigen.events_path fit?"
        return (
            f"No event came in {seconds:.0f} s. If there was a call meanwhile, altigen.events_path or altigen.bind "
            "does not fit: the guide gives neither, so try other values."
        )

    @asynccontextmanager
    async def _channel(
        self, section: AltiGenSettings, show: Callable[[Trace], None] = lambda _: None
    ) -> AsyncIterator[EventChannel]:
        from tui.services.altigen import AltiGenReader

        async with AltiGenReader(section) as service:
            show(service.trace)
            await service.log_on()
            async with service.channel() as channel:
                await channel.bind()
                yield channel
                await service.log_off()  # before the channel goes, which would release the session too


def _of_channel(events: Sequence[AltiGenEvent]) -> str:
    """What the event channel showed of itself."""
    if not events:
        return "the event channel stands (no call came on it yet)"
    if all(isinstance(event, Unreadable) for event in events):
        return "what the event channel tells cannot be read: check altigen.events_path"
    return "the event channel tells of calls"
