"""Every setting with its default, as the rest of the program reads it.

The names are those of the TOML file; what each one means to the person is said in ``config.example.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tui.config.secret import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class AltiGenSettings:
    """``[altigen]``: the WebProxy and the extension that is watched."""

    url: tuple[str, ...]
    """Addresses of the WebProxy, the first one preferred. TOML: a string or a list of strings."""
    user: str
    password: Secret
    system: Literal["maxcs", "maxacd"] = "maxcs"
    """MaxACD has no drop call and no mute."""
    events_path: str = "/events"
    """Path of the WebSocket below ``url``; may hold ``{session}``."""
    bind: Literal["json", "text", "none"] = "json"
    """How the session id is sent after the channel opened."""
    record_path: str = "/sessions/{session}/record?callHandle={call}"
    trunk_access_code: str = ""
    region: str = "US"
    """Two-letter region for numbers typed without a country code."""
    ca_file: str = ""
    """PEM file of a private certificate authority; empty: the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlpemixSettings:
    """``[alpemix]``: the team's remote-support connections."""

    url: str = "https://www.alpemix.com:5900/api"
    user: str
    secret_key: Secret
    last: int = 25
    """How many of the newest connections a refresh asks for."""
    refresh_seconds: int = 30
    timezone: str = "Europe/Istanbul"
    """The zone of the server's clock: it decides what "today" is."""
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemotePCSettings:
    """``[remotepc]``: the customers' accounts."""

    url: str = "https://web1.remotepc.com/rpc-api/reseller/private/user"
    api_key: Secret
    refresh_seconds: int = 300
    ca_file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveSettings:
    """``[archive]``: where connections are remembered."""

    path: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class UISettings:
    """``[ui]``: how the screen looks and behaves."""

    theme: str = "ansi-dark"
    ascii: bool = False
    readonly: bool = False
    mouse: bool = False
    bell: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole configuration; a system whose section is absent is None and switched off."""

    altigen: AltiGenSettings | None = None
    alpemix: AlpemixSettings | None = None
    remotepc: RemotePCSettings | None = None
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    ui: UISettings = field(default_factory=UISettings)
    keys: dict[str, str] = field(default_factory=dict)
    """``[keys]``: action id -> keys, comma separated."""
