"""Typed settings, secrets, and every problem in them at once."""

from tui.config.secret import Secret, masked
from tui.config.settings import (
    AlpemixSettings,
    AltiGenSettings,
    ArchiveSettings,
    BillingSettings,
    CallsSettings,
    RemotePCSettings,
    Settings,
    TeamSettings,
    UISettings,
)

__all__ = [
    "AlpemixSettings",
    "AltiGenSettings",
    "ArchiveSettings",
    "BillingSettings",
    "CallsSettings",
    "RemotePCSettings",
    "Secret",
    "Settings",
    "TeamSettings",
    "UISettings",
    "masked",
]
