"""The commands over the archive, as the command line asks for them. Each one's code is loaded when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Final

from tui.commands.foreground import interruptible
from tui.exit_codes import FAILED, Interrupted
from tui.streams import complain, say, utf8_output
from tui.undisturbed import undisturbed

if TYPE_CHECKING:
    from tui.config import Settings


def _export(asked: SimpleNamespace, settings: Settings, _config: Path) -> int:
    with undisturbed():
        from tui.commands.conversation import Conversation
        from tui.commands.export import Wanted, export

    wanted = Wanted(asked.what, asked.since, asked.until, asked.format, asked.output, asked.force)
    if wanted.is_standard_output and sys.stdout is None:
        complain("helpdeck: there is no standard output to write to")
        return FAILED
    try:
        with interruptible(), utf8_output() if wanted.is_standard_output else nullcontext(sys.stdout) as out:
            return export(settings, wanted, Conversation(complain, sys.stdin), out, sys.stderr.isatty())
    except Interrupted:
        left = "what was written is not whole" if wanted.is_standard_output else "nothing was written"
        complain(f"\nInterrupted: {left}.")
        raise


def _find(asked: SimpleNamespace, settings: Settings, _config: Path) -> int:
    with undisturbed():
        from tui.commands.find import find

    with interruptible():
        return find(settings, " ".join(asked.text), say, complain, as_json=asked.json, is_watched=_is_watched())


def _callbacks(asked: SimpleNamespace, settings: Settings, _config: Path) -> int:
    if sys.stdout is None:
        complain("helpdeck: there is no standard output to write to")
        return FAILED
    with undisturbed():
        from tui.commands.callbacks import callbacks

    with interruptible(), utf8_output() as out:
        return callbacks(settings, out, complain, as_json=asked.json, is_done=asked.done)


def _team(asked: SimpleNamespace, settings: Settings, _config: Path) -> int:
    if sys.stdout is None:
        complain("helpdeck: there is no standard output to write to")
        return FAILED
    with undisturbed():
        from tui.commands.team import team

    with interruptible(), utf8_output() as out:
        return team(settings, out, complain, as_json=asked.json)


def _report(asked: SimpleNamespace, settings: Settings, _config: Path) -> int:
    if sys.stdout is None:
        complain("helpdeck: there is no standard output to write to")
        return FAILED
    with undisturbed():
        from tui.commands.report import Wanted, report
        from tui.models.report import Split

    wanted = Wanted(Split(asked.by), asked.since, asked.until, asked.within, asked.format, asked.technician)
    with interruptible(), utf8_output() as out:
        return report(settings, wanted, out, complain)


def _contacts(asked: SimpleNamespace, settings: Settings, _config: Path) -> int:
    with undisturbed():
        from tui.commands.contacts import Wanted, export_contacts, forget_number, import_contacts

    if asked.task == "import":
        try:
            with interruptible():
                return import_contacts(settings, asked.file, say, complain, is_watched=_is_watched())
        except Interrupted:
            complain("\nInterrupted: what was added stays; run it once more for the rest.")
            raise
    if asked.task == "forget":
        with interruptible():
            return forget_number(settings, " ".join(asked.number), say, complain)
    if asked.file == "-" and sys.stdout is None:
        complain("helpdeck: there is no standard output to write to")
        return FAILED
    with interruptible(), utf8_output() if asked.file == "-" else nullcontext(sys.stdout) as out:
        return export_contacts(settings, Wanted(asked.file, asked.force), out, say, complain)


def _archive(asked: SimpleNamespace, settings: Settings, config: Path) -> int:
    with undisturbed():
        from tui.commands.archive import Tasks

    tasks = Tasks(
        settings.archive,
        say,
        complain,
        is_watched=_is_watched(),
        zone=settings.ui.zone,
    )
    try:
        with interruptible():
            match asked.task:
                case "status":
                    return tasks.status(as_json=asked.json)
                case "backup":
                    return tasks.backup(asked.file)
                case "upgrade":
                    return tasks.upgrade(sys.stdin, force=asked.force)
                case _:
                    return tasks.move(asked.url, asked.source, config)
    except Interrupted:
        complain("\nInterrupted: nothing was changed.")
        raise


def _is_watched() -> bool:
    """Whether somebody sees how far it is."""
    return sys.stderr is not None and sys.stderr.isatty()


COMMANDS: Final[Mapping[str, Callable[[SimpleNamespace, Settings, Path], int]]] = {
    "archive": _archive,
    "callbacks": _callbacks,
    "contacts": _contacts,
    "export": _export,
    "find": _find,
    "report": _report,
    "team": _team,
}
"""Each is given what was asked for, the settings, and the file that they are in; it gives the exit code."""
