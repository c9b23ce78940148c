"""Measure our server beside the stock one: `python -m benchmarks`, or `make bench`.

Targets are printed beside the measurements; missing one does not fail the run, because the machine has a say in it. A
measurement that compares nothing (different answers, errors under load, a server that does not start) exits with 1.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.answers import VoidError
from benchmarks.footprint import measure_footprint
from benchmarks.load import Shape, require_wrk
from benchmarks.report import Report, show, write_json
from benchmarks.servers import CHECKOUT, ServerError, our_command, resident_megabytes, running, stock_command
from benchmarks.source import find_source
from benchmarks.throughput import measure_throughput
from benchmarks.workloads import WORKLOADS, Workload

_STARTS = 3
_WIDTH = 110
_NAMES = ", ".join(workload.name for workload in WORKLOADS)


def bench(
    data: Annotated[
        Path | None,
        typer.Option(help="A dataset directory. Default: the published figures beside the checkout, else a sample."),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, help="Rounds of each server and workload.")] = 3,
    seconds: Annotated[int, typer.Option(min=1, help="Duration of a round.")] = 4,
    connections: Annotated[int, typer.Option(min=1, help="Kept-alive connections.")] = 8,
    workload: Annotated[list[str] | None, typer.Option(help=f"Only this one, repeatable: {_NAMES}.")] = None,
) -> None:
    """Print requests/s of both servers, the ratio, the time until ready and the memory; write them as JSON."""
    chosen = [entry for entry in WORKLOADS if not workload or entry.name in workload]
    if workload and len(chosen) != len(set(workload)):
        raise typer.BadParameter(f"{', '.join(workload)}: allowed are {_NAMES}", param_hint="--workload")
    progress = Console(stderr=True)
    try:
        with tempfile.TemporaryDirectory(prefix="bench-") as directory:
            shape = Shape(rounds, seconds, connections)
            report = _measure(data, tuple(chosen), shape, scratch=Path(directory), progress=progress)
    except (VoidError, ServerError) as error:
        progress.print(f"void: {error}", markup=False, highlight=False)
        raise typer.Exit(1) from None
    # A pipe has no width of its own, and the table needs more than the 80 columns that rich assumes then.
    output = Console(width=None if sys.stdout.isatty() else _WIDTH)
    show(report, output)
    output.print(f"Written to {write_json(report).relative_to(CHECKOUT)}")


def _measure(
    data: Path | None, workloads: tuple[Workload, ...], shape: Shape, *, scratch: Path, progress: Console
) -> Report:
    require_wrk()
    source = find_source(data, scratch=scratch)
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
        return Report(source, throughput, footprint, resident_megabytes(ours_server.pid), shape)


if __name__ == "__main__":
    typer.run(bench)
