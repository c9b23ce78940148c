"""How pages, groups, start and memory grow from a thousand runs to a million, over HTTP on real server processes.

Runs are sampled (`sample`): a number of LLM runs, and the diffusion runs of the bundled sample beside them. As the
runs grow, so do the models: some five thousand of a million. Every request has new variables; the answers of one page
are checked against numpy. Left out: raw files, several clients at once, what a network adds.
"""

from __future__ import annotations

import http.client
import json
import shutil
import time
from dataclasses import asdict, dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq
from rich.table import Table

from benchmarks.answers import VoidError
from benchmarks.scaling_plot import scaling_plot
from benchmarks.servers import CHECKOUT, our_server, resident_megabytes, running
from sample import sample_tables

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray
    from rich.console import Console

    from benchmarks.servers import Server

SIZES = (10**3, 10**4, 10**5, 10**6)
PAGE_TARGET_MS = 15.0
READY_TARGET_SECONDS = 10.0
RESIDENT_TARGET_MEGABYTES = 2_000.0
# The sampler is told the runs of both tables; three in five are LLM runs.
_SAMPLED_PER_LLM_RUN = 1.6
_PAGES, _GROUPS, _WARM = 40, 7, 5
_PAGE_ROWS = 100
_TASK, _ENERGY, _LATENCY = "gpqa", "energy_per_token_joules", "median_itl_ms"
_PAGE = (
    "query ($most: Float) { llmRuns("
    f'where: {{task: {{eq: "{_TASK}"}}, medianItlMs: {{lte: $most}}}}, '
    f"orderBy: [{{field: ENERGY_PER_TOKEN_JOULES}}], first: {_PAGE_ROWS}) {{ totalCount nodes {{ "
    "id modelId nickname gpuModel numGpus maxNumSeqs energyPerTokenJoules medianItlMs outputThroughputTokensPerSec "
    "avgPowerWatts } } }"
)
_GROUP = (
    "query ($above: Float) { llmRuns(first: 0, where: {energyPerTokenJoules: {gt: $above}}) "
    "{ groups(by: [MODEL_ID, GPU_MODEL]) "
    "{ count statistics(of: ENERGY_PER_TOKEN_JOULES) { mean } } } }"
)


@dataclass(frozen=True, slots=True)
class Point:
    """One size.

    Args:
        runs: How many LLM runs.
        ready_seconds: From the process to the first 200 of `/readyz`.
        ready_megabytes: Resident when ready, in MB.
        resident_megabytes: Resident after all requests, in MB.
        first_page_ms: The first page: its order is made.
        pages_ms: Filtered and ordered pages, each with new variables.
        groups_ms: All runs by model and GPU.
    """

    runs: int
    ready_seconds: float
    ready_megabytes: float
    resident_megabytes: float
    first_page_ms: float
    pages_ms: tuple[float, ...]
    groups_ms: tuple[float, ...]

    def figures(self) -> dict[str, float]:
        """Return what is plotted and fitted, by name and unit."""
        return {
            "page, ms": median(self.pages_ms),
            "group-by, ms": median(self.groups_ms),
            "start, ms": self.ready_seconds * 1e3,
            "memory, MB": self.resident_megabytes,
        }


def measure_scaling(scratch: Path, *, progress: Callable[[str], None], plots: bool) -> tuple[Point, ...]:
    """Write a dataset of each size, serve it and ask; plot what was measured into the docs if that is wanted.

    Raises:
        ServerError: A server did not become ready.
        VoidError: A server did not answer, or not what the tables say.
    """
    points = tuple(_measure(runs, scratch / f"scaling-{runs}", progress) for runs in SIZES)
    if plots:
        scaling_plot(points, CHECKOUT / "docs" / "scaling.svg")
    return points


def slopes(points: tuple[Point, ...]) -> dict[str, float]:
    """Fit each figure as a power of the number of runs, by least squares of the logarithms: 1 grows in proportion."""
    runs = np.log([point.runs for point in points])
    return {
        name: float(np.polyfit(runs, np.log([point.figures()[name] for point in points]), 1)[0])
        for name in points[0].figures()
    }


def _measure(runs: int, directory: Path, progress: Callable[[str], None]) -> Point:
    progress(f"scaling: {runs:,} runs")
    table = _write(runs, directory)
    with running(our_server(directory), logs=directory) as server:
        ready = resident_megabytes(server.pid)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        latencies = table[_LATENCY].to_numpy()
        limits = np.nanquantile(latencies, np.random.default_rng(0).uniform(0.3, 0.95, _WARM + _PAGES)).tolist()
        pages = [_ask(connection, server, _PAGE, {"most": limit}) for limit in limits]
        _check(table, limits[0], pages[0][1]["llmRuns"])
        groups = [_ask(connection, server, _GROUP, {"above": -1 - turn})[0] for turn in range(1 + _GROUPS)]
        resident = resident_megabytes(server.pid)
    shutil.rmtree(directory)
    times = [taken for taken, _ in pages]
    return Point(runs, server.ready_seconds, ready, resident, times[0], tuple(times[_WARM:]), tuple(groups[1:]))


def _write(runs: int, directory: Path) -> pa.Table:
    """Write the two tables, and nothing else, and return what answers are checked by, lest the rest lie beside them."""
    (directory / "runs").mkdir(parents=True)
    llm = sample_tables(runs=int(runs * _SAMPLED_PER_LLM_RUN))[0].slice(0, runs)
    pq.write_table(llm, directory / "runs" / "llm.parquet")
    pq.write_table(sample_tables()[1], directory / "runs" / "diffusion.parquet")
    return llm.select(["task", "is_stable", _ENERGY, _LATENCY])


def _ask(
    connection: http.client.HTTPConnection, server: Server, query: str, variables: dict[str, Any]
) -> tuple[float, dict[str, Any]]:
    """Return the milliseconds until the whole answer was there, and its data."""
    body = json.dumps({"query": query, "variables": variables})
    begun = time.perf_counter()
    try:
        connection.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        text = connection.getresponse().read()
    except (OSError, http.client.HTTPException) as error:
        raise VoidError(f"{server.name} did not answer: {error!r}") from error
    taken = (time.perf_counter() - begun) * 1e3
    answer = json.loads(text)
    if "errors" in answer:
        raise VoidError(f"{server.name} answered {answer['errors']}")
    return taken, answer["data"]


def _check(table: pa.Table, most: float, page: dict[str, Any]) -> None:
    """Compare a page with what numpy selects and sorts: runs of the task, stable, at most so slow."""
    energy, latency = table[_ENERGY].to_numpy(), table[_LATENCY].to_numpy()
    chosen: NDArray[np.bool_] = table["is_stable"].to_numpy() & (latency <= most)
    chosen &= table["task"].to_numpy() == _TASK
    found = [node["energyPerTokenJoules"] for node in page["nodes"]]
    if page["totalCount"] != chosen.sum() or found != np.sort(energy[chosen])[:_PAGE_ROWS].tolist():
        raise VoidError(f"scaling: a page of {table.num_rows} runs is not what numpy finds")


def show_scaling(points: tuple[Point, ...], console: Console) -> None:
    """Print the table: a column for each size, the slope, and the target at the last."""
    table = Table(title="From a thousand runs to a million, over HTTP", caption="slope: of the logarithms; 1 is linear")
    table.add_column("measure")
    for point in points:
        table.add_column(f"{point.runs:,}", justify="right")
    for name in ("slope", "target"):
        table.add_column(name, justify="right")
    table.add_column("")
    fitted = slopes(points)
    for name, figures, slope, target in (
        ("page of 100, filtered and ordered, ms", [median(p.pages_ms) for p in points], "page, ms", PAGE_TARGET_MS),
        ("its slowest, ms", [max(p.pages_ms) for p in points], "", None),
        ("the first, whose order is made, ms", [p.first_page_ms for p in points], "", None),
        ("groups by model and GPU, ms", [median(p.groups_ms) for p in points], "group-by, ms", None),
        ("from process start to ready, s", [p.ready_seconds for p in points], "start, ms", READY_TARGET_SECONDS),
        ("resident when ready, MB", [p.ready_megabytes for p in points], "", None),
        (
            "resident after all requests, MB",
            [p.resident_megabytes for p in points],
            "memory, MB",
            RESIDENT_TARGET_MEGABYTES,
        ),
    ):
        ok = target is None or figures[-1] < target
        table.add_row(
            name,
            *(f"{figure:,.1f}" for figure in figures),
            f"{fitted[slope]:.2f}" if slope else "",
            "" if target is None else f"< {target:,.0f}",
            "" if target is None else "[green]ok[/green]" if ok else "[red]above[/red]",
        )
    console.print(table)


def as_json(points: tuple[Point, ...]) -> dict[str, Any]:
    """Return the points, the slopes and the targets for the written report."""
    return {
        "points": [asdict(point) for point in points],
        "slopes": slopes(points),
        "targets": {
            "page_ms": PAGE_TARGET_MS,
            "ready_seconds": READY_TARGET_SECONDS,
            "resident_megabytes": RESIDENT_TARGET_MEGABYTES,
        },
    }
