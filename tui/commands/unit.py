"""`helpdeck collect --unit`: a systemd unit for it, that gives it no more of the machine than it needs."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

NAME: Final = "helpdeck-collect"

CONFIG: Final = "/etc/helpdeck/collect.toml"

WATCHDOG_SECONDS: Final = 60

UNIT: Final = """\
# {name}.service: keeps Helpdeck's archive while nobody looks.
#
#   helpdeck collect --unit | sudo tee /etc/systemd/system/{name}.service
#   sudo systemctl daemon-reload && sudo systemctl enable --now {name}
#   systemctl status {name}          # what it waits for, if anything
#
# Its configuration is {config}, over what /etc/helpdeck/config.toml says to all. Secrets stay out of
# both: put each into a file that root alone can read, name it in a line LoadCredential= below, and in the configuration
# what systemd makes of it:
#
#   secret_key = {{ file = "/run/credentials/{name}.service/alpemix" }}

[Unit]
Description=Helpdeck: keeps connections, days and users
Documentation=man:systemd.exec(5)
Wants=network-online.target
After=network-online.target

[Service]
Type=notify
ExecStart={command} collect
Environment="HELPDECK_CONFIG={config_value}"
#LoadCredential=alpemix:/etc/helpdeck/secrets/alpemix
#LoadCredential=remotepc:/etc/helpdeck/secrets/remotepc
#LoadCredential=archive:/etc/helpdeck/secrets/archive

# Who it is. {who}
{user}
# The archive, Alpemix's token and reports of faults: in /var/lib/helpdeck.
StateDirectory=helpdeck
StateDirectoryMode=0700
Environment=XDG_STATE_HOME=%S XDG_DATA_HOME=%S
ConfigurationDirectory=helpdeck
WorkingDirectory=%S/helpdeck
UMask=0077

# It says that it is alive; a wrong configuration (2) is not mended by another start.
WatchdogSec={watchdog}
Restart=on-failure
RestartSec=30
RestartPreventExitStatus=2
SuccessExitStatus=143
TimeoutStopSec=10

# It reads its configuration, writes its folder, and speaks to servers: nothing else.
CapabilityBoundingSet=
LockPersonality=yes
MemoryDenyWriteExecute=yes
NoNewPrivileges=yes
PrivateDevices=yes
PrivateTmp=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
"""

DYNAMIC: Final = "An account that is there while the service runs, and owns nothing else."
NAMED: Final = "Let it be an account for this alone: useradd --system --shell /usr/sbin/nologin {user}"


def unit(user: str, config: str | None) -> str:
    """The text of the unit, for this installation. ``user``: whom it runs as; empty: an account of its own."""
    path = CONFIG if config is None else str(Path(config).absolute())
    return UNIT.format(
        name=NAME,
        config=path.replace("\n", " "),
        config_value=_quoted(path),
        command=" ".join(f'"{_quoted(part)}"' if " " in part else _quoted(part) for part in command()),
        who=NAMED.format(user=user) if user else DYNAMIC,
        user=f"User={user}" if user else f"DynamicUser=yes\nUser={NAME}",
        watchdog=WATCHDOG_SECONDS,
    )


def command() -> list[str]:
    """What starts this Helpdeck, wherever one stands."""
    started = Path(sys.argv[0])
    return [str(started.resolve())] if started.name == "helpdeck" else [sys.executable, "-m", "tui"]


def warning() -> str:
    """Why the service could not start this Helpdeck; empty where it can."""
    program = command()[0]
    hidden = next((folder for folder in ("/home/", "/root/", "/run/user/") if program.startswith(folder)), "")
    return (
        hidden and f"{program} lies below {hidden}, which the service cannot see: install Helpdeck below /opt or /usr"
    )


def _quoted(text: str) -> str:
    """The text as systemd reads it back in a line of its own or between quotation marks."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return escaped.replace("%", "%%").replace("$", "$$")
