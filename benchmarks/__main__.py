"""Benchmark of our server: requests/s compared with other servers, start, memory, views, raw files: `make bench`.

`--costs` and `--worst` check the limits of requests, and are no part of the run without a flag.

Targets are printed with the measurements; a missed target does not fail the run, because it depends on the machine. A
measurement that compares nothing (different answers, errors under load, a server that does not start) exits with 1.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from benchmarks.answers import VoidError
from benchmarks.costs import measure_costs
from benchmarks.footprint import measure_footprint
from benchmarks.load import Run, Shape
from benchmarks.mercurius_comparison import CASES, measure_mercurius
from benchmarks.other_checkout import measure_other_checkout
from benchmarks.over_http import measure_over_http
from benchmarks.raw_files import measure_raw_files
from benchmarks.report import write_json
from benchmarks.scaling import measure_scaling
from benchmarks.servers import CHECKOUT, ServerError
from benchmarks.source import find_source, new_sample
from benchmarks.stages import measure_stages
from benchmarks.tables import measure_tables
from benchmarks.timeline_rates import measure_timeline_rates
from benchmarks.views import measure_views
from benchmarks.workloads import WORKLOADS
from benchmarks.worst import measure_worst

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.figures import Section
    from benchmarks.source import Source

_WIDTH = 160
# Parts of a run without a flag, in the order of the tables.
_WHOLE = ("http", "mercurius", "footprint", "views", "tables", "raw", "stages", "scaling")
_NAMES = ", ".join(workload.name for workload in WORKLOADS)
_CASES = ", ".join(case.name for case in CASES)


def bench(  # noqa: PLR0913 - a flag each
    data: Annotated[
        Path | None,
        typer.Option(help="A dataset directory. Default: the published figures beside the checkout, else a sample."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each server and workload.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="Duration of a round.")] = 4,
    connections: Annotated[int, typer.Option(min=1, help="Keep-alive connections.")] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Seed of random queries.")] = 0,
    queries: Annotated[int, typer.Option(min=100, help="Random queries of --worst.")] = 5_000,
    workload: Annotated[list[str] | None, typer.Option(help=f"Only this workload, repeatable: {_NAMES}.")] = None,
    *,
    beside: Annotated[
        Path | None, typer.Option(help="Only requests/s compared with another checkout, which must be set up.")
    ] = None,
    http_only: Annotated[bool, typer.Option("--http", help="Only requests/s compared with other servers.")] = False,
    with_postgraphile: Annotated[
        bool, typer.Option("--postgraphile", help="Include PostGraphile; installs PostgreSQL as root on Debian.")
    ] = False,
    mercurius_only: Annotated[
        bool, typer.Option("--mercurius", help="Only requests/s compared with mercurius with JIT; requires npm.")
    ] = False,
    only: Annotated[str, typer.Option(help=f"Rows of --mercurius, separated by commas: {_CASES}.")] = "",
    views_only: Annotated[bool, typer.Option("--views", help="Only the views, in process.")] = False,
    tables_only: Annotated[bool, typer.Option("--tables", help="Only tables until they are DataFrames.")] = False,
    raw_only: Annotated[bool, typer.Option("--raw", help="Only raw files and timelines.")] = False,
    stages_only: Annotated[bool, typer.Option("--stages", help="Only the stages of a request, in process.")] = False,
    scaling_only: Annotated[bool, typer.Option("--scaling", help="Only a thousand to a million runs.")] = False,
    costs_only: Annotated[
        bool, typer.Option("--costs", help="Only time over estimated cost of random queries, in process.")
    ] = False,
    worst_only: Annotated[bool, typer.Option("--worst", help="Only the search for the worst accepted query.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for docs/performance.md.")] = False,
    plots: Annotated[bool, typer.Option("--plots", help="Write the plots of the measurements to docs/.")] = False,
) -> None:
    """Print tables of measurements and targets. Without a flag that selects a part: all parts, also written as JSON."""
    if unknown := set(workload or ()) - {entry.name for entry in WORKLOADS}:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: allowed values: {_NAMES}", param_hint="--workload")
    cases = tuple(filter(None, only.split(",")))
    if unknown := set(cases) - {case.name for case in CASES}:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: allowed values: {_CASES}", param_hint="--only")
    # The context managers of the servers must run when this process is terminated.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    progress = Console(stderr=True)
    flags = {"raw": raw_only, "scaling": scaling_only, "stages": stages_only, "beside": beside is not None}
    flags |= {"views": views_only, "http": http_only, "costs": costs_only, "worst": worst_only}
    flags |= {"mercurius": mercurius_only, "tables": tables_only}
    part = next((name for name, given in flags.items() if given), "")
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            run = Run(Shape(rounds, seconds, connections), Path(directory), progress.print)
            source = find_source(data, scratch=run.scratch)
            measurements = _parts(source, run, plots=plots) | {
                "http": lambda: [measure_over_http(source, workload, run, with_postgraphile=with_postgraphile)],
                "mercurius": lambda: [measure_mercurius(source, run, cases)],
                "beside": lambda: [measure_other_checkout((beside or CHECKOUT).resolve(), source, run)],
                "costs": lambda: _measure_costs(source, run, seed=seed),
                "worst": lambda: [measure_worst(source, run, seed=seed, queries=queries)],
            }
            sections = [section for name in ([part] if part else _WHOLE) for section in measurements[name]()]
    except (VoidError, ServerError) as error:
        progress.print(f"void: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None
    # A pipe has no width, and the tables need more than rich's default of 80 columns.
    output = Console(width=None if sys.stdout.isatty() else _WIDTH)
    for section in sections:
        if markdown:
            print(section.markdown())
        else:
            section.show(output)
    if part in {"", "http"}:
        output.print(f"Written to {write_json(sections, source, run.shape).relative_to(CHECKOUT)}")


def _parts(source: Source, run: Run, *, plots: bool) -> dict[str, Callable[[], list[Section]]]:
    """Return the measurements that have no flags of their own, by the flag that selects them."""
    return {
        "footprint": lambda: [measure_footprint(source, run)],
        "views": lambda: [measure_views(source, run)],
        "raw": lambda: [measure_raw_files(run), measure_timeline_rates(run)],
        "tables": lambda: [measure_tables(source, run)],
        "stages": lambda: [measure_stages(source.directory)],
        "scaling": lambda: [measure_scaling(run, plots=plots)],
    }


def _measure_costs(source: Source, run: Run, *, seed: int) -> list[Section]:
    sources = [source] if source.generated else [source, new_sample(run.scratch)]  # the sample has raw files
    return [measure_costs(each, run, seed=seed) for each in sources]


if __name__ == "__main__":
    typer.run(bench)
