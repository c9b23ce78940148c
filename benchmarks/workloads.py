"""Workloads: three documents whose variables never repeat, and a request for the whole dataset.

The variable is a threshold below every measured value, different in each request: all rows match, and no whole answer
is cached. Not measured: filters that match few rows, timelines.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from math import factorial

from benchmarks.bodies import Listed, Numbered
from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, Column, graph_name

# A prime above any number of fields, so that its multiples cover every order once before one repeats; large, so that
# consecutive orders differ from the first field on.
_STEP = 2**127 - 1


@dataclass(frozen=True, slots=True)
class Workload:
    """A document with its variables.

    Args:
        name: A short name, for the command line.
        title: Name in the tables.
        signature: Variables of the document; `$above` never repeats.
        selection: The root field, with `RUN` in place of the fields of a run.
        fields: The selected fields of each run.
        targets: Our requests/s over another server's, by its name.
        variables: Values of the other variables.
    """

    name: str
    title: str
    signature: str
    selection: str
    fields: tuple[str, ...]
    targets: dict[str, float] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def bodies(self, *, fields: tuple[str, ...] | None = None, selection: str | None = None) -> Numbered:
        """Return the request bodies of a GraphQL server, which differ in their threshold alone.

        Args:
            fields: Fields of a run; default: those of the workload.
            selection: The root field in another schema.
        """
        run = " ".join(fields or self.fields)
        query = f"query Benchmark({self.signature}) {{ {(selection or self.selection).replace('RUN', run)} }}"
        rest = json.dumps({"query": query, "variables": self.variables})
        return Numbered(f'{rest.removesuffix("}}")}{", " if self.variables else ""}"above": -0.', "}}")

    def new_documents(self) -> Listed:
        """Return request bodies that differ in the order of their fields, so that each document is new."""
        return Listed(lambda number: self.bodies(fields=self.reordered(number)).body(number))

    def reordered(self, number: int) -> tuple[str, ...]:
        """Return the fields in the order of a number: its digits in the factorial number system (Lehmer code)."""
        rest = number * _STEP % factorial(len(self.fields))
        left, ordered = list(self.fields), []
        while left:
            rest, place = divmod(rest, len(left))
            ordered.append(left.pop(place))
        return tuple(ordered)


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
# Every column but the two paths of raw files.
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
        fields=_NESTED_FIELDS,
        targets={"stock": 80},
    ),
)


def whole_dataset() -> bytes:
    """Return the body of a request for every run, stable or not, with every column, by model and GPU."""
    llm, diffusion = " ".join(_selected(LLM_COLUMNS)), " ".join(_selected(DIFFUSION_COLUMNS))
    query = (
        "{ models(first: 2000) { nodes { modelId runsByGpu(stability: ANY) { gpu { model } "
        f"llmRuns(first: 2000) {{ nodes {{ {llm} }} }} diffusionRuns(first: 2000) {{ nodes {{ {diffusion} }} }} "
        "} } } }"
    )
    return json.dumps({"query": query}).encode()


def count_runs(answer: object, *, under: str = "llmRuns") -> int:
    """Count the runs in an answer's data at any depth."""
    if isinstance(answer, list):
        return sum(count_runs(item, under=under) for item in answer)
    if not isinstance(answer, dict):
        return 0
    return sum(
        len(value["nodes"]) if name == under and "nodes" in value else count_runs(value, under=under)
        for name, value in answer.items()
    )
