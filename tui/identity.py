"""Who works here: the person by the account of the system, and the machine, as others on the same archive read them."""

from __future__ import annotations

import os
import pwd
import socket
from typing import Final

from tui.models.text import clean

HOST_LIMIT: Final = 64
"""Characters of a machine's name."""


def unix_user() -> str:
    """The name of the account that this process runs under, or its number where it has none."""
    try:
        return clean(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:
        return str(os.getuid())


def host_name() -> str:
    """The name by which this machine knows itself; nobody has checked it."""
    return clean(socket.gethostname(), HOST_LIMIT)
