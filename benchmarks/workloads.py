"""Workloads: three documents that repeat, with variables that never do, and one request for the whole dataset.

The variable is a threshold below every measured value, another one in each request: all rows match, and no answer can
be taken from a cache of answers. Left out: filters that select little, timelines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from benchmarks.bodies import Numbered
from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, Column, graph_name


@dataclass(frozen=True, slots=True)
class Workload:
    """One document with its variables.

    Args:
        name: A short name, for the command line and the JSON.
        title: What it is, for the table.
        signature: The variables of the document; `$above` is the one that never repeats.
        selection: The document's root field, with `RUN` for the fields of a run.
        variables: The other variables.
        fields: The fields selected of each run.
        targets: How many times a peer's requests/s ours must answer, by the peer's name.
    """

    name: str
    title: str
    signature: str
    selection: str
    variables: dict[str, str]
    fields: tuple[str, ...]
    targets: dict[str, float]

    def bodies(self, *, fields: tuple[str, ...] | None = None, selection: str | None = None) -> Numbered:
        """Return the request bodies of a GraphQL server, which differ in their threshold alone.

        Args:
            fields: Other fields of a run, or these in another order.
            selection: The root field as another schema has it.
        """
        run = " ".join(fields or self.fields)
        query = f"query Benchmark({self.signature}) {{ {(selection or self.selection).replace('RUN', run)} }}"
        rest = json.dumps({"query": query, "variables": self.variables})
        return Numbered(f'{rest.removesuffix("}}")}{", " if self.variables else ""}"above": -0.', "}}")


def _selected(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(graph_name(column.name) for column in columns)


_PAGE_FIELDS = (
    *("modelId", "nickname", "architecture", "totalParamsBillions", "activatedParamsBillions", "weightPrecision"),
    *("gpuModel", "numGpus", "maxNumSeqs", "tensorParallel", "expertParallel", "dataParallel"),
    *("energyPerTokenJoules", "energyPerRequestJoules", "outputThroughputTokensPerSec", "requestThroughputReqPerSec"),
    *("avgPowerWatts", "avgOutputLen", "medianItlMs", "p90ItlMs", "p95ItlMs", "p99ItlMs"),
)
_NESTED_FIELDS = (
    *("task", "numGpus", "maxNumSeqs", "energyPerTokenJoules", "energyPerRequestJoules"),
    *("outputThroughputTokensPerSec", "avgPowerWatts", "medianItlMs", "p99ItlMs", "avgBatchSize"),
)
# Every column of the figures; the two that are left out say where a run's raw files lie.
_ALL_FIELDS = _selected(tuple(column for column in LLM_COLUMNS if not column.name.endswith("_path")))

WORKLOADS: tuple[Workload, ...] = (
    Workload(
        name="page",
        title="leaderboard page",
        signature="$task: String!, $above: Float!",
        selection="llmRuns(where: {task: {eq: $task}, energyPerTokenJoules: {gt: $above}}, "
        "orderBy: [{field: ENERGY_PER_TOKEN_JOULES}], first: 2000) { totalCount nodes { RUN } }",
        variables={"task": "gpqa"},
        fields=_PAGE_FIELDS,
        targets={"stock": 35, "ROAPI": 5, "PostGraphile": 10},
    ),
    Workload(
        name="all",
        title="all runs and columns",
        signature="$above: Float!",
        selection="llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 2000) { totalCount nodes { RUN } }",
        variables={},
        fields=_ALL_FIELDS,
        targets={"stock": 80, "ROAPI": 3, "PostGraphile": 10},
    ),
    Workload(
        name="nested",
        title="models → GPUs → runs",
        signature="$above: Float!",
        selection="models(where: {architecture: {isNull: false}}, first: 2000) { nodes { modelId nickname "
        "runsByGpu { gpu { model } llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 2000) "
        "{ nodes { RUN } } } } }",
        variables={},
        fields=_NESTED_FIELDS,
        targets={"stock": 80},
    ),
)


def whole_dataset() -> bytes:
    """Return the body of the request for every run, stable or not, with every column, under its model and GPU."""
    llm, diffusion = " ".join(_selected(LLM_COLUMNS)), " ".join(_selected(DIFFUSION_COLUMNS))
    query = (
        "{ models(first: 2000) { nodes { modelId runsByGpu(stability: ANY) { gpu { model } "
        f"llmRuns(first: 2000) {{ nodes {{ {llm} }} }} diffusionRuns(first: 2000) {{ nodes {{ {diffusion} }} }} "
        "} } } }"
    )
    return json.dumps({"query": query}).encode()


def count_runs(answer: object, *, under: str = "llmRuns") -> int:
    """Count the runs in an answer's data, at whatever depth they stand."""
    if isinstance(answer, list):
        return sum(count_runs(item, under=under) for item in answer)
    if not isinstance(answer, dict):
        return 0
    return sum(
        len(value["nodes"]) if name == under and "nodes" in value else count_runs(value, under=under)
        for name, value in answer.items()
    )
