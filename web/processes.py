"""Runs the application on one socket, in this process or in several workers."""

from __future__ import annotations

import signal
import socket
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp

__all__ = ["STARTUP_FAILURE", "listen", "run_application"]

_BACKLOG = 2048
# Within this a worker must say that it is alive, or it is replaced: its imports first, while all others import too. It
# is also how long one that ended in the middle of the question is waited for, so it is not generous.
_WORKER_ANSWERS_SECONDS = 10


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Raises:
        GraphError: The address is taken, not this machine's, or not to be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # What Python adds to the system's reason repeats the address.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        advice = "give another with --host and --port, or MLENERGY_HOST and MLENERGY_PORT"
        raise GraphError(f"cannot listen on {host} port {port}: {reason}; {advice}") from error


def run_application(
    new_app: Callable[[], ASGIApp], *, listener: socket.socket, workers: int, shutdown_seconds: int
) -> bool:
    """Serve until a signal ends it, and return whether that is why it ended.

    A worker that dies is started again; one that ends with `STARTUP_FAILURE` never would serve, and ends all.

    Args:
        new_app: Makes the application; for several workers it is pickled and called in each.
        listener: Where to listen; is closed at the end.
        workers: How many processes serve; one is this process.
        shutdown_seconds: How long requests in hand may take at the end.
    """
    config = Config(
        new_app,
        factory=True,
        workers=workers,
        loop="uvloop" if sys.platform != "win32" else "asyncio",
        http="httptools",
        ws="none",
        access_log=False,
        proxy_headers=False,  # nothing here looks at the client's address
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=shutdown_seconds,
        timeout_worker_healthcheck=_WORKER_ANSWERS_SECONDS + workers,
    )
    with listener, suppress(KeyboardInterrupt):
        if workers == 1:
            # uvicorn ends in order and then raises the signal again: an end that was asked for is no failure.
            signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
            Server(config).run([listener])
            return True
        supervisor = Multiprocess(config, sockets=[listener])
        supervisor.run()
        return all(worker.exitcode != STARTUP_FAILURE for worker in supervisor.processes)
    return True
