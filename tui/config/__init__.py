"""Typed settings, secrets, and every problem in them at once."""

from tui.config.secret import Secret, masked
from tui.config.settings import (
    AlpemixSettings,
    AltiGenSettings,
    ArchiveSettings,
    CallsSettings,
    RemotePCSettings,
    Settings,
    UISettings,
)

__all__ = [
    "AlpemixSettings",
    "AltiGenSettings",
    "ArchiveSettings",
    "CallsSettings",
    "RemotePCSettings",
    "Secret",
    "Settings",
    "UISettings",
    "masked",
]
