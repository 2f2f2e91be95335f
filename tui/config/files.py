"""What stands at a path.

``Path.exists()`` and its like hide some errors of the system, and which ones changes from one Python to the next.
"""

from __future__ import annotations

from pathlib import Path


def mode_of(path: Path) -> int:
    """The mode of the file at a path, as ``stat.S_ISDIR`` and its like take it; 0 where there is none.

    Raises:
        OSError: nobody can tell, as with a folder that is closed to us, a name too long, links that lead in a circle.
    """
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
