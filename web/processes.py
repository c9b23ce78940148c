"""Runs the application on one socket, in this process or in several workers."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import contextmanager
from multiprocessing import resource_tracker
from typing import TYPE_CHECKING

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess
from uvicorn.supervisors.multiprocess import Process

from errors import GraphError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

__all__ = ["STARTUP_FAILURE", "listen", "loading_worker", "run_application"]

_BACKLOG = 2048
# Within this a worker must answer the supervisor, or it is replaced.
_WORKER_ANSWERS_SECONDS = 10
# The same for its first answer, after its imports: 2 s of work, of which a busy machine makes 20 s.
_WORKER_STARTS_SECONDS = 120
# How long the supervisor waits for the answer of one worker before it turns to the next, or to a signal.
_PING_SECONDS = 0.1
# How long a worker may take to end beyond the grace period of its requests.
_WORKER_ENDS_SECONDS = 5
_ENDING = (signal.SIGINT, signal.SIGTERM)
# Ends a worker that still imports, by its default action; later it is ignored, and SIGTERM ends the worker in order.
_END_OF_IMPORTS = signal.SIGTERM if sys.platform == "win32" else signal.SIGUSR1


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
    with listener:
        if workers == 1:
            _Server(config).run([listener])
            return True
        supervisor = _Supervisor(config, sockets=[listener])
        supervisor.run()
        return all(worker.exitcode != STARTUP_FAILURE for worker in supervisor.processes)


@contextmanager
def loading_worker() -> Iterator[None]:
    """Let a signal end this worker at once while it loads: it has no requests in hand.

    Workers start with signals blocked, since Python would answer Ctrl-C with a traceback while it imports. Ctrl-C goes
    to all processes of a terminal, and the supervisor ends the workers by SIGTERM.
    """
    signal.signal(_END_OF_IMPORTS, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    of_uvicorn = signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    yield
    signal.signal(signal.SIGTERM, of_uvicorn)


class _Server(Server):
    """uvicorn's server without the signal that it raises again at its end: an end on request is no failure."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals from now on, also those that come while the process ends."""
        for number in _ENDING:
            signal.signal(number, self.handle_exit)
        yield


class _Supervisor(Multiprocess):
    """uvicorn's supervisor, which notices signals while workers start, and starts workers with signals blocked."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        # It starts with the first worker, and in Python 3.11 unblocks signals as it does.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        super().__init__(config, sockets)
        self._heard_of: dict[Process, float] = {}

    def handle_signals(self) -> None:
        """Let in the signals that are pending, and act on them."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        super().handle_signals()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died or no longer answer, without waiting for any: uvicorn's waits for each."""
        if self.should_exit.is_set():
            return
        for place, worker in enumerate(self.processes):
            now = time.monotonic()
            if worker.process.is_alive():
                if worker.ping(_PING_SECONDS):
                    self._heard_of[worker] = now
                since = self._heard_of.setdefault(worker, now + _WORKER_STARTS_SECONDS)
                if now - since < self.config.timeout_worker_healthcheck:
                    continue
            worker.kill()
            worker.join()
            self._heard_of.pop(worker, None)
            if worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
                return
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()

    def terminate_all(self) -> None:
        """End the workers: those that serve in order, those that still import at once."""
        for worker in self.processes:
            if worker.exitcode is None and worker.pid is not None:
                os.kill(worker.pid, _END_OF_IMPORTS)
        super().terminate_all()

    def join_all(self) -> None:
        """Wait for the workers, and kill those that do not end."""
        end = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) + _WORKER_ENDS_SECONDS
        for worker in self.processes:
            worker.process.join(max(0.0, end - time.monotonic()))
            if worker.process.is_alive():
                worker.kill()
                worker.join()
