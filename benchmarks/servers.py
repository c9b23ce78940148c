"""Servers as real processes: start, wait until ready, read their memory, stop.

Left out: several workers, TLS, a proxy in front; the client is on the same machine.
"""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.answers import VoidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

CHECKOUT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
_READY_DEADLINE_SECONDS = 60.0
_POLL_SECONDS = 0.005
_STOP_DEADLINE_SECONDS = 10.0
_LOG_TAIL_LINES = 15


class ServerError(Exception):
    """A server cannot be had, did not become ready, or ended while it was needed; the text ends with what it logged."""


@dataclass(frozen=True, slots=True)
class Program:
    """How a server is started and where it answers.

    Args:
        name: What the reports call it.
        command: Its command line on a port.
        path: Where it takes queries.
        ready_path: What it answers with a 200 as soon as it is ready.
        environment: Variables besides those of this process.
        directory: The working directory.
    """

    name: str
    command: Callable[[int], list[str]]
    path: str = "/graphql"
    ready_path: str = "/readyz"
    environment: Mapping[str, str] = field(default_factory=dict)
    directory: Path = CHECKOUT


@dataclass(frozen=True, slots=True)
class Server:
    """A running server.

    Args:
        program: What runs.
        pid: Its process.
        port: Where it listens on 127.0.0.1.
        ready_seconds: From the start of the process to the first 200 of its `ready_path`.
    """

    program: Program
    pid: int
    port: int
    ready_seconds: float

    @property
    def name(self) -> str:
        """What the reports call it."""
        return self.program.name

    @property
    def url(self) -> str:
        """Where it takes queries."""
        return f"http://{HOST}:{self.port}{self.program.path}"


def our_server(source: Path, *flags: str) -> Program:
    """Return our server, with more flags of its command line."""
    return Program("ours", _on_port([sys.executable, "server.py", "serve", "--source", str(source), *flags]))


def stock_server(source: Path) -> Program:
    """Return the stock server."""
    return Program("stock", _on_port([sys.executable, "-m", "benchmarks.stock_strawberry", "--source", str(source)]))


def ready_bytes_server(answers: Path) -> Program:
    """Return the server of ready bytes, from the directory where they lie."""
    return Program("ready bytes", _on_port([sys.executable, "-m", "benchmarks.ready_bytes", "--answers", str(answers)]))


def _on_port(command: list[str]) -> Callable[[int], list[str]]:
    return lambda port: [*command, "--port", str(port)]


@contextmanager
def running(program: Program, *, logs: Path) -> Iterator[Server]:
    """Run a server while the context lasts, ready when it begins.

    Args:
        program: What to run.
        logs: A directory for what it prints.

    Raises:
        ServerError: It was not ready in time, or ended before the context did.
    """
    port = free_port()
    log = logs / f"{program.name}.log"
    with log.open("wb") as output:
        started = time.perf_counter()
        command = program.command(port)
        try:
            process = subprocess.Popen(
                command,
                cwd=program.directory,
                env=os.environ | program.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise ServerError(f"`{' '.join(command)}` does not start: {error}") from error
        try:
            yield Server(program, process.pid, port, _wait_until_ready(process, program, port, log, started=started))
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


def free_port() -> int:
    """Return a port of 127.0.0.1 where nobody listens now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def is_ready(server: Server) -> bool:
    """Whether the server says that it is ready."""
    return _answers(server.port, server.program.ready_path)


def _wait_until_ready(
    process: subprocess.Popen[bytes], program: Program, port: int, log: Path, *, started: float
) -> float:
    while (elapsed := time.perf_counter() - started) < _READY_DEADLINE_SECONDS:
        if process.poll() is not None:
            raise ServerError(_ended(process, log))
        if _answers(port, program.ready_path):
            return time.perf_counter() - started
        time.sleep(_POLL_SECONDS)
    raise ServerError(f"`{_shown(process)}` was not ready after {elapsed:.0f} s:\n{_tail(log)}")


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
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
