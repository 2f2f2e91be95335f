"""Where the archive's file lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FILE: Final = "archive.sqlite"


def archive_path(configured: str) -> Path:
    """The file that ``archive.path`` names, else the one in the person's data folder."""
    if configured:
        return Path(configured)
    from platformdirs import user_data_path  # whoever names a file does not pay for it

    return user_data_path("helpdeck") / FILE
