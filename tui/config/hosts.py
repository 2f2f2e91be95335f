"""Which hosts are addresses, and which are this machine itself."""

from __future__ import annotations

from ipaddress import ip_address


def is_address(host: str) -> bool:
    """Whether a host is an IP address and not a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether what is sent to this host never leaves the machine. A name that only looks like an address does."""
    return host == "localhost" or (is_address(host) and ip_address(host).is_loopback)
