"""The command as a test runs it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

Ended = subprocess.CompletedProcess[str]
Helpdeck = Callable[..., Ended]
