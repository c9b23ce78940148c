"""ROAPI, a server in Rust over the same Parquet file with DataFusion: its installation, requests and answers.

It has no variables (each document has a different threshold), no aliases and no nested queries. It uses all cores, our
server one. Its request log is off. Its answer is a JSON array of rows with the column names of the table, without
nulls. An absent key or an empty text is equivalent to our null; the order of rows and keys, and every digit of a
number, must be the same.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.answers import Contender, first_difference
from benchmarks.bodies import Numbered
from benchmarks.servers import HOST, PEERS, Program, free_port, set_up
from tables.catalogue import LLM_COLUMNS, graph_name

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bodies import Bodies
    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

NAME = "ROAPI"
VERSION = "0.12.7"
_HOME = PEERS / f"roapi-{VERSION}"
_COLUMNS = {graph_name(column.name): column.name for column in LLM_COLUMNS}
_ABOVE = "energy_per_token_joules: {gt: "
# Text before and after the threshold's digits, by workload.
_ARGUMENTS = {
    "page": (f'task: {{eq: "gpqa"}}, {_ABOVE}', '}}, sort: [{field: "energy_per_token_joules"}], limit: 2000'),
    "all": (_ABOVE, "}}, limit: 2000"),
}


def answers(workload: Workload) -> bool:
    """Return whether ROAPI supports a workload."""
    return workload.name in _ARGUMENTS


def roapi_server(source: Path) -> Program:
    """Return ROAPI over a dataset directory; install it into its own environment unless present.

    Raises:
        ServerError: It cannot be installed.
    """
    binary = _HOME / "bin" / "roapi"
    if not binary.is_file():
        set_up(NAME, [sys.executable, "-m", "venv", "--clear", str(_HOME)])
        pip = [str(_HOME / "bin" / "python"), "-m", "pip", "--disable-pip-version-check", "--quiet"]
        set_up(NAME, [*pip, "install", f"roapi=={VERSION}"])

    def command(port: int) -> list[str]:
        others = (f"--addr-postgres={HOST}:{free_port()}", f"--addr-flight-sql={HOST}:{free_port()}")
        table = f"--table=llm={source / 'runs' / 'llm.parquet'}"
        return [str(binary), f"--addr-http={HOST}:{port}", *others, table]

    return Program(NAME, command, path="/api/graphql", ready_path="/health", environment={"RUST_LOG": "warn"})


@dataclass(frozen=True, slots=True)
class Roapi:
    """A running ROAPI.

    Args:
        server: The server.
        stable_only: Whether to filter for stable runs, which our server does by default.
    """

    server: Server
    stable_only: bool

    def bodies(self, workload: Workload, fields: tuple[str, ...]) -> Numbered:
        """Return the requests of a workload for these fields."""
        before, after = _ARGUMENTS[workload.name]
        stable = "is_stable: {eq: true}, " if self.stable_only else ""
        selected = " ".join(_COLUMNS[field] for field in fields)
        text = f"{{ llm(filter: {{{stable}{before}", f"{after}) {{ {selected} }} }}"
        return Numbered((text,), workload.thresholds)

    def contender(self, bodies: Bodies) -> Contender:
        """Return the server with these bodies."""
        return Contender(self.server, bodies, _difference)


def _difference(ours: object, theirs: object) -> str | None:
    match ours:
        case {"llmRuns": {"nodes": list(nodes)}}:
            return first_difference(_normalized(nodes), _normalized(theirs), "rows")
        case _:
            return f"llmRuns: missing from our answer: {ours!r:.100}"


def _normalized(rows: object) -> object:
    """Return rows with column names, without nulls and empty texts."""
    if not isinstance(rows, list):
        return rows
    return [{_COLUMNS.get(name, name): value for name, value in row.items() if value not in (None, "")} for row in rows]
