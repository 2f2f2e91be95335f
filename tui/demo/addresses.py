"""Where the simulated systems are and what lets a client in; apart from the servers, which take long to import."""

import socket
from collections.abc import Mapping
from contextlib import ExitStack

LOOPBACK = "127.0.0.1"
BACKLOG = 512

PATHS = {"altigen": "/webproxy", "alpemix": "/api", "remotepc": "/rpc-api/reseller/private/user"}
"""The systems in the order of their ports, and where the API of each begins."""

KEYS = {
    "altigen": ("user", "password", "system", "events_path", "bind", "record_path"),
    "alpemix": ("user", "secret_key", "timezone"),
    "remotepc": ("api_key",),
}
"""What lets a client in, and what the guides leave open; what is absent has the default of the configuration."""

REGION = "US"


def url(system: str, port: int) -> str:
    """The address to configure."""
    return f"http://{LOOPBACK}:{port}{PATHS[system]}"


def section(system: str, address: str, values: Mapping[str, object]) -> dict[str, object]:
    """A system's section of a configuration; of the values, those that a client must know."""
    known = {key: str(values[key]) for key in KEYS[system] if key in values}
    return {"url": address, **known, **({"region": REGION} if system == "altigen" else {})}


def listening_sockets(port: int = 0) -> list[socket.socket]:
    """One for each system, from this port on; port 0 takes free ones."""
    with ExitStack() as made:
        sockets = [made.enter_context(listening_socket(port and port + place)) for place in range(len(PATHS))]
        made.pop_all()
    return sockets


def listening_socket(port: int = 0) -> socket.socket:
    """A socket that accepts connections on loopback; port 0 takes a free one."""
    listening = reserved_socket(port)
    listening.listen(BACKLOG)
    return listening


def reserved_socket(port: int) -> socket.socket:
    """A socket that holds the port without accepting: connections to it are refused."""
    # With the protocol named, asyncio sends small answers at once; without it, each waits 40 ms for an acknowledgement.
    reserved = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    # Without this the port could not be taken again while old connections of it linger.
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind((LOOPBACK, port))
    except OSError:
        reserved.close()
        raise
    reserved.setblocking(False)
    return reserved
