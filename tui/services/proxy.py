"""The proxy that the environment names for a system, and what to do where it cannot be used.

Its credentials are secrets: a value of the environment is never shown with them.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import unquote, urlsplit

import httpx

from tui.config import Secret
from tui.config.hosts import is_address
from tui.models.text import clean
from tui.services.errors import Refused, ServiceError, Unreachable
from tui.services.failures import Peer, reason_of, system_error
from tui.services.tls import system_context

SOCKS: Final = frozenset({"socks5", "socks5h"})
SCHEMES: Final = frozenset({"http", "https"}) | SOCKS

SOCKS_WORD_LIMIT: Final = 255
"""Bytes of a user name or a password that SOCKS can carry."""

SHOWN_LENGTH: Final = 120
"""Characters shown of a value of the environment."""

_PLACE: Final = re.compile(r"(?:\[(?P<v6>.*)\]|(?P<host>[\w.-]+))(?::(?P<port>.*))?", re.DOTALL)

DEFAULT_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that can be used for one system."""

    variable: str
    """Where it comes from, as HTTPS_PROXY."""
    shown: str
    """Its address, without credentials."""
    user: Secret
    password: Secret

    def opened(self) -> httpx.Proxy:
        """The same as the HTTP library takes it."""
        auth = (self.user.reveal(), self.password.reveal()) if self.user or self.password else None
        context = system_context() if self.shown.startswith("https:") else None
        return httpx.Proxy(self.shown, auth=auth, ssl_context=context)

    def failed(self, peer: Peer, error: Exception) -> ServiceError:
        """What became of a request that got no further than the proxy: nothing of it was sent to the system."""
        words = clean(str(error))
        if isinstance(error, httpx.ProxyError):
            return self._denied(peer, words)
        cause = system_error(error)
        if isinstance(error, httpx.TimeoutException):
            reason, detail = "it does not answer in time.", ""
        elif isinstance(cause, ssl.SSLError):
            reason, detail = "TLS with the proxy itself failed.", cause.reason or str(cause)
        elif isinstance(error, httpx.ConnectError):
            reason, detail = reason_of(cause)
        else:
            reason, detail = "it broke the connection, or does not speak the protocol of its address.", words
        failure = Unreachable(f"{self._name} cannot be used: {reason} {_straight(peer)}", detail=detail)
        failure.__cause__ = cause
        return failure

    def wants_credentials(self, peer: Peer, words: str) -> Refused:
        """It lets only those through who say who they are."""
        sentence = (
            f"{self._name} does not accept the user and password of its address, or wants them: "
            f"{self.variable}=http://user:password@host:port. {_straight(peer)}"
        )
        return Refused(sentence, detail=words)

    @property
    def _name(self) -> str:
        return f"The proxy in {self.variable} ({self.shown})"

    def _denied(self, peer: Peer, words: str) -> ServiceError:
        status = words.partition(" ")[0]
        if status == "407" or "username/password" in words or words.startswith("Requested"):
            return self.wants_credentials(peer, words)
        sentence = f"{self._name} does not let us through to {peer.place}. {_straight(peer)}"
        # A rule stays one; a proxy that is ill, or does not find the way now, may be well later.
        is_rule = "ruleset" in words or status.startswith("4")
        return Refused(sentence, detail=words) if is_rule else Unreachable(sentence, detail=words)


def proxy_for(peer: Peer, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy for this system; None where it is reached straight.

    A variable in small letters wins, also where it is empty, as for curl and Python.

    Raises:
        Refused: the environment names one that cannot be used.
    """
    for kind in ("https" if peer.is_secure else "http", "all"):
        variable, value = _variable(kind, environment)
        if value:
            break
    else:
        return None
    if _is_excepted(peer, _variable("no", environment)[1]):
        return None
    return _read(variable, value, peer)


def _variable(kind: str, environment: Mapping[str, str]) -> tuple[str, str]:
    for name in (f"{kind}_proxy", f"{kind.upper()}_PROXY"):
        if name in environment:
            return name, environment[name].strip()
    return "", ""


def _read(variable: str, value: str, peer: Peer) -> Proxy:
    scheme, mark, rest = value.partition("://")
    scheme, rest = (scheme.casefold(), rest) if mark else ("http", value)
    credentials, at, place = rest.rpartition("@")
    place = place.removesuffix("/")
    host, port = _host_and_port(place)
    user, _, password = (unquote(each) for each in credentials.partition(":"))
    address = f"{scheme}://{_bracketed(host)}{f':{port}' if port else ''}"
    why = ""
    if scheme not in SCHEMES:
        why = f"Helpdeck speaks {'SOCKS 5 only' if scheme.startswith('socks') else 'no such protocol'}"
    elif any(symbol in place for symbol in "/?#"):
        why = "it has a path, and a proxy has none"
    elif not host or not (port == "" or _is_port(port)) or not _is_address(address):
        why = "its host or port is none (an IPv6 address stands in brackets)"
    elif not _is_utf8(value):
        why = "it is not UTF-8"
    elif scheme in SOCKS and max(len(user.encode()), len(password.encode())) > SOCKS_WORD_LIMIT:
        why = "its user or password is longer than SOCKS can carry"
    elif scheme in SOCKS and find_spec("socksio") is None:
        why = "SOCKS needs the extra socks (pip install 'helpdeck[socks]')"
    if why:
        shown = [scheme if scheme.isalnum() else "***", "://", "***@" if at else "", _bracketed(host) or "***"]
        if port:  # one that is none may be a password in the wrong place
            shown.append(f":{port if port.isascii() and port.isdigit() else '***'}")
        raise Refused(
            f"{variable} ({clean(''.join(shown), SHOWN_LENGTH)}) names no proxy that can be used: {why}. Write "
            f"http://host:port, https://host:port or socks5://host:port. {_straight(peer)}"
        )
    return Proxy(variable, address, Secret(user), Secret(password))


def _straight(peer: Peer) -> str:
    return f"With {clean(peer.host)} in NO_PROXY it is reached without a proxy."


def _host_and_port(place: str) -> tuple[str, str]:
    """Host and port of an address; no host where it has none, or cannot be told from anything else."""
    found = _PLACE.fullmatch(place)
    if found is None or (found["v6"] is not None and not is_address(found["v6"])):
        return "", ""
    return found["v6"] or found["host"], found["port"] or ""


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) < 65_536


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes of the environment that are none
        return False
    return True


def _is_address(url: str) -> bool:
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return False
    return True


def _is_excepted(peer: Peer, exceptions: str) -> bool:
    """Whether NO_PROXY names this host, in any of the spellings that people use."""
    port = DEFAULT_PORTS["https" if peer.is_secure else "http"]
    with suppress(ValueError):
        port = urlsplit(peer.url).port or port
    return any(
        entry == "*" or (only in ("", str(port)) and _means(entry, peer.host.casefold().rstrip(".")))
        for entry, only in _entries(exceptions)
    )


def _entries(exceptions: str) -> Iterator[tuple[str, str]]:
    """Each as (host, port), the port empty where none is named."""
    for written in exceptions.replace(",", " ").split():
        entry = written.casefold().rpartition("://")[2]
        if _network(entry) is None:
            entry = entry.removesuffix("/")
        if entry.startswith("["):
            host, _, rest = entry[1:].partition("]")
            # Both [2001:db8::]/32 and [2001:db8::/32] are written.
            yield (host + rest, "") if rest.startswith("/") else (host, rest.removeprefix(":"))
        elif entry.count(":") == 1:
            host, _, port = entry.partition(":")
            yield host, port
        else:
            yield entry, ""


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        return None


def _means(entry: str, host: str) -> bool:
    if is_address(host):
        network, address = _network(entry), ip_address(host)
        mapped = getattr(address, "ipv4_mapped", None)
        # An address of the other version is in no network.
        return network is not None and (address in network or (mapped is not None and mapped in network))
    name = entry.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
