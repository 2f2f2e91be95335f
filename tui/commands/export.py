"""`helpdeck export`: what the archive holds of some days, and what that rests on.

It asks no system: Alpemix could only tell of today and yesterday, and its requests belong to the dashboards; AltiGen
tells of no call that is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from tui.archive.errors import StoreError
from tui.commands.archive import refusal
from tui.commands.conversation import Conversation, InputEnded
from tui.commands.exported import Exported, Span, snapshot
from tui.commands.exported_calls import ExportedCalls
from tui.commands.exported_connections import ExportedConnections
from tui.commands.exported_users import ExportedUsers
from tui.config import Settings
from tui.exit_codes import FAILED, FINE, WRONG_USAGE
from tui.export import export_path, replaced_by, write_csv, write_export, write_json_lines
from tui.models.cell import Cell

KINDS: Final[Mapping[str, type[Exported[Any]]]] = {
    "connections": ExportedConnections,
    "calls": ExportedCalls,
    "users": ExportedUsers,
}

STANDARD_OUTPUT: Final = frozenset({"-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})


class Wanted(NamedTuple):
    """What was asked for on the command line."""

    what: str
    since: str | None
    until: str | None
    format: str
    output: str
    force: bool = False
    """A file of this name may go, and nobody is asked."""

    @property
    def is_standard_output(self) -> bool:
        """Whether it goes to standard output and not into a file."""
        return self.output in STANDARD_OUTPUT


def export(settings: Settings, wanted: Wanted, talk: Conversation, out: TextIO, is_watched: bool) -> int:
    """Write the file, or to ``out``, and say what it rests on; gives the exit code.

    ``is_watched``: somebody sees how far it is.
    """
    kind = KINDS[wanted.what]
    if kind.section and getattr(settings, kind.section) is None:
        talk.say(f"helpdeck: there is no section [{kind.section}], so there are no {kind.noun}")
        return WRONG_USAGE
    span = kind.span(settings, wanted.since, wanted.until)
    if span.why_not:
        talk.say(f"helpdeck: {span.why_not}")
        return WRONG_USAGE
    try:
        with snapshot(settings.archive) as (runner, store):
            return _export(kind(runner, store, settings, span), span, wanted, talk, out, is_watched)
    except StoreError as error:
        return refusal(error, talk.say)
    except BrokenPipeError:
        raise  # whoever reads the output has had enough of it
    except OSError as error:
        talk.say(f"helpdeck: the file cannot be written: {error.strerror or error}")
    return FAILED


def _export(
    exported: Exported[Any], span: Span, wanted: Wanted, talk: Conversation, out: TextIO, is_watched: bool
) -> int:
    count = 0

    def rows() -> Iterator[list[Cell]]:
        nonlocal count
        for row in exported.rows():
            count += 1
            yield row

    write = write_json_lines if wanted.format == "json" else write_csv
    noun = exported.noun
    if wanted.is_standard_output:
        write(out, exported.columns, rows())
        out.flush()
        talk.say(f"{count} {noun} from {span.since} to {span.until}")
    else:
        name = wanted.output or f"helpdeck-{noun}-{span.since}-{span.until}.{wanted.format}"
        old = replaced_by(name)
        if old and not wanted.force and not _may_replace(name, old, talk):
            talk.say("It was left as it is.")
            return FAILED

        def progress(written: int) -> None:
            talk.say(f"\r{written} rows …", end="")

        watch = progress if is_watched else None
        path = write_export(name, exported.columns, rows(), write=write, replaces=old is not None, progress=watch)
        begin = "\r" if is_watched else ""
        talk.say(f"{begin}{count} {noun} from {span.since} to {span.until} written to {path}")
    for line in exported.proof():
        talk.say(line)
    return FAILED if exported.lacks else FINE


def _may_replace(name: str, old: Path, talk: Conversation) -> bool:
    is_link = export_path(name).is_symlink()
    question = f"{name} is a link to {old}. Replace that file?" if is_link else f"{name} exists. Replace it?"
    try:
        return talk.confirm(question, default=False)
    except InputEnded:
        talk.say("\nThere is nobody to answer: --force replaces it.")
        return False
