"""Where the archive lies, and what an account is called in it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tui.config import AlpemixSettings
from tui.config.hosts import canonical_address

FILE: Final = "archive.sqlite"


def archive_path(configured: str) -> Path:
    """The file that ``archive.path`` names, else the one in the person's data folder."""
    if configured:
        return Path(configured)
    from platformdirs import user_data_path  # whoever names a file does not pay for it

    return user_data_path("helpdeck") / FILE


def account_of(settings: AlpemixSettings) -> str:
    """What names an account: two at one address, or one at two addresses, are not mixed.

    How the address is spelled does not matter: one account is one account.
    """
    return f"{settings.user} at {canonical_address(settings.url)}"
