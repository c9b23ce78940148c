"""Servers as real processes: installation, start, readiness, memory, stop.

Not measured: several workers, TLS, a reverse proxy; the client runs on the same machine.
"""

from __future__ import annotations

import http.client
import os
import signal
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
# Other servers, each version in its own directory; ignored by git.
PEERS = CHECKOUT / "benchmarks" / ".peers"
HOST = "127.0.0.1"
_READY_DEADLINE_SECONDS = 60.0
_POLL_SECONDS = 0.005
_STOP_DEADLINE_SECONDS = 30.0
_LOG_TAIL_LINES = 15
_SHOWN_CHARACTERS = 300


class ServerError(Exception):
    """A server cannot be installed, did not become ready, or ended early; the text has its last output."""


@dataclass(frozen=True, slots=True)
class Program:
    """A server's command line and its HTTP paths.

    Args:
        name: Name in the report.
        command: Returns the command line for a port.
        path: Path of the GraphQL endpoint.
        ready_path: Path that returns 200 as soon as the server is ready.
        environment: Environment variables in addition to those of this process.
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
        program: Its program.
        pid: Its process id.
        port: Its port on 127.0.0.1.
        ready_seconds: From the start of the process to the first 200 of `ready_path`.
    """

    program: Program
    pid: int
    port: int
    ready_seconds: float

    @property
    def name(self) -> str:
        """Name in the report."""
        return self.program.name

    @property
    def url(self) -> str:
        """URL of the GraphQL endpoint."""
        return f"http://{HOST}:{self.port}{self.program.path}"


def our_server(source: Path, *flags: str) -> Program:
    """Return our server over a dataset directory, with more flags of its command line."""
    return Program("ours", _with_port("server.py", "serve", "--source", str(source), *flags))


def stock_server(source: Path) -> Program:
    """Return the stock Strawberry server over a dataset directory."""
    return Program("stock", _with_port("-m", "benchmarks.stock_strawberry", "--source", str(source)))


def ready_bytes_server(answers: Path) -> Program:
    """Return the server of the prepared answers in a directory."""
    return Program("ready bytes", _with_port("-m", "benchmarks.ready_bytes", "--answers", str(answers)))


def _with_port(*arguments: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, *arguments, "--port", str(port)]


def set_up(name: str, command: list[str], *, user: str | None = None) -> None:
    """Run a command that a server needs before its start.

    Args:
        name: The server, for the error message.
        command: The command line.
        user: The user that runs it; default: the user of this process.

    Raises:
        ServerError: The command fails.
    """
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=False, user=user, cwd=CHECKOUT.anchor)
    except OSError as error:
        raise ServerError(f"{name} cannot be set up: {error}") from error
    if finished.returncode != 0:
        output = " ".join((finished.stderr or finished.stdout).split())
        raise ServerError(f"{name} cannot be set up: {output[-_SHOWN_CHARACTERS:] or finished.returncode}")


@contextmanager
def running(program: Program, *, logs: Path) -> Iterator[Server]:
    """Start a server, wait until it is ready, and stop it at the end of the context.

    Args:
        program: The program.
        logs: A directory for its output.

    Raises:
        ServerError: It was not ready in time, or ended before the context did.
    """
    port = free_port()
    log = logs / f"{program.name}.log"
    command = program.command(port)
    with log.open("wb") as output:
        started = time.perf_counter()
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

        def failure(problem: str) -> ServerError:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_TAIL_LINES:])
            return ServerError(f"`{' '.join(command)}` {problem}:\n{tail}")

        try:
            while not _is_ok(port, program.ready_path):
                if process.poll() is not None:
                    raise failure(f"ended with exit code {process.returncode}")
                if time.perf_counter() - started > _READY_DEADLINE_SECONDS:
                    raise failure(f"was not ready after {_READY_DEADLINE_SECONDS:.0f} s")
                time.sleep(_POLL_SECONDS)
            yield Server(program, process.pid, port, time.perf_counter() - started)
        except VoidError as error:
            if process.poll() is not None:
                raise failure(f"ended with exit code {process.returncode} ({error})") from error
            raise
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> None:
    """Stop a process by a signal; kill it after a deadline."""
    process.send_signal(number)
    try:
        process.wait(_STOP_DEADLINE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return an unused port of 127.0.0.1."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def is_ready(server: Server) -> bool:
    """Return whether a server reports that it is ready."""
    return _is_ok(server.port, server.program.ready_path)


def _is_ok(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def resident_megabytes(pid: int) -> float:
    """Return the resident memory of a process and its children in MB (10⁶ bytes): `VmRSS` of `/proc/PID/status`."""
    status = Path(f"/proc/{pid}/status").read_text()
    # The unit is printed as kB, and is 1024 bytes.
    kibibytes = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return kibibytes * 1024 / 1e6 + sum(resident_megabytes(int(child)) for child in children)


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, without its children."""
    # After the name, which may contain spaces, the fields start with the third; the times are the 14th and 15th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
