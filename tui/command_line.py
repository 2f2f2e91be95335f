"""What the command line may hold, and what it asks for.

Apart from the commands, as it takes a while to load: the two ways to the first frame do without it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from types import SimpleNamespace
from typing import Final

from tui import __version__, exit_codes

HIGHEST_PORT: Final = 65_533
"""Two more are taken after it."""

MOST_HOURS: Final = 336
"""After 14 days nobody is looked for any more who is to be called back."""

_READONLY: Final = "change nothing anywhere: no calls, no recording, no accounts, no sign-in links"

_CODES: Final = "\n".join(f"  {code}  {meaning}" for code, meaning in exit_codes.MEANINGS.items())

_EPILOG: Final = f"""\
exit codes:
{_CODES}
  128 + n  {exit_codes.BY_SIGNAL}

The configuration is ~/.config/helpdeck/config.toml, or the file that --config or HELPDECK_CONFIG names. It goes before
/etc/helpdeck/config.toml, or the file that HELPDECK_SYSTEM_CONFIG names, key by key.
"""


def asked_for(arguments: Sequence[str]) -> SimpleNamespace:
    """The command and its options. Raises SystemExit where that was all: after the help, the version, a complaint."""
    return parser_of().parse_args(arguments, namespace=SimpleNamespace())


def parser_of() -> argparse.ArgumentParser:
    """Make the parser of all of it."""
    everywhere = argparse.ArgumentParser(add_help=False)
    # No default here: the one of a command would overwrite what was given before the command.
    everywhere.add_argument("--config", metavar="FILE", default=argparse.SUPPRESS, help="the configuration to use")
    parser = argparse.ArgumentParser(
        prog="helpdeck",
        description="One terminal screen for a support desk. Without a command: the dashboard.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--config", metavar="FILE", help="the configuration to use")
    parser.add_argument("--readonly", action="store_true", help=_READONLY)
    parser.add_argument(
        "--version", action="version", version=f"helpdeck {__version__}", help="say which version this is"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=what, description=what, parents=[everywhere], allow_abbrev=False)

    demo = command("demo", "show Helpdeck with three simulated systems")
    simulate = command("simulate", "run only the simulated systems, with a configuration for them")
    command("init", "ask for the three systems, try them, write a configuration")
    check = command("check", "say every problem of the configuration, and whether each system lets you in")
    audit = command("audit", "show what was changed from this account, when, by whom, and what came of it")
    audit.add_argument(
        "--last", metavar="N", type=_count, default=100, help="how many of the last changes (default: 100)"
    )
    keys = command("keys", "show every action with its id and its keys, as the configuration has them")
    keys.add_argument("--format", choices=("text", "markdown"), default="text", help="default: text")
    export = command("export", "write connections, calls or users of some days from the archive; asks no system")
    export.add_argument("what", choices=("connections", "calls", "users"), help="what to export")
    export.add_argument(
        "--since", metavar="DAY", type=_day, help="as 2026-11-01 (default: the first of the month; of users: today)"
    )
    export.add_argument("--until", metavar="DAY", type=_day, help="the last day (default: today)")
    export.add_argument(
        "--format", choices=("csv", "json"), default="csv", help="json: one object a line (default: csv)"
    )
    export.add_argument(
        "--output", metavar="FILE", default="", help="default: a name with the days, here; - is standard output"
    )
    export.add_argument("--force", action="store_true", help="replace the file if it exists, without asking")
    find = command("find", "find a number, a name, an address or a note in all days of the archive; asks no system")
    find.add_argument("text", metavar="TEXT", nargs="+", help="three letters or digits at least")
    find.add_argument("--json", action="store_true", help="one object a line, for scripts")
    callbacks = command("callbacks", "show who was missed and is to be called back; asks no system")
    callbacks.add_argument("--json", action="store_true", help="one object a line, for scripts")
    callbacks.add_argument("--done", action="store_true", help="what was done without a call instead, and why")
    team = command("team", "show what each technician does now, and what has come of today; asks no system")
    team.add_argument("--json", action="store_true", help="one object a line, for scripts")
    report = command("report", "say what came of the calls and connections of some days, in figures; asks no system")
    _add_report(report)
    _add_contacts(
        command("contacts", "whose a number is: read names from a list, or write one; asks no system"), everywhere
    )
    collect = command(
        "collect", "keep what the systems forget while nobody looks; with no screen and no AltiGen licence"
    )
    way = collect.add_mutually_exclusive_group()
    way.add_argument("--once", action="store_true", help="keep what is due and end, as for cron")
    way.add_argument("--unit", action="store_true", help="print a unit for systemd, and do nothing else")
    collect.add_argument(
        "--user", metavar="NAME", type=_user, help="of the unit: run as this user (default: one of its own)"
    )
    completion = command("completion", "print what a shell needs to complete a command line")
    completion.add_argument("shell", choices=("bash", "zsh", "fish"), help="for which shell")
    _add_archive(
        command("archive", "look after the archive itself: what it holds and who uses it, a copy, another engine"),
        everywhere,
    )
    for each in (demo, simulate):
        each.add_argument("--scenario", metavar="NAME", default="desk", help="what happens (default: desk)")
    demo.add_argument("--readonly", action="store_true", default=argparse.SUPPRESS, help=_READONLY)
    simulate.add_argument(
        "--port", metavar="N", type=_port, required=True, help="listen on N, N+1 and N+2 of this machine (0: free ones)"
    )
    check.add_argument("--offline", action="store_true", help="only the configuration: ask no system")
    check.add_argument("--origin", action="store_true", help="say for every setting where it comes from; ask no system")
    check.add_argument(
        "--trace",
        metavar="SYSTEM",
        choices=_Systems(),
        help="ask this system alone and show what goes over the wire, without secrets",
    )
    return parser


def _add_report(report: argparse.ArgumentParser) -> None:
    report.add_argument(
        "--by",
        choices=("day", "hour", "technician", "customer", "workgroup"),
        default="day",
        help="tell the figures apart by this (default: day); hour is that of the day",
    )
    report.add_argument(
        "--technician",
        metavar="WHO",
        default="",
        help="tell of one alone: an extension, or a name of Alpemix",
    )
    report.add_argument("--since", metavar="DAY", type=_day, help="as 2026-11-01 (default: the first of the month)")
    report.add_argument("--until", metavar="DAY", type=_day, help="the last day (default: today)")
    report.add_argument(
        "--within",
        metavar="HOURS",
        type=_hours,
        default=24,
        help=f"until when a missed caller counts as called back: 1 to {MOST_HOURS} (default: 24)",
    )
    report.add_argument(
        "--format", choices=("text", "csv", "json"), default="text", help="json: one object a line (default: text)"
    )


def _add_contacts(contacts: argparse.ArgumentParser, everywhere: argparse.ArgumentParser) -> None:
    tasks = contacts.add_subparsers(dest="task", metavar="TASK", title="tasks", required=True)

    def task(name: str, what: str) -> argparse.ArgumentParser:
        return tasks.add_parser(name, help=what, description=what, parents=[everywhere], allow_abbrev=False)

    wanted = task("import", "add what a CSV or vCard file has; each line that is no contact is told; may be run again")
    wanted.add_argument("file", metavar="FILE", help="columns in any order: number and name, maybe device and account")
    forgotten = task("forget", "drop the names, devices and accounts of a number; its calls stay")
    forgotten.add_argument("number", metavar="NUMBER", nargs="+", help="in any spelling")
    written = task("export", "write all that is known for certain; .vcf as cards, else as CSV")
    written.add_argument("file", metavar="FILE", help="is not there yet; - is standard output")
    written.add_argument("--force", action="store_true", help="replace the file if it exists")


def _add_archive(archive: argparse.ArgumentParser, everywhere: argparse.ArgumentParser) -> None:
    tasks = archive.add_subparsers(dest="task", metavar="TASK", title="tasks", required=True)

    def task(name: str, what: str) -> argparse.ArgumentParser:
        return tasks.add_parser(name, help=what, description=what, parents=[everywhere], allow_abbrev=False)

    status = task("status", "say which engine it has, where it is, what it holds, and who uses it; makes nothing")
    status.add_argument("--json", action="store_true", help="one object on a line, for scripts")
    backup = task("backup", "copy all of it into a new SQLite file, whatever others write meanwhile")
    backup.add_argument("file", metavar="FILE", help="is not there yet")
    move = task(
        "move", "bring all that an SQLite file remembers into PostgreSQL, wholly or not at all; may be run again"
    )
    move.add_argument("url", metavar="URL", type=_database_url, help="as postgresql://helpdeck@db.example.com/helpdeck")
    move.add_argument(
        "--from", dest="source", metavar="FILE", default="", help="default: the file of the configuration"
    )
    upgrade = task("upgrade", "bring its tables up to date, after a copy of a file; names who uses it first")
    upgrade.add_argument("--force", action="store_true", help="also while others use it, without asking")


class _Systems:
    """The sections of the systems, looked up when one is asked for: to load them takes long."""

    def __iter__(self) -> Iterator[str]:
        from tui.desk.systems import SYSTEMS

        return iter([system.name for system in SYSTEMS])


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {HIGHEST_PORT}, or 0 for free ones")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 9):
        raise argparse.ArgumentTypeError("a number from 1 to 99,999,999")
    return int(text)


def _hours(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_HOURS and len(text) < 9):
        raise argparse.ArgumentTypeError(f"a number from 1 to {MOST_HOURS}")
    return int(text)


def _user(text: str) -> str:
    if not (text.isascii() and text.replace("-", "_").isidentifier()):
        raise argparse.ArgumentTypeError("a name of letters, digits, - and _")
    return text


def _database_url(text: str) -> str:
    from tui.config.database_url import connection_parameters
    from tui.config.problems import InvalidValue

    try:
        connection_parameters(text)
    except InvalidValue as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def _day(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-01") from None
