"""Which hosts are addresses, and which are this machine itself."""

from __future__ import annotations

import posixpath
import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

_PORTS: Final = {"http": 80, "https": 443}
_NAME: Final = re.compile(r"[\w-]+(\.[\w-]+)*\.?")


def is_host_name(host: str) -> bool:
    """Whether a host is a name that could be looked up, or an address of digits and dots."""
    return _NAME.fullmatch(host) is not None


def is_address(host: str) -> bool:
    """Whether a host is an IP address and not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host stays on this machine; a name that only looks like an address may leave it."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)


def canonical_address(url: str) -> str:
    """One spelling for a web address: letter case, the usual port and slashes at the end do not matter."""
    try:
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return url
    if not host:
        return url
    shown = f"[{host}]" if ":" in host else host
    where = f"{scheme}://{shown}" if port in (None, _PORTS.get(scheme)) else f"{scheme}://{shown}:{port}"
    path = posixpath.normpath(parts.path).strip("/") if parts.path else ""
    return f"{where}/{path}".rstrip("/") if path != "." else where
