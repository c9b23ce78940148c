"""ROAPI, a server in Rust over the same Parquet file by DataFusion: where it comes from and how it is asked.

It has no variables, so that its document differs in each request by the threshold; no aliases, no nested queries. It
uses all cores, and our server one. Its log of requests is off. Its answer is a JSON array of rows under the columns'
own names, without those that are null. Taken as equal to ours: an absent key or an empty text and our null. Not
taken as equal: another order of rows or of keys, and numbers that differ in any digit.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.answers import Asked, first_difference
from benchmarks.bodies import Numbered
from benchmarks.installing import PEERS, set_up
from benchmarks.servers import HOST, Program, free_port
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
_ABOVE = "energy_per_token_joules: {gt: -0."
# Before and after the threshold's digits, by workload.
_ARGUMENTS = {
    "page": (f'task: {{eq: "gpqa"}}, {_ABOVE}', '}}, sort: [{field: "energy_per_token_joules"}], limit: 2000'),
    "all": (_ABOVE, "}}, limit: 2000"),
}


def answers(workload: Workload) -> bool:
    """Whether ROAPI can answer this."""
    return workload.name in _ARGUMENTS


def roapi_server(source: Path) -> Program:
    """Return ROAPI over a dataset directory, installed into an environment of its own if it is not there yet.

    Raises:
        ServerError: It cannot be installed; ends with what pip said.
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
    """ROAPI as it runs.

    Args:
        server: The server.
        stable_only: Whether to ask for stable runs, as our server does unasked; not where there are no others.
    """

    server: Server
    stable_only: bool

    def bodies(self, workload: Workload, fields: tuple[str, ...]) -> Numbered:
        """Return the bodies that ask what a workload asks, of these fields."""
        before, after = _ARGUMENTS[workload.name]
        stable = "is_stable: {eq: true}, " if self.stable_only else ""
        selected = " ".join(_COLUMNS[field] for field in fields)
        return Numbered(f"{{ llm(filter: {{{stable}{before}", f"{after}) {{ {selected} }} }}")

    def asked(self, bodies: Bodies) -> Asked:
        """Return what it is asked, and how its answers are held against ours."""
        return Asked(self.server, bodies, _difference)


def _difference(ours: object, theirs: object) -> str | None:
    match ours:
        case {"llmRuns": {"nodes": list(nodes)}}:
            return first_difference(_said(nodes), _said(theirs), "rows")
        case _:
            return f"llmRuns: our answer has none: {ours!r:.100}"


def _said(rows: object) -> object:
    """Return rows under the columns' names, without what is null, absent or empty."""
    if not isinstance(rows, list):
        return rows
    return [{_COLUMNS.get(name, name): value for name, value in row.items() if value not in (None, "")} for row in rows]
