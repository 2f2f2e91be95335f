"""The command line: what `helpdeck` can be asked for, and the only place that prints.

Each command's code is loaded when it is asked for, so that `helpdeck --version` loads neither Textual nor httpx.
"""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from tui import __version__

if TYPE_CHECKING:
    from tui.commands.foreground import Interrupted
    from tui.config import Settings
    from tui.config.problems import Problem

FINE: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 130
PIPE_CLOSED: Final = 141

HIGHEST_PORT: Final = 65_533
"""Two more are taken after it."""

_READONLY: Final = "change nothing anywhere: no calls, no recording, no accounts, no sign-in links"

_EPILOG: Final = """\
exit codes:
  0  fine
  1  failed, or a system refused
  2  wrong usage, or problems in the configuration
  3  a system could not be reached: worth trying again
  128 + n  ended by signal n

The configuration is ~/.config/helpdeck/config.toml, or the file that --config or HELPDECK_CONFIG names.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what was asked for; gives the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal of another encoding still gets every sentence
    try:
        code = _run(arguments)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = PIPE_CLOSED
    except KeyboardInterrupt:
        code = INTERRUPTED
    except OSError as error:  # of the flush: the disk that takes the output is full
        complain(f"helpdeck: the output could not be written: {error.strerror}")
        code = FAILED
    _give_up_unwritten(sys.stdout)
    return code


def say(text: str = "", *, end: str = "\n") -> None:
    """Show what was asked for."""
    print(text, end=end, flush=True)


def complain(text: str = "", *, end: str = "\n") -> None:
    """Show what is wrong, beside what was asked for."""
    with suppress(OSError):
        print(text, end=end, file=sys.stderr, flush=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold ctrl+c back while modules are loaded: it has crashed the interpreter where a library in C makes classes."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(arguments: Sequence[str] | None) -> int:
    try:
        asked = _parser().parse_args(arguments)
    except SystemExit as ended:  # argparse has said what was to be said
        return ended.code if isinstance(ended.code, int) else WRONG_USAGE
    command = {
        None: _dashboard,
        "demo": _demo,
        "simulate": _simulate,
        "init": _init,
        "check": _check,
        "audit": _audit,
        "export": _export,
    }[asked.command]
    return command(asked)


def _dashboard(asked: argparse.Namespace) -> int:
    if not _has_terminal():
        return WRONG_USAGE
    path = _path(asked)
    if asked.config is None and _is_missing(path):
        complain(f"There is no configuration yet ({path}): `helpdeck init` makes one, `helpdeck demo` shows Helpdeck.")
        return WRONG_USAGE
    settings = _settings(path, complain)
    if settings is None:
        return WRONG_USAGE
    gc.disable()  # until the first frame: what is imported is no garbage, and looking for some in it takes a while
    with _undisturbed():
        from tui.dashboard import run

    return run(_as_asked(settings, asked), complain)


def _demo(asked: argparse.Namespace) -> int:
    if not (_has_terminal() and _has_simulators(asked.scenario)):
        return WRONG_USAGE
    gc.disable()
    with _undisturbed():
        from tui.commands.demo import demo

    return demo(asked.scenario, complain, readonly=asked.readonly)


def _simulate(asked: argparse.Namespace) -> int:
    if not _has_simulators(asked.scenario):
        return WRONG_USAGE
    with _undisturbed():
        from tui.commands.foreground import Interrupted
        from tui.commands.simulate import simulate

    try:
        return simulate(asked.port, asked.scenario, say, complain)
    except Interrupted as interrupted:
        return interrupted.exit_code


def _init(asked: argparse.Namespace) -> int:
    with _undisturbed():
        from tui.commands.conversation import Conversation, InputEnded
        from tui.commands.foreground import Interrupted, interruptible
        from tui.commands.setup import Setup

    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="surrogateescape")  # odd bytes become a complaint, not a traceback
    try:
        with interruptible():
            return Setup(_path(asked), Conversation(say, sys.stdin)).run()
    except InputEnded:
        complain("\nThe answers ended before the questions did: nothing was written.")
        return FAILED
    except Interrupted as interrupted:
        return _nothing_written(interrupted)


def _check(asked: argparse.Namespace) -> int:
    path = _path(asked)
    settings = _settings(path, say)
    if settings is None:
        return WRONG_USAGE
    say(f"{path}: no problems")
    if asked.offline:
        return FINE
    with _undisturbed():
        from tui.commands.check import check_all, exit_code
        from tui.commands.foreground import Interrupted, run_in_foreground

    try:
        if asked.trace:
            with _undisturbed():
                from tui.commands.trace import trace

            return run_in_foreground(trace(asked.trace, settings, say))
        outcomes = run_in_foreground(check_all(settings))
    except Interrupted as interrupted:
        return interrupted.exit_code
    for outcome in outcomes:
        say(str(outcome))
    return exit_code(outcomes)


def _audit(asked: argparse.Namespace) -> int:
    with _undisturbed():
        from tui.audit import AUDIT_FILE
        from tui.commands.audit import show_audit
        from tui.state import state_folder

    return show_audit(state_folder() / AUDIT_FILE, asked.last, say, complain)


def _as_asked(settings: Settings, asked: argparse.Namespace) -> Settings:
    """The settings with what the command line says in their place: it can take permission, and not give it."""
    if not asked.readonly:
        return settings
    from msgspec.structs import replace

    return replace(settings, ui=replace(settings.ui, readonly=True))


def _export(asked: argparse.Namespace) -> int:
    settings = _settings(_path(asked), complain)
    if settings is None:
        return WRONG_USAGE
    with _undisturbed():
        from tui.commands.conversation import Conversation
        from tui.commands.export import Wanted, export
        from tui.commands.foreground import Interrupted, interruptible

    wanted = Wanted(asked.since, asked.until, asked.format, asked.output)
    try:
        with interruptible():
            return export(settings, wanted, Conversation(complain, sys.stdin), sys.stderr.isatty())
    except Interrupted as interrupted:
        return _nothing_written(interrupted)


def _nothing_written(interrupted: Interrupted) -> int:
    complain("\nInterrupted: nothing was written.")
    return interrupted.exit_code


def _path(asked: argparse.Namespace) -> Path:
    with _undisturbed():
        from tui.config.location import config_path

    return config_path(asked.config)


def _is_missing(path: Path) -> bool:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:  # reading it will say what is the matter
        return False
    return False


def _settings(path: Path, tell: Any) -> Settings | None:
    """The settings, or None after every problem was told."""
    with _undisturbed():
        from tui.config.problems import ConfigError, Problem
        from tui.config.reader import read_config
        from tui.terminal import keymap

    settings, problems, warnings = None, [], list[Problem]()
    try:
        settings = read_config(path, known_actions=keymap.BY_ID, warnings=warnings)
        problems = [Problem(path, f"keys.{action}", wrong) for action, wrong in keymap.problems(settings.keys)]
    except ConfigError as error:
        problems = list(error.problems)
    _tell_all("warning: ", warnings, tell)
    _tell_all("", problems, tell)
    return None if problems else settings


def _tell_all(mark: str, problems: list[Problem], tell: Any) -> None:
    for problem in problems:
        tell(f"{mark}{problem}")


def _has_terminal() -> bool:
    # Textual draws on stderr.
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return True
    complain("helpdeck: the dashboard needs a terminal to read keys from and to draw on; `helpdeck check` does not.")
    return False


def _has_simulators(scenario: str) -> bool:
    with _undisturbed():
        from tui.commands.simulate import NEEDS_EXTRA, is_extra_installed, is_scenario, scenarios

    if not is_extra_installed():
        complain(f"helpdeck: {NEEDS_EXTRA}")
        return False
    if not is_scenario(scenario):
        complain(f"helpdeck: there is no scenario of this name; there are {', '.join(scenarios())}")
        return False
    return True


def _give_up_unwritten(stream: TextIO | None) -> None:
    """Spare the person the interpreter's own complaint about what it cannot flush at its end."""
    if stream is None:
        return
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _parser() -> argparse.ArgumentParser:
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
    parser.add_argument("--version", action=_Version, nargs=0, help="say which version this is")
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
    export = command("export", "write the connections of some days from the archive to a file; asks no system")
    export.add_argument("what", choices=("connections",), help="what to export")
    export.add_argument("--since", metavar="DAY", type=_day, help="as 2026-11-01 (default: the first of the month)")
    export.add_argument("--until", metavar="DAY", type=_day, help="the last day (default: today)")
    export.add_argument("--format", choices=("csv", "json"), default="csv", help="default: csv")
    export.add_argument("--output", metavar="FILE", default="", help="default: a name with the days, here")
    for each in (demo, simulate):
        each.add_argument("--scenario", metavar="NAME", default="desk", help="what happens (default: desk)")
    demo.add_argument("--readonly", action="store_true", default=argparse.SUPPRESS, help=_READONLY)
    simulate.add_argument(
        "--port", metavar="N", type=_port, required=True, help="listen on N, N+1 and N+2 of this machine (0: free ones)"
    )
    check.add_argument("--offline", action="store_true", help="only the configuration: ask no system")
    check.add_argument(
        "--trace",
        metavar="SYSTEM",
        choices=("altigen", "alpemix", "remotepc"),
        help="ask this system alone and show what goes over the wire, without secrets",
    )
    return parser


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) <= HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to {HIGHEST_PORT}")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:9]) > 0 and len(text) < 9):
        raise argparse.ArgumentTypeError("a number from 1 to 99,999,999")
    return int(text)


def _day(text: str) -> str:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-11-01") from None


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_rest: object) -> None:
        say(f"helpdeck {__version__}")
        parser.exit()
