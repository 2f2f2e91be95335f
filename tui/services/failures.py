"""What can happen between this machine and a system, as an error of ours with one sentence."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from tui.config.hosts import is_address, is_loopback
from tui.models.text import clean
from tui.services.errors import ServiceError, Unreachable

CERTIFICATES: Final = "SSL_CERT_FILE"
CERTIFICATE_FOLDER: Final = "SSL_CERT_DIR"
"""Variables of the environment in which OpenSSL looks for the authorities."""

_NO_WAY: Final = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN})

# asyncio joins the errors of several addresses, as those of localhost, into one without a number of its own.
_REFUSED: Final = f"[Errno {errno.ECONNREFUSED}]"


@dataclass(frozen=True, slots=True)
class Peer:
    """The system at the other end, as sentences speak of it."""

    system: str
    """Its name, as AltiGen."""
    section: str
    """Its section of the config, as altigen."""
    url: str
    ca_file: str = ""
    silence_hint: str = ""
    """What else to say when nobody picks up at all."""

    @property
    def host(self) -> str:
        """The host of the address, without port; empty when the address has none."""
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""

    @property
    def place(self) -> str:
        """Host and port, as they are shown: without the path and whatever stands before an @."""
        return clean(urlsplit(self.url).netloc.rpartition("@")[2]) if self.host else "an address without a host"

    @property
    def is_secure(self) -> bool:
        """Whether TLS is spoken with it."""
        return self.url.casefold().startswith(("https:", "wss:"))

    @property
    def is_address(self) -> bool:
        """Whether the host is an address and not a name."""
        return is_address(self.host)

    @property
    def is_loopback(self) -> bool:
        """Whether it is on this machine, where no proxy has any business."""
        return is_loopback(self.host)

    def setting(self, name: str) -> str:
        """The dotted key of one of its settings."""
        return f"{self.section}.{name}"


def system_error(error: BaseException) -> OSError | None:
    """The innermost error of the operating system or of TLS behind a library's error, without its frames.

    The libraries' own errors and frames hold the request, and with it the session id and the passwords, so they
    are not kept as causes.
    """
    found = [each for each in _chain(error) if isinstance(each, OSError)]
    if not found:
        return None
    innermost = found[-1].with_traceback(None)
    innermost.__cause__ = innermost.__context__ = None
    return innermost


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        if isinstance(error, BaseExceptionGroup) and error.exceptions:
            error = error.exceptions[0]
        else:
            error = error.__cause__ or error.__context__


def no_connection(peer: Peer, error: BaseException) -> ServiceError:
    """No connection came about, so nothing was sent."""
    cause, url, ca_file = system_error(error), peer.setting("url"), peer.setting("ca_file")
    match cause:
        case ssl.SSLCertVerificationError():
            return _untrusted(peer, cause)
        case TimeoutError():
            return no_connection_in_time(peer, None)
        case ssl.SSLError():
            reason = f"TLS failed. Does {url} begin with https where the server speaks it, and is {ca_file} right?"
            detail = clean(cause.reason or str(cause))
        case _:
            reason, detail = reason_of(cause)
    sentence = f"{peer.system} cannot be reached at {peer.place}: {reason}"
    return _with(Unreachable(sentence, detail=detail, setting=url), cause)


def reason_of(cause: OSError | None) -> tuple[str, str]:
    """Why no connection came about, and the words of the system."""
    match cause:
        case socket.gaierror():
            reason, detail = "the host name is unknown. Check it, and the name server of this machine.", cause.strerror
        case OSError() if isinstance(cause, ConnectionRefusedError) or _REFUSED in str(cause):
            reason, detail = "the connection is refused. Is the server running, and is the port right?", cause.strerror
        case OSError() if cause.errno in _NO_WAY:
            reason, detail = "there is no way to it from here. Is the network or the VPN up?", cause.strerror
        case _:
            reason, detail = "the connection failed.", str(cause or "")
    return reason, clean(detail or "")


def no_connection_in_time(peer: Peer, seconds: float | None) -> ServiceError:
    """Nobody picked up within the limit; nothing was sent."""
    within = f" within {seconds:g} s" if seconds else " in time"
    hint = peer.silence_hint or "Is the network or the VPN up, and does no firewall block it?"
    return Unreachable(f"{peer.system} does not answer at {peer.place}{within}. {hint}", setting=peer.setting("url"))


def no_answer(peer: Peer, error: BaseException) -> ServiceError:
    """The connection broke after the request may have gone out."""
    cause = system_error(error)
    detail = clean((cause.strerror or str(cause)) if cause else "")
    sentence = f"{peer.system} broke the connection before its answer was complete."
    return _with(Unreachable(sentence, detail=detail, may_have_acted=True), cause)


def no_answer_in_time(peer: Peer, seconds: float) -> ServiceError:
    """The request went out, and no complete answer came within the limit."""
    return Unreachable(f"{peer.system} did not answer within {seconds:g} s.", may_have_acted=True)


def _untrusted(peer: Peer, cause: ssl.SSLCertVerificationError) -> ServiceError:
    ca_file = peer.setting("ca_file")
    if "match" in cause.verify_message:  # "Hostname mismatch", "IP address mismatch"
        advice = f"Use the name that it was issued for in {peer.setting('url')}."
    elif peer.ca_file:
        advice = f"Is {ca_file} the authority that issued it?"
    else:
        advice = f"If a private authority issued it, put its PEM file into {ca_file}.{_of_the_environment()}"
    sentence = f"The certificate of {peer.place} is not trusted ({clean(cause.verify_message)}). {advice}"
    return _with(Unreachable(sentence, detail=clean(cause.verify_message), setting=ca_file), cause)


def _of_the_environment() -> str:
    """Where it names the authorities, what to look at as well."""
    named = [
        f"{name} ({clean(value)}{'' if Path(value).exists() else ', which is not there'})"
        for name in (CERTIFICATES, CERTIFICATE_FOLDER)
        if (value := os.environ.get(name, ""))
    ]
    return f" Who is trusted is decided by {' and '.join(named)}." if named else ""


def _with(error: ServiceError, cause: OSError | None) -> ServiceError:
    error.__cause__ = cause
    return error
