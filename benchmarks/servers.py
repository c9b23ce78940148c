"""Servers as real processes: start, wait until ready, read their memory, stop.

Left out: several workers, TLS, a proxy in front; the client is on the same machine.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.answers import VoidError

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent
_HOST = "127.0.0.1"
_READY_DEADLINE_SECONDS = 60.0
_POLL_SECONDS = 0.005
_STOP_DEADLINE_SECONDS = 10.0
_LOG_TAIL_LINES = 15


class ServerError(Exception):
    """A server did not become ready, or ended while it was needed; the text ends with what it logged."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Args:
        name: What the reports call it.
        pid: Its process.
        port: Where it listens on 127.0.0.1.
        ready_seconds: From the start of the process to the first 200 of `/readyz`.
    """

    name: str
    pid: int
    port: int
    ready_seconds: float

    @property
    def url(self) -> str:
        """Where it takes GraphQL requests."""
        return f"http://{_HOST}:{self.port}/graphql"


def our_command(source: Path) -> list[str]:
    """Return the command line of our server, without the port."""
    return [sys.executable, "server.py", "serve", "--source", str(source)]


def stock_command(source: Path) -> list[str]:
    """Return the command line of the stock server, without the port."""
    return [sys.executable, "-m", "benchmarks.stock_strawberry", "--source", str(source)]


@contextmanager
def running(name: str, command: list[str], *, logs: Path) -> Iterator[Server]:
    """Run a server while the context lasts, ready when it begins.

    Args:
        name: What to call it.
        command: Its command line; `--port N` is appended.
        logs: A directory for what it prints.

    Raises:
        ServerError: It was not ready in time, or ended before the context did.
    """
    port = _free_port()
    log = logs / f"{name}.log"
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [*command, "--port", str(port)], cwd=CHECKOUT, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield Server(name, process.pid, port, _wait_until_ready(process, port, started, log))
        except VoidError as error:
            if process.poll() is not None:
                raise ServerError(f"{error}\n{_ended(process, log)}") from error
            raise
        finally:
            process.terminate()
            try:
                process.wait(_STOP_DEADLINE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((_HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, started: float, log: Path) -> float:
    while (elapsed := time.perf_counter() - started) < _READY_DEADLINE_SECONDS:
        if process.poll() is not None:
            raise ServerError(_ended(process, log))
        if _is_ready(port):
            return time.perf_counter() - started
        time.sleep(_POLL_SECONDS)
    raise ServerError(f"`{_shown(process)}` was not ready after {elapsed:.0f} s:\n{_tail(log)}")


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _ended(process: subprocess.Popen[bytes], log: Path) -> str:
    return f"`{_shown(process)}` ended with exit code {process.returncode}:\n{_tail(log)}"


def _shown(process: subprocess.Popen[bytes]) -> str:
    return " ".join(str(part) for part in process.args) if isinstance(process.args, list) else str(process.args)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])


def resident_megabytes(pid: int) -> float:
    """Return the resident memory of a process and its children, in MB (10⁶ bytes): `VmRSS` of `/proc/PID/status`."""
    status = Path(f"/proc/{pid}/status").read_text()
    # The kernel writes "kB" and means 1024 bytes.
    kibibytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return kibibytes * 1024 / 1e6 + sum(resident_megabytes(int(child)) for child in children)
