"""Whatever comes of a feed, in whichever order, lost, twice or late: what is kept is what is shown.

The call-backs that the archive tells are counted anew, naively, after every event.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from tests.desk.virtual import BEGUN, Extension, Helpdesk
from tui.archive import Store, open_store
from tui.archive.sqlite.database import open_database
from tui.config import ArchiveSettings
from tui.demo.switchboard import Event, call_info
from tui.desk.altigen import feed
from tui.models.calls import Outcome
from tui.models.kept_calls import CLOCKS_DIFFER, KeptCall, is_over
from tui.models.snapshot import SETTLE_EMPTY

LOOK: Final = 10_800
"""Seconds between two looks at a channel on which nothing comes."""

NUMBERS: Final = ("02125550101", "+902125550101", "02125550102", "205", "")
FATES: Final = ("comes", "comes", "is lost", "comes twice", "comes late")

STEPS: Final = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(("in", "in", "out")), st.sampled_from(NUMBERS), st.sampled_from(FATES)),
    st.tuples(st.sampled_from(("connect", "end")), st.integers(0, 2), st.sampled_from(FATES)),
    st.tuples(st.sampled_from(("connect", "end")), st.just(0), st.just("comes")),
    st.tuples(st.just("late"), st.integers(0, 5)),
    st.tuples(st.just("pass"), st.sampled_from((1, 7, 90, 400))),
    st.tuples(st.sampled_from(("cut", "down", "reset", "start again"))),
)


@pytest.fixture(scope="module", autouse=True)
def looks_seldom() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(feed, "REST_SECONDS", float(LOOK))
        yield


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive to copy."""
    path = tmp_path_factory.mktemp("empty") / "archive.sqlite"
    open_database(path).close()
    return path


class Feed:
    """An extension, the Helpdeck that listens to it, and what happens on the way."""

    def __init__(self, extension: Extension, desk: Helpdesk) -> None:
        self.extension = extension
        self.desk = desk
        self._late: list[list[Event]] = []

    async def happen(self, step: Sequence[Any]) -> None:
        """Let a step happen, and time pass until everything is stored and settled."""
        calls = list(self.extension.board.calls)
        match step:
            case "begin", direction, number, fate if len(calls) < 3:
                party = {"calleeID" if direction == "out" else "callerID": number}
                self._tell(self.extension.begin(direction, call_info(**party))[1], fate)
            case "connect", place, fate if calls:
                self._tell(self.extension.board.connect(calls[place % len(calls)]), fate)
            case "end", place, fate if calls:
                self._tell(self.extension.board.disconnect(calls[place % len(calls)]), fate)
            case "late", place if self._late:
                self.extension.tell(self._late.pop(place % len(self._late)))
            case "pass", seconds:
                await self.desk.run_to(self.desk.now + seconds)
            case ("cut",):
                self._lose()
            case ("down",):
                self.extension.is_down = True
                self._lose()
                await self.desk.run_to(self.desk.now + 20)
                self.extension.is_down = False
            case ("reset",):
                self.extension.board.calls.clear()
                self._lose()
            case ("start again",):
                await self.desk.stop()
                self._late.clear()
                # Sooner, a call on the same handle with the same number may be the one that has ended just before.
                await self.desk.run_to(self.desk.now + 2 * CLOCKS_DIFFER)
                await self.desk.start()
            case _:
                return
        await self.desk.rest()
        while self.desk.board.is_settling or not self.extension.wires:
            await self.desk.run_to(self.desk.now + SETTLE_EMPTY)
        await self.desk.run_to(self.desk.now + 1)

    def _lose(self) -> None:
        self.extension.cut()
        self._late.clear()  # what was under way on it is gone with it

    def _tell(self, events: list[Event], fate: str) -> None:
        if fate == "comes late":
            self._late.append(events)
        for _ in range({"comes": 1, "comes twice": 2}.get(fate, 0)):
            self.extension.tell(events)


async def kept(store: Store) -> list[KeptCall]:
    days = await store.call_days("201")
    return [call for day in days for call in await store.calls_of("201", day)]


def assert_equal(desk: Helpdesk, calls: Sequence[KeptCall]) -> None:
    """What is kept is what is shown, each call once."""
    board, listener = desk.board, desk.listener
    assert listener is not None
    assert len(calls) == len(board) + len(board.history.earlier)
    # Another may go on listening to what was first kept by another: nobody knows until it has been silent for long.
    going_on = [call for call in calls if call.outcome is Outcome.LIVE]
    assert len([call for call in going_on if call.listener == listener.id]) <= len(board.live()) <= len(going_on)
    by_id = {call.id: call for call in calls}
    for call in board:
        shown = listener.sight(board.history.ids[call.key], call, desk.clock.now())
        held = by_id.get(shown.id)
        if held is None or held.listener != listener.id:
            continue  # it was going on when this one was started: what was known of it before is kept as well
        if is_over(shown) or not call.is_live:
            assert astuple(held) == astuple(shown)
        else:
            assert (held.outcome, held.start, held.talk_at) == (shown.outcome, shown.start, shown.talk_at)


def recounted(calls: Sequence[KeptCall]) -> tuple[dict[str, tuple[int, float, float]], int]:
    """Who is to be called back: how often they were missed, first and last; and how many showed no number."""
    talks: dict[str, float] = {}
    for call in calls:
        if call.talk_at is not None:
            talks[call.line] = max(talks.get(call.line, 0.0), call.talk_at)
    waiting: dict[str, list[float]] = {}
    for call in sorted(calls, key=lambda call: call.start):
        is_missed = call.direction != "out" and call.rang and call.talk_at is None
        if not is_missed or call.outcome not in (Outcome.MISSED, Outcome.ENDED_UNSEEN):
            continue
        if not call.line or call.start > talks.get(call.line, 0.0) + CLOCKS_DIFFER:
            waiting.setdefault(call.line, []).append(call.start)
    anonymous = len(waiting.pop("", ()))
    return {line: (len(starts), starts[0], starts[-1]) for line, starts in waiting.items()}, anonymous


async def lived(empty: Path, steps: Sequence[Sequence[Any]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "archive.sqlite"
        shutil.copy(empty, path)
        archive = ArchiveSettings(path=str(path))
        extension = Extension("201")
        desk = Helpdesk(extension, "desk1", archive, Path(name), ping_seconds=LOOK)
        feed = Feed(extension, desk)
        async with open_store(archive, to_read=True) as store:
            try:
                await desk.start()
                await desk.run_to(SETTLE_EMPTY + 1)
                for step in steps:
                    await feed.happen(step)
                    calls = await kept(store)
                    assert_equal(desk, calls)
                    told = await store.callbacks(BEGUN.timestamp())
                    found = {each.line: (each.times, each.first, each.last) for each in told.open}
                    assert (found, told.anonymous) == recounted(calls)
            finally:
                await desk.stop()


TURNED: Final = [
    ("begin", "in", "", "comes"), ("connect", 0, "comes late"), ("end", 0, "comes"),
    ("begin", "out", "02125550101", "comes"), ("late", 0), ("end", 0, "comes"),
]  # fmt: skip
"""A late word of an earlier call on the handle of the next."""

AGAIN: Final = [
    ("begin", "in", "02125550101", "comes"), ("end", 0, "is lost"), ("cut",),
    ("begin", "in", "02125550101", "comes"), ("start again",),
]  # fmt: skip
"""A caller whose first call ended unseen, and whose second goes on for the next Helpdeck."""


TWICE_UNSEEN: Final = [
    ("begin", "in", "02125550101", "comes"), ("reset",), ("start again",),
    ("begin", "in", "02125550101", "comes"), ("reset",),
]  # fmt: skip
"""Two calls of one caller whose ends nobody saw, each by another Helpdeck."""


@settings(max_examples=20)
@example(TWICE_UNSEEN)
@example(TURNED)
@example(AGAIN)
@given(st.lists(STEPS, min_size=4, max_size=16))
def test_what_is_kept_is_what_is_shown_and_is_counted_right(empty: Path, steps: list[tuple[Any, ...]]) -> None:
    asyncio.run(lived(empty, steps))
