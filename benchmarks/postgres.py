"""A temporary PostgreSQL with the LLM runs of a dataset as a table, reachable by a socket in a private directory.

It has its default settings; the table fits into the memory that they allow.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from benchmarks.servers import ServerError, set_up, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "PostgreSQL"
SUPERUSER = "postgres"
_DEADLINE_SECONDS = 30.0
_POLL_SECONDS = 0.1


@contextmanager
def postgres(source: Path, schema: str) -> Iterator[Path]:
    """Run a database and yield the directory of its socket.

    Args:
        source: A dataset directory; its LLM runs become the table `llm`, with a row number `place`.
        schema: SQL to execute after that.

    Raises:
        ServerError: PostgreSQL cannot be installed, or did not become ready.
    """
    programs = _programs()
    user = SUPERUSER if os.geteuid() == 0 else None  # PostgreSQL refuses to run as root
    directory = Path(tempfile.mkdtemp(prefix="bench-postgres-"))
    try:
        if user is not None:
            shutil.chown(directory, user)
        data = directory / "data"
        set_up(NAME, [str(programs / "initdb"), "-D", str(data), "--auth=trust", "-U", SUPERUSER], user=user)
        command = [str(programs / "postgres"), "-D", str(data), "-c", "listen_addresses="]
        with (directory / "log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "-c", f"unix_socket_directories={directory}"], stdout=log, stderr=log, user=user, cwd="/"
            )
            try:
                _wait_until_ready(programs, directory, process)
                _load(programs, directory, source, schema)
                yield directory
            finally:
                stop(process, signal.SIGINT)  # SIGTERM would wait for the clients to disconnect
    finally:
        shutil.rmtree(directory)


def _programs() -> Path:
    """Return the directory of PostgreSQL's programs; as root on Debian, install them if they are missing."""
    if (found := _newest()) is None and os.geteuid() == 0 and (apt := shutil.which("apt-get")) is not None:
        subprocess.run([apt, "install", "--yes", "--quiet", "postgresql"], check=False, stdout=subprocess.DEVNULL)
        found = _newest()
    if found is None:
        raise ServerError(f"{NAME} is not installed; on Debian and Ubuntu: apt-get install postgresql")
    return found


def _newest() -> Path | None:
    if (initdb := shutil.which("initdb")) is not None:
        return Path(initdb).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda found: int(found.parent.name), default=None)


def _wait_until_ready(programs: Path, directory: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _DEADLINE_SECONDS
    ready = [str(programs / "pg_isready"), "--quiet", "--host", str(directory)]
    while subprocess.run(ready, check=False).returncode != 0:
        if process.poll() is not None or time.monotonic() > deadline:
            raise ServerError(f"{NAME} was not ready: {(directory / 'log').read_text(errors='replace')[-500:]}")
        time.sleep(_POLL_SECONDS)


def _load(programs: Path, directory: Path, source: Path, schema: str) -> None:
    table = pq.read_table(source / "runs" / "llm.parquet")
    for index, column in enumerate(table.columns):
        if pa.types.is_floating(column.type):
            cleaned = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
            table = table.set_column(index, table.column_names[index], cleaned)
    rows = directory / "llm.csv"
    # The CSV quotes an empty text, not a null.
    pyarrow.csv.write_csv(table, rows, pyarrow.csv.WriteOptions(include_header=False))
    # An SQL table has no order of its own.
    place = "place integer generated always as identity primary key"
    columns = ", ".join([place, *(f"{field.name} {_sql_type(field.type)}" for field in table.schema)])
    names = ", ".join(table.column_names)
    script = directory / "llm.sql"
    script.write_text(f"create table llm ({columns});\n\\copy llm ({names}) from '{rows}' csv\n{schema}\nanalyze;\n")
    psql = [str(programs / "psql"), "--host", str(directory), "--username", SUPERUSER, "--no-psqlrc"]
    set_up(NAME, [*psql, "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(script)])


def _sql_type(column: pa.DataType) -> str:
    if pa.types.is_boolean(column):
        return "boolean"
    if pa.types.is_floating(column):
        return "float8"
    # As in our graph; PostGraphile would write a bigint as a text.
    return "integer" if pa.types.is_integer(column) else "text"
