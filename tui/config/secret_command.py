"""A secret that a command prints, as ``pass show desk/altigen``: no shell, bounded in time and in size."""

from __future__ import annotations

import atexit
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tui.config.problems import InvalidValue
from tui.programs import Program

SECONDS: Final = 10.0
"""How long a command may take."""

LIMIT: Final = 65_536
"""Bytes kept of what a command prints; the rest is read and forgotten."""


_running: Final[set[Program]] = set()


@atexit.register
def _end_all() -> None:
    """Leave no command running when the program ends while it waits for one."""
    for program in list(_running):
        program.kill()


def output_of(line: str, folder: Path, seconds: float = SECONDS, environment: Mapping[str, str] | None = None) -> bytes:
    """What the command printed, if it ended well; neither its output nor its complaints are ever repeated."""
    try:
        words = shlex.split(line)
    except ValueError:
        raise InvalidValue("has a command with an open quotation mark or a backslash at its end") from None
    if not words:
        raise InvalidValue("must name its command in a string")
    program = Program(words, folder=folder if folder.is_dir() else None, environment=environment)
    printed = bytearray()
    _running.add(program)
    try:
        code = program.run(seconds, lambda piece: printed.extend(piece[: LIMIT - len(printed)]))
    except TimeoutError:
        raise InvalidValue(f"cannot come from its command: no end after {seconds:g} s") from None
    except OSError as error:
        raise InvalidValue(f"cannot come from its command: {error.strerror}") from None
    except ValueError:
        raise InvalidValue("cannot come from its command: it cannot be started") from None
    finally:
        _running.discard(program)
    if code:
        how = f"exit code {code}" if code > 0 else f"signal {-code}"
        raise InvalidValue(f"cannot come from its command: it failed with {how}")
    return bytes(printed)
