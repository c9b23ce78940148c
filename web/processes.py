"""Server processes: uvicorn in this process, or in several workers on one socket."""

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
from web.short_path_protocol import ShortPathProtocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp

__all__ = ["STARTUP_FAILURE", "listen", "loading_worker", "run_application"]

_BACKLOG = 2048
# A worker that does not respond to the supervisor for this long is replaced.
_WORKER_RESPONDS_SECONDS = 10
# The same for its first response, after its imports: 2 s of work, 20 s on a busy machine.
_WORKER_STARTS_SECONDS = 120
# Timeout for the response of one worker, before the next worker or a signal is handled.
_PING_SECONDS = 0.1
# Time for a worker to exit after the grace period of its requests.
_WORKER_EXITS_SECONDS = 5
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
# Stops a worker during its imports, by its default action; later it is ignored, and SIGTERM stops the worker cleanly.
_STOP_IMPORTS = signal.SIGTERM if sys.platform == "win32" else signal.SIGUSR1


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        GraphError: The address is in use or unavailable.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Python appends the address to the reason.
        reason = (error.strerror or str(error)).partition(" (while")[0]
        advice = "choose another with --host and --port, or MLENERGY_HOST and MLENERGY_PORT"
        raise GraphError(f"cannot listen on {host} port {port}: {reason}; {advice}") from error
    # Connections inherit it; asyncio sets it only on sockets that name their protocol. Without it, the second write of
    # a response waits 40 ms for the acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def run_application(
    new_app: Callable[[], ASGIApp], *, listener: socket.socket, workers: int, shutdown_seconds: int
) -> bool:
    """Serve until a signal; return False if a worker could not start.

    A worker that dies is replaced. One that exits with `STARTUP_FAILURE` stops all, because its replacement would too.

    Args:
        new_app: Creates the application; pickled and called in each worker if there are several.
        listener: The listening socket; closed at the end.
        workers: Number of server processes; 1 for this process alone.
        shutdown_seconds: Grace period of requests in progress.
    """
    config = Config(
        new_app,
        factory=True,
        workers=workers,
        loop="asyncio",  # uvloop starves connections under load (docs/adr/0028)
        http=ShortPathProtocol,
        ws="none",
        access_log=False,
        proxy_headers=False,  # the client's address is not used
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=shutdown_seconds,
        timeout_worker_healthcheck=_WORKER_RESPONDS_SECONDS + workers,
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
    """Let SIGTERM stop this worker at once while it loads, because it has no requests in progress.

    Workers start with signals blocked, because Python responds to Ctrl-C during imports with a traceback. Ctrl-C
    reaches all processes of a terminal; the supervisor stops the workers by SIGTERM.
    """
    signal.signal(_STOP_IMPORTS, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    of_uvicorn = signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)
    yield
    signal.signal(signal.SIGTERM, of_uvicorn)


class _Server(Server):
    """uvicorn's server, which exits with 0 after a signal instead of raising the signal again."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle signals from now on, including those during the exit of the process."""
        for number in _STOP_SIGNALS:
            signal.signal(number, self.handle_exit)
        yield


class _Supervisor(Multiprocess):
    """uvicorn's supervisor, which handles signals while workers start, and starts workers with signals blocked."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        # Started now: otherwise it starts with the first worker and, in Python 3.11, unblocks signals.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
        super().__init__(config, sockets)
        self._last_response: dict[Process, float] = {}

    def handle_signals(self) -> None:
        """Receive pending signals, and handle them."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOP_SIGNALS)
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
        super().handle_signals()

    def keep_subprocess_alive(self) -> None:
        """Replace workers that died or do not respond, without waiting for each as uvicorn does."""
        if self.should_exit.is_set():
            return
        for place, worker in enumerate(self.processes):
            now = time.monotonic()
            if worker.process.is_alive():
                if worker.ping(_PING_SECONDS):
                    self._last_response[worker] = now
                since = self._last_response.setdefault(worker, now + _WORKER_STARTS_SECONDS)
                if now - since < self.config.timeout_worker_healthcheck:
                    continue
            worker.kill()
            worker.join()
            self._last_response.pop(worker, None)
            if worker.exitcode == STARTUP_FAILURE:
                self.should_exit.set()
                return
            self.processes[place] = Process(self.config, self.sockets)
            self.processes[place].start()

    def terminate_all(self) -> None:
        """Stop workers cleanly, or at once if they are still importing."""
        for worker in self.processes:
            if worker.exitcode is None and worker.pid is not None:
                os.kill(worker.pid, _STOP_IMPORTS)
        super().terminate_all()

    def join_all(self) -> None:
        """Wait for the workers, and kill those that do not exit."""
        end = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) + _WORKER_EXITS_SECONDS
        for worker in self.processes:
            worker.process.join(max(0.0, end - time.monotonic()))
            if worker.process.is_alive():
                worker.kill()
                worker.join()
