"""Which hosts are this machine itself."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host never leaves the machine. A name that only looks like an address does."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
