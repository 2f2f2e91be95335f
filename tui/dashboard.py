"""Runs a desk and its screen together, from the first frame to the last log-off."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from types import FrameType
from typing import Final

from msgspec.structs import replace

from tui.app import HelpdeckApp
from tui.config import Settings
from tui.desk import Desk, Reread
from tui.exit_codes import FAILED, FINE, ended_by
from tui.state import STATE_FILE, load_state, save_state, state_folder

ENDINGS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

ENDING_SECONDS: Final = 6.0
"""After a signal nothing takes longer than this: logging off is given up after 4."""

SWITCH_SECONDS: Final = 0.000_5
"""How long a thread waits for the interpreter while another computes. Python's own 5 ms add up: the thread that reads a
key needs it three times while the loop is busy, and the loop in each of its rounds while a report is stored."""

Complain = Callable[[str], None]

Prepare = Callable[[], Awaitable[bool]]


def run(
    settings: Settings,
    complain: Complain,
    prepare: Prepare | None = None,
    *,
    reread: Reread | None = None,
    remembers: bool = True,
) -> int:
    """Show the dashboard until the person quits; returns the exit code, 128 + n after signal n.

    ``prepare``: awaited between the first frame and the first connection. False ends the dashboard: there is nothing
    to connect to.
    ``reread``: reads the config again; None where there is none.
    ``complain``: says the last sentence after a fault of the program itself, when the terminal is the person's again.
    ``remembers``: whether sorts, filters, the theme, the AltiGen session's id, Alpemix's token and the connections are
    kept for the next run.
    """
    takes_utf8 = _takes_utf8()

    def fitted(settings: Settings) -> Settings:
        return settings if takes_utf8 else replace(settings, ui=replace(settings.ui, ascii=True))

    def read_again(*, wholly: bool) -> Settings | None:
        found = None if reread is None else reread(wholly=wholly)
        return found and fitted(found)

    settings = fitted(settings)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        return asyncio.run(_run(settings, prepare, reread and read_again, remembers))
    except Exception as error:  # noqa: BLE001 - whatever it is, it ends here, with its report
        from tui.crash import write_crash_report

        complain(write_crash_report(error, state_folder()))
        return FAILED


def _takes_utf8() -> bool:
    """Whether this terminal's locale is one of UTF-8: any other would show garbage for every line that is drawn."""
    encoding = getattr(sys.stdout, "encoding", None) or "ascii"
    return codecs.lookup(encoding).name == "utf-8"


async def _run(settings: Settings, prepare: Prepare | None, reread: Reread | None, remembers: bool) -> int:
    folder = state_folder()
    desk = Desk(
        settings,
        state_folder=folder if remembers else None,
        archive=settings.archive if remembers else None,
        reread=reread,
        crash_folder=folder,
    )
    app = HelpdeckApp(desk, load_state(folder / STATE_FILE) if remembers else None)
    with _ended_by_signals(app):
        async with asyncio.TaskGroup() as group:
            engine = group.create_task(_serve(app, desk, prepare), name="engine")
            code = await app.run_async(mouse=settings.ui.mouse)
            if app.fault is not None:
                raise app.fault
            # The terminal is the person's again; what is left is to log off, so that the licence is free.
            engine.cancel()
    if remembers:
        save_state(folder / STATE_FILE, app.remembered())
    return app.return_code or FINE if code is None else code


@contextlib.contextmanager
def _ended_by_signals(app: HelpdeckApp) -> Iterator[None]:
    """Let a signal end the app in order, with the exit code 128 + n."""
    loop = asyncio.get_running_loop()

    def end(number: int, _frame: FrameType | None) -> None:
        # Not a handler of the loop: it must work where the loop is busy, too.
        signal.setitimer(signal.ITIMER_REAL, ENDING_SECONDS)
        loop.call_soon_threadsafe(app.exit, ended_by(number))

    before = {number: signal.signal(number, end) for number in ENDINGS}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


async def _serve(app: HelpdeckApp, desk: Desk, prepare: Prepare | None) -> None:
    """Run the engine once the first frame can be seen: while it waits for the terminal, it takes no licence."""
    await app.painted.wait()
    await app.terminal_taken()
    gc.freeze()
    gc.enable()
    if prepare is not None and not await prepare():
        app.exit(FAILED)
        return
    await desk.run()
