"""Measure our server beside others, views beside numpy by hand, raw files beside the toolkit: `make bench`.

Targets are printed beside the measurements; missing one does not fail the run, because the machine has a say in it. A
measurement that compares nothing (different answers, errors under load, a server that does not start) exits with 1.
"""

from __future__ import annotations

import signal
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.answers import VoidError
from benchmarks.comparisons import Run
from benchmarks.comparisons_table import show_over_http
from benchmarks.footprint import Footprint, measure_footprint
from benchmarks.load import Shape, require_wrk
from benchmarks.other_checkout import measure_other_checkout
from benchmarks.over_http import measure_over_http
from benchmarks.raw_files import RawTimes, measure_raw_files
from benchmarks.raw_files_table import show_raw_files
from benchmarks.report import Report, show, show_views, write_json
from benchmarks.scaling import measure_scaling, show_scaling
from benchmarks.servers import CHECKOUT, ServerError, our_server
from benchmarks.source import Source, find_source
from benchmarks.stages import measure_stages, show_stages
from benchmarks.views import Views, measure_million, measure_views
from benchmarks.workloads import WORKLOADS

_STARTS = 3
_WIDTH = 140
_OBJECTIVES = ("median_itl_ms", "energy_per_token_joules", "avg_power_watts")
_NAMES = ", ".join(workload.name for workload in WORKLOADS)


def bench(  # noqa: PLR0913 - a flag each
    data: Annotated[
        Path | None,
        typer.Option(help="A dataset directory. Default: the published figures beside the checkout, else a sample."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each server and workload.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="Duration of a round.")] = 4,
    connections: Annotated[int, typer.Option(min=1, help="Kept-alive connections.")] = 8,
    workload: Annotated[list[str] | None, typer.Option(help=f"Only this one, repeatable: {_NAMES}.")] = None,
    *,
    beside: Annotated[
        Path | None, typer.Option(help="Only requests/s beside another checkout, which must be set up.")
    ] = None,
    http_only: Annotated[bool, typer.Option("--http", help="Only what is measured over HTTP.")] = False,
    with_postgraphile: Annotated[
        bool, typer.Option("--postgraphile", help="Also PostGraphile; needs PostgreSQL, or root on Debian to get it.")
    ] = False,
    views_only: Annotated[bool, typer.Option("--views", help="Only the views, in process.")] = False,
    raw_only: Annotated[bool, typer.Option("--raw", help="Only the raw files.")] = False,
    stages_only: Annotated[bool, typer.Option("--stages", help="Only the stages of a request, in process.")] = False,
    scaling_only: Annotated[bool, typer.Option("--scaling", help="Only a thousand to a million runs.")] = False,
    plots: Annotated[bool, typer.Option("--plots", help="Write the plots of what is measured below docs/.")] = False,
) -> None:
    """Print requests/s beside other servers, start and memory, the times of views and raw files; write them as JSON."""
    chosen = tuple(entry for entry in WORKLOADS if not workload or entry.name in workload)
    if workload and len(chosen) != len(set(workload)):
        raise typer.BadParameter(f"{', '.join(workload)}: allowed are {_NAMES}", param_hint="--workload")
    # A signal that ends this process must end the servers too.
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    progress = Console(stderr=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            scratch = Path(directory)
            run = Run(Shape(rounds, seconds, connections), scratch, progress.print)
            if raw_only:
                show_raw_files(measure_raw_files(scratch, progress=run.progress), _output())
                return
            if scaling_only:
                show_scaling(measure_scaling(scratch, progress=run.progress, plots=plots), _output())
                return
            source = find_source(data, scratch=scratch)
            if stages_only:
                show_stages(measure_stages(source.directory), _output())
                return
            if beside is not None:
                measured = measure_other_checkout(beside.resolve(), source, run)
                show_over_http(measured, source, run.shape, _output())
                return
            if views_only:
                show_views(source, _measure_views(source, run), _output())
                return
            footprint, views, raw_files = (None, None, None) if http_only else _measure_the_rest(source, run)
            over_http = measure_over_http(source, chosen, run, with_postgraphile=with_postgraphile)
            report = Report(source, run.shape, over_http, footprint, views, raw_files)
            if not http_only:
                report = replace(
                    report,
                    stages=measure_stages(source.directory),
                    scaling=measure_scaling(scratch, progress=run.progress, plots=plots),
                )
    except (VoidError, ServerError) as error:
        progress.print(f"void: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None
    output = _output()
    show(report, output)
    output.print(f"Written to {write_json(report).relative_to(CHECKOUT)}")


def _output() -> Console:
    # A pipe has no width of its own, and the table needs more than the 80 columns that rich assumes then.
    return Console(width=None if sys.stdout.isatty() else _WIDTH)


def _measure_views(source: Source, run: Run) -> Views:
    run.progress("views beside numpy by hand, then a million sampled runs")
    beside_numpy = measure_views(source.directory)
    return Views(beside_numpy, measure_million(_OBJECTIVES))


def _measure_the_rest(source: Source, run: Run) -> tuple[Footprint, Views, RawTimes]:
    require_wrk()
    views = _measure_views(source, run)
    raw_files = measure_raw_files(run.scratch, progress=run.progress)
    footprint = measure_footprint(
        our_server(source.directory), starts=_STARTS, scratch=run.scratch, progress=run.progress
    )
    return footprint, views, raw_files


if __name__ == "__main__":
    typer.run(bench)
