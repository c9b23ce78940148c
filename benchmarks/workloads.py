"""What is asked: three documents that repeat, with variables that never do, and one request for the whole dataset.

The variable is a threshold below every measured value, another one in each request: all rows match, and no answer can
be taken from a cache of answers. Left out: answers that were asked before, filters that select little, text that no
cache has parsed before, timelines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, Column, graph_name

_THRESHOLD_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Workload:
    """One document with its variables.

    Args:
        name: A short name, for the command line and the JSON.
        title: What it is, for the table.
        query: The document; `$above` is the variable that never repeats.
        variables: The others.
        fields: The fields selected of each run.
        target: How many times the stock server's requests/s ours must answer.
    """

    name: str
    title: str
    query: str
    variables: dict[str, str]
    fields: tuple[str, ...]
    target: float

    def body(self, number: int) -> bytes:
        """Return the request body whose threshold is made of `number`, which must be above 0."""
        before, after = self.body_around_threshold()
        return f"{before}{number:0{_THRESHOLD_DIGITS}}{after}".encode()

    def body_around_threshold(self) -> tuple[str, str]:
        """Return the body's text before and after the 12 digits that tell its threshold from every other."""
        rest = json.dumps({"query": self.query, "variables": self.variables})
        return f'{rest.removesuffix("}}")}{", " if self.variables else ""}"above": -0.', "}}"


def _document(signature: str, selection: str, fields: tuple[str, ...]) -> str:
    return f"query Benchmark({signature}) {{ {selection.replace('RUN', ' '.join(fields))} }}"


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
        query=_document(
            "$task: String!, $above: Float!",
            "llmRuns(where: {task: {eq: $task}, energyPerTokenJoules: {gt: $above}}, "
            "orderBy: [{field: ENERGY_PER_TOKEN_JOULES}], first: 2000) { totalCount nodes { RUN } }",
            _PAGE_FIELDS,
        ),
        variables={"task": "gpqa"},
        fields=_PAGE_FIELDS,
        target=15,
    ),
    Workload(
        name="all",
        title="all runs and columns",
        query=_document(
            "$above: Float!",
            "llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 2000) { totalCount nodes { RUN } }",
            _ALL_FIELDS,
        ),
        variables={},
        fields=_ALL_FIELDS,
        target=30,
    ),
    Workload(
        name="nested",
        title="models → GPUs → runs",
        query=_document(
            "$above: Float!",
            "models(where: {architecture: {isNull: false}}, first: 2000) { nodes { modelId nickname "
            "runsByGpu { gpu { model } llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 2000) "
            "{ nodes { RUN } } } } }",
            _NESTED_FIELDS,
        ),
        variables={},
        fields=_NESTED_FIELDS,
        target=30,
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
        len(value["nodes"]) if name == under else count_runs(value, under=under) for name, value in answer.items()
    )
