"""What an account is called in the archive."""

from __future__ import annotations

from tui.config import AlpemixSettings
from tui.config.hosts import canonical_address


def account_name(settings: AlpemixSettings) -> str:
    """What names an account: two at one address, or one at two addresses, are not mixed.

    How the address is spelled does not matter: one account is one account.
    """
    return f"{settings.user} at {canonical_address(settings.url)}"
