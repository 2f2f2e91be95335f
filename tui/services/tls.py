"""What verifies a peer's certificate, and what of the config or the environment stands in its way."""

from __future__ import annotations

import functools
import os
import ssl
from pathlib import Path
from typing import Final

from tui.models.text import clean
from tui.private_file import check_plain, open_plain
from tui.services.errors import Refused
from tui.services.failures import CERTIFICATE_FOLDER, CERTIFICATES, Peer

_KEY_LOG: Final = "SSLKEYLOGFILE"


def tls_context(peer: Peer) -> ssl.SSLContext:
    """What verifies the peer's certificate: against its own authority when one is set, else the system's.

    Raises:
        Refused: the file of the authority, or one that the environment names, cannot be used.
    """
    if not peer.is_secure:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # never used, and trusts nobody
    setting = peer.setting("ca_file")
    if not peer.ca_file:
        return system_context()
    try:
        check_plain(Path(peer.ca_file))  # OpenSSL would wait for a pipe for ever
        return _context(peer.ca_file, _key_log(), "", "")
    except ssl.SSLError:  # before OSError, which it is too
        raise Refused(f"{setting} holds no certificate in PEM form.", setting=setting) from None
    except (OSError, ValueError) as error:
        raise Refused(f"{setting} cannot be read: {_said(error)}.", setting=setting) from None


def system_context() -> ssl.SSLContext:
    """What verifies a certificate against the authorities of the system, or of SSL_CERT_FILE and SSL_CERT_DIR.

    Raises:
        Refused: the environment names a file that cannot be used.
    """
    file, folder = (os.environ.get(name, "") for name in (CERTIFICATES, CERTIFICATE_FOLDER))
    if file:
        try:
            check_plain(Path(file))
        except FileNotFoundError:
            pass  # OpenSSL goes on without it; only a certificate that is not trusted shows that it is missed
        except OSError as error:
            raise Refused(f"{CERTIFICATES} ({clean(file)}) cannot be used: {_said(error)}. Unset it.") from None
    return _context("", _key_log(), file, folder)


def _key_log() -> str:
    """The file that the environment wants the keys of TLS in; Python would complain of it as if it were ours."""
    name = os.environ.get(_KEY_LOG, "")
    if name:
        try:
            os.close(open_plain(Path(name), os.O_WRONLY | os.O_APPEND | os.O_CREAT))
        except OSError as error:
            raise Refused(f"{_KEY_LOG} ({clean(name)}) cannot be written: {_said(error)}. Unset it.") from None
    return name


@functools.lru_cache(maxsize=8)
def _context(ca_file: str, _key_log: str, _file: str, _folder: str) -> ssl.SSLContext:
    # The last three are read by OpenSSL itself: with another environment it is another context.
    return ssl.create_default_context(cafile=ca_file or None)


def _said(error: OSError | ValueError) -> str:
    return clean(getattr(error, "strerror", None) or str(error))
