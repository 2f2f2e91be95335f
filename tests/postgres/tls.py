"""What speaks TLS to PostgreSQL's clients and is their server behind it, as a pooler does: that of the tests is built
without TLS. In threads, because asyncio loses track of who leaves in the middle of a handshake.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from types import TracebackType
from typing import Final, Self

SSL_REQUEST: Final = (8).to_bytes(4) + (80_877_103).to_bytes(4)
"""With this a client asks for TLS."""


class Secured:
    """`with Secured(port, context) as secured`, and ``secured.port`` is the one to use; all clients leave before it."""

    def __init__(self, target: int, context: ssl.SSLContext) -> None:
        self.clients = 0
        """How many have come so far."""
        self._target = target
        self._context = context
        self._threads = [threading.Thread(target=self._listen)]

    def __enter__(self) -> Self:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        self._listening.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # nobody is to come any more
            while True:
                client, _ = self._listening.accept()
                self.clients += 1
                self._threads.append(threading.Thread(target=self._converse, args=(client,)))
                self._threads[-1].start()

    def _converse(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):  # whoever does not trust it leaves
            if client.recv(len(SSL_REQUEST), socket.MSG_WAITALL) != SSL_REQUEST:
                return
            client.sendall(b"S")
            with (
                self._context.wrap_socket(client, server_side=True) as here,
                socket.create_connection(("127.0.0.1", self._target)) as there,
            ):
                carry(here, there)


def carry(here: ssl.SSLSocket, there: socket.socket) -> None:
    """Hand on what each says to the other until one of them leaves."""
    while True:
        ready = [here] if here.pending() else select.select([here, there], [], [])[0]
        for one, other in ((here, there), (there, here)):
            if one in ready:
                piece = one.recv(65_536)
                if not piece:
                    return
                other.sendall(piece)
