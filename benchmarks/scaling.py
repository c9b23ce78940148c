"""Growth of pages, groups, start time and memory from a thousand runs to a million, over HTTP with real processes.

Runs are sampled (`sample`): LLM runs of the given number, and the diffusion runs of the bundled sample. The number of
models grows with the runs, to some five thousand for a million. Every request has new variables; one page is checked
against numpy. The start is compared with DuckDB's (`dataframes.py`). Not measured: raw files, several clients at once,
the network.
"""

from __future__ import annotations

import http.client
import json
import shutil
import time
from math import isnan, nan
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq

from benchmarks.answers import VoidError
from benchmarks.dataframes import missing_packages
from benchmarks.figures import TIMES, Figure, Section
from benchmarks.scaling_plot import scaling_plot
from benchmarks.servers import CHECKOUT, HOST, our_server, resident_megabytes, running
from benchmarks.source import run_python
from sample import sample_tables

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    from numpy.typing import NDArray

    from benchmarks.load import Run
    from benchmarks.servers import Server

_SIZES = (10**3, 10**4, 10**5, 10**6)
_START, _DUCKDB_START = "from process start to ready", "from process start to a page, DuckDB"
# Measures, in the order of the table: unit, target at the largest size, name in the plot.
_MEASURES: dict[str, tuple[str, float | None, str]] = {
    "page of 100, filtered and ordered": ("ms", 15.0, "page"),
    "slowest page": ("ms", None, ""),
    "first page, which computes the order": ("ms", None, ""),
    "groups by model and GPU": ("ms", None, "group-by"),
    _START: ("ms", 10_000.0, "start"),
    _DUCKDB_START: ("ms", None, ""),
    "resident when ready": ("MB", None, ""),
    "resident after all requests": ("MB", 2_000.0, "memory"),
}
# The sampler takes the number of runs of both kinds, of which three in five are LLM runs.
_SAMPLED_PER_LLM_RUN = 1.6
_STARTS = 3
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


def measure_scaling(run: Run, *, plots: bool) -> Section:
    """Write a dataset of each size, serve it and send requests; write the plot into the docs if `plots` is set.

    Raises:
        ServerError: A server did not become ready.
        VoidError: A server did not answer, or gave a wrong page.
    """
    measured = [_measure(size, run) for size in _SIZES]
    values = {name: [at_size[place] for at_size in measured] for place, name in enumerate(_MEASURES)}
    if plots:
        lines = {(plotted, unit): values[name] for name, (unit, _, plotted) in _MEASURES.items() if plotted}
        scaling_plot(_SIZES, lines, CHECKOUT / "docs" / "scaling.svg")
    start, duckdb = values[_START][-1], values[_DUCKDB_START][-1]
    over_duckdb = Figure(
        name="start of a million runs: ours over DuckDB's", value=start / duckdb, unit=TIMES, digits=2, target=1
    )
    return Section(
        "scaling",
        "From a thousand runs to a million, over HTTP",
        f"slope: of the logarithms, 1 is linear; value: of a million runs; start: median of {_STARTS}",
        (
            *(_figure(name, values[name], *_MEASURES[name][:2]) for name in _MEASURES if not isnan(values[name][0])),
            *([] if isnan(duckdb) else [over_duckdb]),
        ),
        ("DuckDB was not measured: pip install duckdb",) if isnan(duckdb) else (),
    )


def _figure(name: str, values: list[float], unit: str, target: float | None) -> Figure:
    slope = float(np.polyfit(np.log(_SIZES), np.log(values), 1)[0])
    sizes = {f"{size:,}": f"{value:,.1f}" for size, value in zip(_SIZES, values, strict=True)}
    return Figure(
        name=name,
        value=values[-1],
        unit=unit,
        digits=1,
        target=target,
        details={**sizes, "slope": f"{slope:.2f}"},
        data={"runs": _SIZES, "values": values},
    )


def _measure(runs: int, run: Run) -> tuple[float, ...]:
    """Return the values of `_MEASURES` for a number of runs."""
    run.progress(f"scaling: {runs:,} runs")
    directory = run.scratch / f"scaling-{runs}"
    table = _write(runs, directory)
    starts, duckdb_starts = [], []
    for _ in range(_STARTS - 1):
        with running(our_server(directory), logs=directory) as server:
            starts.append(server.ready_seconds * 1e3)
        duckdb_starts.append(_duckdb_start(directory))
    with running(our_server(directory), logs=directory) as server:
        starts.append(server.ready_seconds * 1e3)
        ready = resident_megabytes(server.pid)
        connection = http.client.HTTPConnection(HOST, server.port, timeout=60)
        latencies = table[_LATENCY].to_numpy()
        limits = np.nanquantile(latencies, np.random.default_rng(0).uniform(0.3, 0.95, _WARM + _PAGES)).tolist()
        pages = [_request(connection, server, _PAGE, {"most": limit}) for limit in limits]
        _check(table, limits[0], pages[0][1]["llmRuns"])
        groups = [_request(connection, server, _GROUP, {"above": -1 - turn})[0] for turn in range(1 + _GROUPS)]
        resident = resident_megabytes(server.pid)
    duckdb_starts.append(_duckdb_start(directory))
    shutil.rmtree(directory)
    first, *times = (taken for taken, _ in pages)
    warm = times[_WARM - 1 :]
    return median(warm), max(warm), first, median(groups[1:]), median(starts), median(duckdb_starts), ready, resident


def _duckdb_start(directory: Path) -> float:
    """Return the milliseconds that DuckDB takes to load the runs and return a page; NaN if it is not installed."""
    if "duckdb" in missing_packages():
        return nan
    begun = time.perf_counter()
    run_python("-m", "benchmarks.dataframes", str(directory))
    return (time.perf_counter() - begun) * 1e3


def _write(runs: int, directory: Path) -> pa.Table:
    """Write the two tables, and return the columns that check the pages; the other columns are released."""
    (directory / "runs").mkdir(parents=True)
    llm = sample_tables(runs=int(runs * _SAMPLED_PER_LLM_RUN))[0].slice(0, runs)
    pq.write_table(llm, directory / "runs" / "llm.parquet")
    pq.write_table(sample_tables()[1], directory / "runs" / "diffusion.parquet")
    return llm.select(["task", "is_stable", _ENERGY, _LATENCY])


def _request(
    connection: http.client.HTTPConnection, server: Server, query: str, variables: dict[str, Any]
) -> tuple[float, dict[str, Any]]:
    """Return the milliseconds until the whole answer was received, and its data."""
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
    """Compare a page with the selection and the order of numpy: stable runs of the task up to a latency."""
    energy, latency = table[_ENERGY].to_numpy(), table[_LATENCY].to_numpy()
    chosen: NDArray[np.bool_] = table["is_stable"].to_numpy() & (latency <= most)
    chosen &= table["task"].to_numpy() == _TASK
    found = [node["energyPerTokenJoules"] for node in page["nodes"]]
    if page["totalCount"] != chosen.sum() or found != np.sort(energy[chosen])[:_PAGE_ROWS].tolist():
        raise VoidError(f"scaling: a page of {table.num_rows} runs differs from numpy's")
