"""Measure our server beside the stock one, views beside numpy by hand, raw files beside the toolkit: `make bench`.

Targets are printed beside the measurements; missing one does not fail the run, because the machine has a say in it. A
measurement that compares nothing (different answers, errors under load, a server that does not start) exits with 1.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.answers import VoidError
from benchmarks.footprint import measure_footprint
from benchmarks.load import Shape, require_wrk
from benchmarks.raw_files import measure_raw_files
from benchmarks.report import Report, show, show_raw_files, show_views, write_json
from benchmarks.scaling import measure_scaling, show_scaling
from benchmarks.servers import CHECKOUT, ServerError, our_command, resident_megabytes, running, stock_command
from benchmarks.source import Source, find_source
from benchmarks.throughput import measure_throughput
from benchmarks.views import Views, measure_million, measure_views
from benchmarks.workloads import WORKLOADS, Workload

_STARTS = 3
_WIDTH = 110
_OBJECTIVES = ("median_itl_ms", "energy_per_token_joules", "avg_power_watts")
_NAMES = ", ".join(workload.name for workload in WORKLOADS)


def bench(  # noqa: PLR0913 - the options of the command
    data: Annotated[
        Path | None,
        typer.Option(help="A dataset directory. Default: the published figures beside the checkout, else a sample."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each server and workload.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="Duration of a round.")] = 4,
    connections: Annotated[int, typer.Option(min=1, help="Kept-alive connections.")] = 8,
    workload: Annotated[list[str] | None, typer.Option(help=f"Only this one, repeatable: {_NAMES}.")] = None,
    *,
    views_only: Annotated[bool, typer.Option("--views", help="Only the views, in process.")] = False,
    raw_only: Annotated[bool, typer.Option("--raw", help="Only the raw files.")] = False,
    scaling_only: Annotated[bool, typer.Option("--scaling", help="Only a thousand to a million runs.")] = False,
    plots: Annotated[bool, typer.Option("--plots", help="Write the plots of what is measured below docs/.")] = False,
) -> None:
    """Print requests/s of both servers, the ratio, start and memory, and the times of views; write them as JSON."""
    chosen = [entry for entry in WORKLOADS if not workload or entry.name in workload]
    if workload and len(chosen) != len(set(workload)):
        raise typer.BadParameter(f"{', '.join(workload)}: allowed are {_NAMES}", param_hint="--workload")
    progress = Console(stderr=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            shape = Shape(rounds, seconds, connections)
            if raw_only:
                show_raw_files(measure_raw_files(Path(directory), progress=progress.print), _output())
                return
            if scaling_only:
                show_scaling(measure_scaling(Path(directory), progress=progress.print, plots=plots), _output())
                return
            source = find_source(data, scratch=Path(directory))
            views = _measure_views(source, progress=progress)
            if views_only:
                show_views(source, views, _output())
                return
            report = _measure(source, tuple(chosen), shape, views=views, scratch=Path(directory), progress=progress)
            report = replace(report, scaling=measure_scaling(Path(directory), progress=progress.print, plots=plots))
    except (VoidError, ServerError) as error:
        progress.print(f"void: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None
    output = _output()
    show(report, output)
    output.print(f"Written to {write_json(report).relative_to(CHECKOUT)}")


def _output() -> Console:
    # A pipe has no width of its own, and the table needs more than the 80 columns that rich assumes then.
    return Console(width=None if sys.stdout.isatty() else _WIDTH)


def _measure_views(source: Source, *, progress: Console) -> Views:
    progress.print("views beside numpy by hand, then a million sampled runs")
    beside_numpy = measure_views(source.directory)
    return Views(beside_numpy, measure_million(_OBJECTIVES))


def _measure(
    source: Source,
    workloads: tuple[Workload, ...],
    shape: Shape,
    *,
    views: Views,
    scratch: Path,
    progress: Console,
) -> Report:
    require_wrk()
    raw_files = measure_raw_files(scratch, progress=progress.print)
    ours_command, stock = our_command(source.directory), stock_command(source.directory)
    footprint = measure_footprint(ours_command, starts=_STARTS, scratch=scratch, progress=progress.print)
    with (
        running("ours", ours_command, logs=scratch) as ours_server,
        running("stock", stock, logs=scratch) as stock_server,
    ):
        throughput = tuple(
            measure_throughput(
                ours_server, stock_server, workload, shape=shape, scratch=scratch, progress=progress.print
            )
            for workload in workloads
        )
        return Report(source, throughput, footprint, resident_megabytes(ours_server.pid), shape, views, raw_files)


if __name__ == "__main__":
    typer.run(bench)
