"""The command line: what `helpdeck` can be asked for.

Each command's code is loaded when it is asked for, so that `helpdeck --version` loads neither Textual nor httpx.
"""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final

from tui.exit_codes import FAILED, FINE, WRONG_USAGE, Interrupted, ended_by
from tui.streams import complain, give_up_unwritten, say
from tui.undisturbed import undisturbed

if TYPE_CHECKING:
    from tui.commands.configuration import Configuration
    from tui.config import Settings

_PLAIN: Final[Mapping[tuple[str, ...], Mapping[str, Any]]] = {
    (): {"command": None, "config": None, "readonly": False},
    ("demo",): {"command": "demo", "config": None, "readonly": False, "scenario": "desk"},
}
"""What is asked for most is known without the parser: to load and make it takes as long as to paint a pane."""


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
        code = ended_by(signal.SIGPIPE)
    except KeyboardInterrupt:
        code = ended_by(signal.SIGINT)
    except Interrupted as interrupted:
        code = interrupted.exit_code
    except OSError as error:  # of the flush: the disk that takes the output is full
        complain(f"helpdeck: the output could not be written: {error.strerror}")
        code = FAILED
    give_up_unwritten(sys.stdout)
    return code


def _run(arguments: Sequence[str] | None) -> int:
    try:
        asked = _asked_for(sys.argv[1:] if arguments is None else list(arguments))
    except SystemExit as ended:  # the parser has said what was to be said
        return ended.code if isinstance(ended.code, int) else WRONG_USAGE
    commands: dict[str | None, Callable[[SimpleNamespace], int]] = {
        None: _dashboard,
        "demo": _demo,
        "simulate": _simulate,
        "init": _init,
        "check": _check,
        "audit": _audit,
        "keys": _keys,
        "collect": _collect,
        "completion": _completion,
        **dict.fromkeys(("archive", "callbacks", "contacts", "export", "find", "report", "team"), _from_archive),
    }
    return commands[asked.command](asked)


def _asked_for(arguments: list[str]) -> SimpleNamespace:
    plain = _PLAIN.get(tuple(arguments))
    if plain is not None:
        return SimpleNamespace(**plain)
    from tui.command_line import asked_for

    return asked_for(arguments)


def _dashboard(asked: SimpleNamespace) -> int:
    if not _has_terminal():
        return WRONG_USAGE
    path = _path(asked)
    if _has_no_config(asked):
        complain(f"There is no configuration yet ({path}): `helpdeck init` makes one, `helpdeck demo` shows Helpdeck.")
        return WRONG_USAGE
    configuration = _configuration(asked)
    settings = _settings(configuration, complain)
    if settings is None:
        return WRONG_USAGE
    gc.disable()  # until the first frame: what is imported is no garbage, and looking for some in it takes a while
    with undisturbed():
        from tui.dashboard import run

    return run(settings, complain, reread=configuration.reread)


def _demo(asked: SimpleNamespace) -> int:
    if not (_has_terminal() and _has_simulators(asked.scenario)):
        return WRONG_USAGE
    gc.disable()
    with undisturbed():
        from tui.commands.demo import demo

    return demo(asked.scenario, complain, readonly=asked.readonly)


def _simulate(asked: SimpleNamespace) -> int:
    if not _has_simulators(asked.scenario):
        return WRONG_USAGE
    with undisturbed():
        from tui.commands.simulate import simulate

    return simulate(asked.port, asked.scenario, say, complain)


def _init(asked: SimpleNamespace) -> int:
    with undisturbed():
        from tui.commands.conversation import Conversation, InputEnded
        from tui.commands.foreground import interruptible
        from tui.commands.init import Setup
        from tui.config.layers import read_layer
        from tui.config.problems import ConfigError

    try:
        team = read_layer(_system_path(), is_shared=True)
    except ConfigError as error:
        complain(str(error))
        return WRONG_USAGE
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="surrogateescape")  # odd bytes become a complaint, not a traceback
    try:
        with interruptible():
            return Setup(_path(asked), Conversation(say, sys.stdin), team=team).run()
    except InputEnded:
        complain("\nThe answers ended before the questions did: nothing was written.")
        return FAILED
    except Interrupted:
        complain("\nInterrupted: nothing was written.")
        raise


def _check(asked: SimpleNamespace) -> int:
    configuration = _configuration(asked)
    settings = _settings(configuration, say)
    if settings is None:
        return WRONG_USAGE
    for layer in configuration.layers:
        say(f"{layer.file}: no problems")
    if asked.origin:
        for origin in configuration.origins(settings):
            say(str(origin))
        return FINE
    if asked.offline:
        return FINE
    with undisturbed():
        from tui.commands.check import check_all, exit_code
        from tui.commands.foreground import run_in_foreground
        from tui.commands.trace import trace

    if asked.trace:
        return run_in_foreground(trace(asked.trace, settings, say))
    outcomes = run_in_foreground(check_all(settings))
    for outcome in outcomes:
        say(str(outcome))
    return exit_code(outcomes)


def _audit(asked: SimpleNamespace) -> int:
    with undisturbed():
        from tui.audit import AUDIT_FILE
        from tui.commands.audit import show_audit
        from tui.config.settings import UISettings
        from tui.state import state_folder

    zone = UISettings(timezone=_configuration(asked).timezone).zone
    return show_audit(state_folder() / AUDIT_FILE, asked.last, zone, say, complain)


def _keys(asked: SimpleNamespace) -> int:
    from tui.config.problems import ConfigError

    with undisturbed():
        from tui.commands.keys import tell_keys

    try:
        keys = {} if _has_no_config(asked) else _configuration(asked).keys
    except ConfigError as error:
        complain(str(error))
        return WRONG_USAGE
    tell_keys(keys, asked.format, say)
    return FINE


def _collect(asked: SimpleNamespace) -> int:
    if asked.user is not None and not asked.unit:
        complain("helpdeck collect: --user is for --unit: the unit says whom the service runs as")
        return WRONG_USAGE
    if asked.unit:
        with undisturbed():
            from tui.commands.unit import unit, warning

        if said := warning():
            complain(f"warning: {said}")
        say(unit(asked.user or "", asked.config), end="")
        return FINE
    settings = _settings(_configuration(asked), complain)
    if settings is None:
        return WRONG_USAGE
    with undisturbed():
        from tui.commands.collect import collect

    return collect(settings, complain, once=asked.once)


def _completion(asked: SimpleNamespace) -> int:
    from tui.command_line import parser_of
    from tui.commands.completion import completion

    say(completion(parser_of(), asked.shell))
    return FINE


def _from_archive(asked: SimpleNamespace) -> int:
    configuration = _configuration(asked)
    settings = _settings(configuration, complain)
    if settings is None:
        return WRONG_USAGE
    with undisturbed():
        from tui.commands.from_archive import COMMANDS

    return COMMANDS[asked.command](asked, settings, configuration.path)


def _path(asked: SimpleNamespace) -> Path:
    with undisturbed():
        from tui.config.location import config_path

    return config_path(asked.config)


def _has_no_config(asked: SimpleNamespace) -> bool:
    from tui.config.location import is_missing

    return asked.config is None and is_missing(_path(asked)) and is_missing(_system_path())


def _system_path() -> Path:
    from tui.config.location import system_config_path

    return system_config_path()


def _configuration(asked: SimpleNamespace) -> Configuration:
    path = _path(asked)
    with undisturbed():
        from tui.commands.configuration import Configuration

    return Configuration(path, _system_path(), is_named=asked.config is not None, readonly=asked.readonly)


def _settings(configuration: Configuration, tell: Any) -> Settings | None:
    """The settings, or None after every problem was told."""
    from tui.config.problems import ConfigError, Problem

    settings, problems = None, list[Problem]()
    try:
        settings = configuration.read()
    except ConfigError as error:
        problems += error.problems
    for warning in configuration.warnings:
        tell(f"warning: {warning}")
    for problem in problems:
        tell(str(problem))
    return settings


def _has_terminal() -> bool:
    # Textual draws on stderr.
    if all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return True
    complain("helpdeck: the dashboard needs a terminal to read keys from and to draw on; `helpdeck check` does not.")
    return False


def _has_simulators(scenario: str) -> bool:
    with undisturbed():
        from tui.commands.simulate import why_not

    if reason := why_not(scenario):
        complain(f"helpdeck: {reason}")
    return not reason
