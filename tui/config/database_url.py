"""The address of a PostgreSQL server, as ``postgresql://helpdeck@db.example.com/helpdeck``.

It is read as libpq reads it, and without libpq: the driver is loaded when the store is opened. The driver is given what
was read here, so that both always mean the same server.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from tui.config.hosts import is_address, is_host_name, is_loopback
from tui.config.problems import InvalidValue, nearest

SCHEMES: Final = ("postgresql", "postgres")

SSL_MODES: Final = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")

PARAMETERS: Final = frozenset(
    """
    application_name channel_binding client_encoding connect_timeout dbname fallback_application_name gssdelegation
    gssencmode gsslib host hostaddr keepalives keepalives_count keepalives_idle keepalives_interval krbsrvname
    load_balance_hosts max_protocol_version min_protocol_version options passfile port require_auth requirepeer service
    ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl sslcrldir
    sslkey sslmode sslnegotiation sslrootcert sslsni target_session_attrs tcp_user_timeout user
    """.split()  # noqa: SIM905 - as a list it would be 40 lines
)
"""What may stand behind the ``?``: libpq's own, up to PostgreSQL 18, but those that are secrets."""

SECRETS: Final = frozenset({"oauth_client_secret", "scram_client_key", "scram_server_key", "sslpassword"})

_PASSWORD: Final = "holds a password: write it as `password`, a key of its own, or leave it to libpq (.pgpass)"  # noqa: S105

_LOGIN: Final = re.compile(r"(?:(?P<user>[^@/:]*)(?P<password>:[^@/]*)?@)?")

_PLACE: Final = r"(?:\[[^\[\]@/?,]+\]|[^\[\]@:/?,]*)(?::[^\[\]@:/?,]*)?"
"""A host and its port; both may be missing."""

_PLACES: Final = re.compile(rf"(?P<places>{_PLACE}(?:,{_PLACE})*)(?:/(?P<dbname>[^?]*))?(?:\?(?P<query>.*))?")

_NOT_ENCODED: Final = re.compile(r"%(?![0-9A-Fa-f]{2})|%00")


def connection_parameters(url: str) -> dict[str, str]:
    """What the driver is to connect with, by libpq's names.

    ``sslmode`` is ``verify-full`` where the address names none, unless the server is on this machine.

    Raises:
        InvalidValue: it is no such address; not for one that settings were read with.
    """
    parameters = _read(url)
    hosts, addresses = (parameters.get(name, "").split(",") for name in ("host", "hostaddr"))
    _check_hosts(hosts, addresses)
    _check_ports(parameters.get("port", ""), max(len(hosts), len(addresses)))
    if "sslmode" in parameters:
        mode = parameters["sslmode"]
        if mode not in SSL_MODES:
            raise InvalidValue(f"has an sslmode that is none of {', '.join(SSL_MODES)}", nearest(mode, SSL_MODES))
    elif all(map(_is_here, addresses if any(addresses) else hosts)):
        parameters.setdefault("hostaddr", "")  # else that of the environment would count, which may lead elsewhere
    else:
        parameters["sslmode"] = "verify-full"
    return parameters


def _read(url: str) -> dict[str, str]:
    if any(character.isspace() for character in url):
        raise InvalidValue("has a space in it")
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in SCHEMES:
        raise InvalidValue("must begin with postgresql://", nearest(scheme, SCHEMES[:1]))
    if "#" in rest:
        raise InvalidValue("has a # in it, which must be written as %23")
    login = _LOGIN.match(rest)
    assert login is not None  # it matches nothing, too
    if login["password"]:
        raise InvalidValue(_PASSWORD)
    found = _PLACES.fullmatch(rest, login.end())
    if found is None:
        raise InvalidValue("is no address of a database, as postgresql://helpdeck@db.example.com/helpdeck is one")
    places = [place.rpartition(":") if _has_port(place) else (place, "", "") for place in found["places"].split(",")]
    read = {
        "user": _decoded(login["user"] or ""),
        "host": ",".join(_decoded(host.strip("[]")) for host, _, _ in places),
        "port": ",".join(_decoded(port) for _, _, port in places),
        "dbname": _decoded(found["dbname"] or ""),
    }
    return {name: value for name, value in read.items() if value} | _query(found["query"] or "")


def _has_port(place: str) -> bool:
    return ":" in place.rpartition("]")[2]


def _query(query: str) -> dict[str, str]:
    read: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, *values = map(_decoded, part.split("="))
        if name == "password":
            raise InvalidValue(_PASSWORD)
        if name in SECRETS:
            raise InvalidValue("holds a secret behind the ?: leave it to a service file of libpq")
        if name not in PARAMETERS:
            raise InvalidValue("has something behind the ? that libpq does not know", nearest(name, PARAMETERS))
        if len(values) != 1:
            raise InvalidValue("has something behind the ? that is not written as name=value")
        read[name] = values[0]
    return read


def _decoded(text: str) -> str:
    if _NOT_ENCODED.search(text):
        raise InvalidValue("has a % without the two digits of a character after it: the sign itself is %25")
    try:
        decoded = unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise InvalidValue("has a character after a % that is not UTF-8") from None
    if not decoded.isprintable():
        raise InvalidValue("has a character that cannot be seen")
    return decoded


def _check_hosts(hosts: list[str], addresses: list[str]) -> None:
    if not all(_is_socket(host) or is_address(host) or is_host_name(host) for host in hosts if host):
        raise InvalidValue("has no host that could be looked up")
    if not all(map(is_address, filter(None, addresses))):
        raise InvalidValue("has a hostaddr that is no IP address")
    if len(hosts) != len(addresses) and any(hosts) and any(addresses):
        raise InvalidValue("has another number of hosts than of hostaddr")


def _check_ports(ports: str, hosts: int) -> None:
    each = ports.split(",")
    if not all(port.isascii() and port.isdigit() and 0 < int(port[:6]) < 65_536 for port in each if port):
        raise InvalidValue("has a port that is no number from 1 to 65535; a password belongs into a key of its own")
    if len(each) not in (1, hosts):
        raise InvalidValue("has another number of ports than of hosts")


def _is_socket(host: str) -> bool:
    """Whether libpq takes it for the folder of a Unix socket, or for the name of one that is in no folder."""
    return host.startswith(("/", "@"))


def _is_here(host: str) -> bool:
    """Whether what is sent there stays on this machine. Where none is named, the environment may name any."""
    return _is_socket(host) or is_loopback(host)
