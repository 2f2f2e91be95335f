"""Programs that calls start, as for the window of a ticket system: the call goes in as JSON, and nobody waits for them.

What a caller can choose, as a name, is on standard input alone: no argument and no variable holds it.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
from collections.abc import Callable
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tui.config import Secret, masked
from tui.models.calls import Call
from tui.models.cell import json_object
from tui.models.clock import Moment
from tui.models.exported_call import COLUMNS, exported_call
from tui.models.hook_runs import EVENTS, HookRun, HookRuns
from tui.models.kept_calls import Listener
from tui.models.text import clean
from tui.models.waiting import in_thread
from tui.programs import Program
from tui.services.errors import ServiceError

if TYPE_CHECKING:
    from tui.config import AltiGenSettings
    from tui.crash import FaultReports
    from tui.desk.callers import Callers
    from tui.desk.counter import Counter
    from tui.models.call_board import CallBoard
    from tui.models.callers import Caller

CALLER_SECONDS: Final = 0.5
"""How long a program waits until it is known who calls; most of the time that is known within a frame."""

LINES_KEPT: Final = 5
"""Lines that are kept of what a run printed, the last ones."""

LINE_LIMIT: Final = 200
"""Characters of such a line."""

BYTES_KEPT: Final = 4_096
"""Bytes that they are found in."""

HANDED_ON: Final = frozenset(
    """
    PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TMUX TMUX_PANE DISPLAY WAYLAND_DISPLAY XAUTHORITY
    XDG_RUNTIME_DIR DBUS_SESSION_BUS_ADDRESS
    """.split()  # noqa: SIM905 - as a list it would be a column
)
"""Variables of Helpdeck's environment that a program gets, and those of the locale: what it needs to be seen."""

_WHY: Final = {
    errno.ENOENT: "there is no such program, or what a script of it begins with is missing",
    errno.EACCES: "it may not be executed",
    errno.ENOEXEC: "it is no program: a script begins with #! and what is to read it",
}


class Hooks:
    """Starts them, and remembers what came of them. It watches the board of the calls."""

    def __init__(self, counter: Counter[AltiGenSettings, Any, CallBoard], callers: Callers) -> None:
        self._counter = counter
        self._callers = callers
        self.listener: Listener | None = None
        """As whom calls are told of; None before the first feed."""
        self._faults: FaultReports | None = None
        self._group: asyncio.TaskGroup | None = None
        self._ids: dict[int, str] = {}
        """Under which id calls that go on were told of, by their keys: another feed may keep them under another."""
        self.runs = HookRuns()

    def begin(self, group: asyncio.TaskGroup, faults: FaultReports) -> None:
        """Start what calls ask for from now on, unless that has begun already. ``group``: of the desk."""
        if self._faults is None:
            self._faults = faults
            group.create_task(self._keep(), name="hooks")

    async def _keep(self) -> None:
        """Have a group of their own, in which programs run until this is cancelled: then none of them is left."""
        self._counter.board.watcher = self
        async with asyncio.TaskGroup() as group:
            self._group = group
            try:
                await asyncio.Event().wait()
            finally:
                self._counter.board.watcher = self._group = None

    def rang(self, call: Call) -> None:
        """Start what is to be started for a call that rings."""
        self._start("ring", call)

    def ended(self, call: Call) -> None:
        """Start what is to be started for a call that is over."""
        id = self._ids.pop(call.key, "")
        if call.is_missed:
            self._start("missed", call, id)
        self._start("ended", call, id)

    @property
    def why_none(self) -> str:
        """Why none is started; empty where some are."""
        settings = self._counter.settings
        if not any(map(settings.hooks.command, EVENTS)):
            return "the config names none ([hooks])"
        return "read-only (hooks.readonly)" if settings.ui.readonly and not settings.hooks.readonly else ""

    def _start(self, event: str, call: Call, id: str = "") -> None:
        words = self._counter.settings.hooks.command(event)
        if not words or self._group is None or self.listener is None or self.why_none:
            return
        if self.runs.running >= self._counter.settings.hooks.at_once:
            self.runs.drop(event)
            return
        environment = _environment(event)
        program = Program(words, folder=Path(environment.get("HOME", "/")), environment=environment, hears_errors=True)
        self.runs.running += 1
        self._group.create_task(self._run(program, words[0], event, call, id), name=f"hook {event}")

    async def _run(self, program: Program, name: str, event: str, call: Call, id: str) -> None:
        began = self._counter.clock.now()
        printed = Tail()
        try:
            id = id or self._id_of(call)
            told = partial(self._told, call, id, began, await self._caller(call))
            why = await in_thread(self._work(program, name, told, printed), f"hook {event}")
        except Exception as error:  # noqa: BLE001 - a fault of ours here must not take the calls along
            assert self._faults is not None
            why = self._faults.write(error)
        finally:
            program.kill()
            self.runs.running -= 1
        seconds = self._counter.clock.now().seconds_since(began)
        self.runs.add(
            HookRun(
                at=began,
                event=event,
                key=call.key,
                who=call.who,
                why=why,
                seconds=seconds,
                lines=tuple(printed.lines()),
            )
        )

    def _id_of(self, call: Call) -> str:
        """That under which it is kept; of one that is not kept, one that is the same for all that happens to it."""
        assert self.listener is not None
        board = self._counter.board
        made = blake2b(f"{self.listener.id} {call.key}".encode(), digest_size=8).hexdigest()
        id = board.history.ids.get(call.key, "") or made
        if board.is_live(call.key):
            self._ids[call.key] = id
        return id

    async def _caller(self, call: Call) -> Caller | None:
        """Who called, where that is known soon enough."""
        known = self._callers.of(call.key)
        if known is None:
            with contextlib.suppress(ServiceError, TimeoutError):
                return await asyncio.wait_for(self._callers.caller(call), CALLER_SECONDS)
        return known

    def _told(self, call: Call, id: str, now: Moment, caller: Caller | None) -> bytes:
        """What its program is given of a call. Not in the loop: the tables of phone numbers may have to be loaded."""
        import json  # not at the start, which has no use for it

        assert self.listener is not None
        sight, customer = self.listener.sight(id, call, now), "" if caller is None else caller.customer
        is_certain = caller is not None and caller.is_certain
        told = exported_call(sight, self.listener.zone, customer=customer, is_certain=is_certain)
        return f"{json.dumps(json_object(COLUMNS, told), ensure_ascii=False)}\n".encode()

    def _work(self, program: Program, name: str, told: Callable[[], bytes], printed: Tail) -> Callable[[], str]:
        """What is done beside the loop; it gives why that went wrong, and nothing where it did not."""
        seconds = self._counter.settings.hooks.timeout_seconds

        def work() -> str:
            try:
                code = program.run(seconds, printed.add, told())
            except TimeoutError:
                return f"no end after {seconds} s: it was killed"
            except OSError as error:
                why = _WHY.get(error.errno or 0) if error.filename == name else None
                return f"{clean(str(error.filename or name))}: {why or error.strerror}"
            return _how_it_ended(code)

        return work


class Tail:
    """The last of what a run prints: whatever it prints costs no more memory."""

    def __init__(self) -> None:
        self._kept = b""

    def add(self, piece: bytes) -> None:
        """Take what comes after the rest."""
        self._kept = (self._kept + piece)[-BYTES_KEPT:]

    def lines(self) -> list[str]:
        """The last lines, cleaned and without secrets."""
        lines = [line for line in self._kept.decode("utf-8", "replace").splitlines() if line.strip()]
        secrets = Secret.living()
        return [clean(masked(line, secrets), LINE_LIMIT) for line in lines[-LINES_KEPT:]]


def _how_it_ended(code: int) -> str:
    if code >= 0:
        return f"exit code {code}" if code else ""
    return f"ended by {signal.Signals(-code).name}" if -code in set(signal.Signals) else f"ended by signal {-code}"


def _environment(event: str) -> dict[str, str]:
    """The little that a program gets; a variable that a secret of the config comes from is left out."""
    secrets = set(Secret.living())
    handed_on = {
        name: value
        for name, value in os.environ.items()
        if (name in HANDED_ON or name.startswith("LC_")) and Secret(value) not in secrets
    }
    return {**handed_on, "HELPDECK_HOOK": event}
