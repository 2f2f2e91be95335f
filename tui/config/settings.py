"""Every setting with its type, its default and its limits, as the rest of the program reads it.

The names are those of the TOML file; what each one means to the person is said in ``config.example.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, tzinfo
from importlib.util import find_spec
from typing import Annotated, ClassVar, Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct, field

from tui.config.constraints import (
    Between,
    Command,
    DatabaseUrl,
    HeaderText,
    Label,
    OwnFile,
    PathTemplate,
    ReadableFile,
    Region,
    TechnicianName,
    Theme,
    TimeZone,
    WebAddress,
    WithoutColon,
)
from tui.config.hosts import canonical_address, is_loopback
from tui.config.secret import NO_SECRET, Secret

EGRESS_LIMIT: Final = 64
"""Characters of the name of an egress."""

RESELLER_LIMIT: Final = 64
"""Characters of the name of a reseller's account."""

EXCHANGE_LIMIT: Final = 32
"""Characters of the name of an exchange: it stands behind each extension."""

EXTENSION_LIMIT: Final = 100
"""Characters of an extension with its exchange."""

TECHNICIAN_LIMIT: Final = 100
"""Characters of the name of a technician."""

EXPOSED: Final = "sends the password readable for everybody on the way: use https://"


def is_exposed(url: str) -> bool:
    """Whether what is sent to this address leaves the machine without TLS."""
    parts = urlsplit(url)
    return parts.scheme == "http" and not is_loopback(parts.hostname or "")


class AltiGenSettings(Struct, frozen=True, kw_only=True):
    """``[altigen]``: the WebProxy and the extension that is watched."""

    url: tuple[Annotated[str, WebAddress()], ...]
    """Addresses of the WebProxy, the first one preferred. TOML: a string or a list of strings."""
    user: Annotated[str, WithoutColon()]
    password: Secret
    system: Literal["maxcs", "maxacd"] = "maxcs"
    """MaxACD has no drop call and no mute."""
    events_path: Annotated[str, PathTemplate("session")] = "/events"
    """Path of the WebSocket below ``url``; may hold ``{session}``."""
    bind: Literal["json", "text", "none"] = "json"
    """How the session id is sent after the channel opened."""
    record_path: Annotated[str, PathTemplate("session", "call")] = "/sessions/{session}/record?callHandle={call}"
    exchange: Annotated[str, Label(EXCHANGE_LIMIT)] = ""
    """Names the exchange in the archive, where that holds the calls of several: their extensions may be the same."""
    trunk_access_code: str = ""
    region: Annotated[str, Region()] = ""
    """Two-letter region of numbers without a country code; empty: such numbers are not called."""
    dial_format: Literal["e164", "national", "typed"] = "e164"
    """How a phone number is sent: ``+16175550119``, ``6175550119``, or the digits as they were typed."""
    ca_file: Annotated[str, ReadableFile()] = ""
    """PEM file of a private certificate authority; empty: the system's."""
    insecure: bool = False
    """Allow plain http to another machine: anybody between the two can read the password."""
    ping_seconds: Annotated[int, Between(1, 60)] = 15
    """How often to ping a quiet event channel."""
    stale_seconds: Annotated[int, Between(5, 600)] = 40
    """Seconds without a sign of life after which the calls are shown as stale."""
    dead_seconds: Annotated[int, Between(10, 3_600)] = 120
    """Seconds without a sign of life after which the channel is given up and opened again."""
    doubt_minutes: Annotated[int, Between(1, 10_080)] = 120
    """Minutes without news of a call after which it is marked as doubtful."""
    mute_warning_seconds: Annotated[int, Between(5, 86_400)] = 120
    """Seconds after which a muted recording is warned about."""

    @property
    def extension(self) -> str:
        """What names the extension wherever something of it is kept."""
        return f"{self.user} at {self.exchange}" if self.exchange else self.user

    @property
    def is_maxacd(self) -> bool:
        """MaxACD takes SIP addresses, and has neither a drop call, nor a mute, nor trunk access codes."""
        return self.system == "maxacd"

    @property
    def why_no_drop(self) -> str:
        """Why no call can be dropped; empty where it can."""
        return "MaxACD cannot drop calls" if self.is_maxacd else ""

    @property
    def mute(self) -> Literal["mute", "pause"]:
        """What this system does with a recording that is to stand still for a while."""
        return "pause" if self.is_maxacd else "mute"

    @property
    def trunk_code(self) -> str:
        """The trunk access code that goes with a call; empty where none does."""
        return "" if self.is_maxacd else self.trunk_access_code

    def contradictions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Settings that are right each by itself and wrong together: (keys, what is wrong with the first)."""
        if not self.insecure and any(map(is_exposed, self.url)):
            yield ("url",), f"{EXPOSED}, or insecure = true if that cannot be"
        if self.stale_seconds <= self.ping_seconds:
            yield ("stale_seconds", "ping_seconds"), "must be more than ping_seconds: a ping needs time to be answered"
        if self.dead_seconds <= self.stale_seconds:
            yield ("dead_seconds", "stale_seconds"), "must be more than stale_seconds"


class AlpemixSettings(Struct, frozen=True, kw_only=True):
    """``[alpemix]``: the team's remote-support connections."""

    to_ask: ClassVar[str] = "secret_key"
    """The key that may be missing where a team's store can be read: then that is all that is done."""

    url: Annotated[str, WebAddress()] = "https://www.alpemix.com:5900/api"
    user: str
    secret_key: Secret = NO_SECRET
    last: Annotated[int, Between(1, 1000)] = 25
    """How many of the newest connections a refresh asks for."""
    refresh_seconds: Annotated[int, Between(20, 86_400, "Alpemix answers 3 reports a minute")] = 30
    timezone: Annotated[str, TimeZone()] = "Europe/Istanbul"
    """The zone of the server's clock: it decides what "today" is."""
    egress: Annotated[str, Label(EGRESS_LIMIT)] = ""
    """Names the address that requests leave from; Alpemix limits tokens by address. Hosts behind one share its name."""
    ca_file: Annotated[str, ReadableFile()] = ""

    @property
    def account(self) -> str:
        """What names the account wherever something of it is kept; how its address is spelled does not matter."""
        return f"{self.user} at {canonical_address(self.url)}"

    @property
    def asks(self) -> bool:
        """Whether Alpemix is asked; else its connections are only read from the team's store."""
        return bool(self.secret_key)

    def contradictions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Settings that are right each by itself and wrong together: (keys, what is wrong with the first)."""
        if is_exposed(self.url):
            yield ("url",), EXPOSED


class RemotePCSettings(Struct, frozen=True, kw_only=True):
    """``[remotepc]``: the customers' accounts."""

    to_ask: ClassVar[str] = "api_key"
    """As in :class:`AlpemixSettings`."""

    url: Annotated[str, WebAddress()] = "https://web1.remotepc.com/rpc-api/reseller/private/user"
    api_key: Annotated[Secret, HeaderText()] = NO_SECRET
    refresh_seconds: Annotated[int, Between(10, 86_400)] = 300
    invite_batch: Annotated[int, Between(1, 500)] = 50
    """Addresses in one request; how many the server takes is not documented."""
    reseller: Annotated[str, Label(RESELLER_LIMIT)] = ""
    """Names the account in the archive: its key, which alone tells it from others of the same address, is secret."""
    ca_file: Annotated[str, ReadableFile()] = ""

    @property
    def account(self) -> str:
        """What names the account wherever something of it is kept."""
        return f"{self.reseller or 'reseller'} at {canonical_address(self.url)}"

    @property
    def asks(self) -> bool:
        """Whether RemotePC is asked; else its users are only read from the team's store."""
        return bool(self.api_key)

    def contradictions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Settings that are right each by itself and wrong together: (keys, what is wrong with the first)."""
        if is_exposed(self.url):
            yield ("url",), EXPOSED


class ArchiveSettings(Struct, frozen=True, kw_only=True):
    """``[archive]``: where connections and calls are remembered."""

    path: Annotated[str, OwnFile()] = ""
    url: Annotated[str, DatabaseUrl()] = ""
    """PostgreSQL, for a team; empty: the SQLite file at ``path``."""
    password: Secret = NO_SECRET
    """Without one libpq looks for its own: ``.pgpass``, a service file; or the server knows the Unix user."""
    calls: bool = True
    """Whether calls are remembered."""
    calls_days: Annotated[int, Between(0, 36_500)] = 0
    """Days after which a call is forgotten; 0: never."""

    @property
    def connection(self) -> dict[str, str]:
        """What libpq is to connect with, by its own names: all but the password."""
        from tui.config.database_url import connection_parameters  # a configuration without one need not load it

        return connection_parameters(self.url)

    def contradictions(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Settings that are right each by itself and wrong together: (keys, what is wrong with the first)."""
        if self.path and self.url:
            yield ("url", "path"), "stands beside path: what is remembered is kept in the one or in the other"
        if self.url and find_spec("psycopg") is None:
            yield ("url",), "needs psycopg, which is not installed: pip install 'helpdeck[team]'"


class CallsSettings(Struct, frozen=True, kw_only=True):
    """``[calls]``: who is to be called back."""

    claim_minutes: Annotated[int, Between(1, 1_440)] = 15
    """Minutes for which a call-back is held by who has taken it."""
    callback_minutes: Annotated[int, Between(1, 20_160, "call-backs are looked for in the last 14 days")] = 30
    """Minutes after which the top line says that somebody waits."""


class HooksSettings(Struct, frozen=True, kw_only=True):
    """``[hooks]``: programs that calls start. TOML: lists of a program and its arguments; an empty one is none."""

    ring: Annotated[tuple[str, ...], Command()] = ()
    missed: Annotated[tuple[str, ...], Command()] = ()
    ended: Annotated[tuple[str, ...], Command()] = ()
    """For each call that is over, a missed one too."""
    timeout_seconds: Annotated[int, Between(1, 3_600)] = 10
    """Seconds that a program may run; then it is killed, with all that it has started."""
    at_once: Annotated[int, Between(1, 32)] = 4
    """How many may run at a time; none is started for calls beyond that."""
    readonly: bool = False
    """Whether they are run in read-only mode, too."""

    def command(self, event: str) -> tuple[str, ...]:
        """The program for ``ring``, ``missed`` or ``ended``, with its arguments; empty where there is none."""
        found: tuple[str, ...] = getattr(self, event)
        return found


class BillingSettings(Struct, frozen=True, kw_only=True):
    """``[billing]``: what of the time of connections is billed. 0: the rule is not used."""

    minimum_minutes: Annotated[int, Between(0, 1_440)] = 0
    """No connection is billed for less."""
    round_minutes: Annotated[int, Between(0, 1_440)] = 0
    """What is billed is rounded up to a multiple of these."""
    merge_minutes: Annotated[int, Between(0, 1_440)] = 0
    """Connections to one device with a shorter pause between them are billed as one."""


class TeamSettings(Struct, frozen=True, kw_only=True):
    """``[team]``: who the technicians are, and what the others see of this one."""

    names: bool = True
    """Whether the board shows names."""
    board: bool = True
    """Whether there is a board, and this Helpdeck is on it."""
    technicians: dict[Annotated[str, Label(EXTENSION_LIMIT)], Annotated[str, TechnicianName(TECHNICIAN_LIMIT)]] = field(
        default_factory=dict
    )
    """``[team.technicians]``: extension, as it is kept with each call -> name, as Alpemix reports it."""


class UISettings(Struct, frozen=True, kw_only=True):
    """``[ui]``: how the screen looks and behaves."""

    theme: Annotated[str, Theme()] = "ansi-dark"
    ascii: bool = False
    readonly: bool = False
    mouse: bool = False
    bell: bool = True
    timezone: Annotated[str, TimeZone()] = ""
    """The zone of every time that people read; empty: this machine's."""

    @property
    def zone(self) -> tzinfo | None:
        """That zone, as it is now: the config may name another while the program runs. None: this machine's."""
        if not self.timezone:
            return None
        from tui.config.zones import zone_of  # a configuration without one need not load it

        return zone_of(self.timezone)


class Settings(Struct, frozen=True, kw_only=True):
    """The whole configuration; a system whose section is absent is None and switched off."""

    altigen: AltiGenSettings | None = None
    alpemix: AlpemixSettings | None = None
    remotepc: RemotePCSettings | None = None
    archive: ArchiveSettings = field(default_factory=ArchiveSettings)
    calls: CallsSettings = field(default_factory=CallsSettings)
    hooks: HooksSettings = field(default_factory=HooksSettings)
    billing: BillingSettings = field(default_factory=BillingSettings)
    team: TeamSettings = field(default_factory=TeamSettings)
    ui: UISettings = field(default_factory=UISettings)
    keys: dict[str, str] = field(default_factory=dict)
    """``[keys]``: action id -> keys, comma separated."""

    @property
    def zone_of_connections(self) -> tzinfo:
        """That of the clock of the server that tells of connections."""
        from tui.config.zones import zone_of  # the first frame shows none

        return UTC if self.alpemix is None else zone_of(self.alpemix.timezone)

    @property
    def own_extension(self) -> str:
        """Whose calls are kept, as the archive names it; empty where nobody's are heard."""
        return "" if self.altigen is None else self.altigen.extension

    @property
    def account_of_connections(self) -> str:
        """What names the account whose connections are kept; empty where there is none."""
        return "" if self.alpemix is None else self.alpemix.account

    @property
    def account_of_users(self) -> str:
        """What names the account whose users are listed, wherever that is kept; empty where there is none."""
        return "" if self.remotepc is None else self.remotepc.account
