"""The listening socket of the server."""

from __future__ import annotations

import socket

from web.processes import listen


def test_connections_do_not_wait_for_acknowledgements() -> None:
    """Nagle's algorithm is off, so the body of a response follows its head at once."""
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname()):
        connection, _ = listener.accept()
        with connection:
            assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
