"""Workloads: documents whose variables never repeat, and a request for the whole dataset.

The variable is a threshold, different in each request, so that no whole answer is cached. `on_dataset` draws it between
quantiles of the column, so that 5 to 100% of the rows match. Not measured: timelines (`timeline_rates.py`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from math import factorial
from typing import TYPE_CHECKING, Any

from benchmarks.bodies import Listed, Numbered
from benchmarks.thresholds import Thresholds, selecting
from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, Column, graph_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tables.dataset import Dataset

# A prime above any number of fields, so that its multiples cover every order once before one repeats; large, so that
# consecutive orders differ from the first field on.
_STEP = 2**127 - 1
_PLACE = "THRESHOLD"


@dataclass(frozen=True, slots=True)
class Workload:
    """A document with its variables.

    Args:
        name: A short name, for the command line.
        title: Name in the tables.
        signature: Variables of the document; `$above` never repeats. A document that does not declare it is sent with
            it all the same, so that no request repeats.
        selection: The root field, with `RUN` in place of the fields of a run.
        fields: The selected fields of each run.
        targets: Our requests/s over another server's, by its name.
        variables: Values of the other variables; the thresholds are drawn among the rows that have them.
        thresholds: Values of `$above`.
    """

    name: str
    title: str
    signature: str
    selection: str
    fields: tuple[str, ...]
    targets: dict[str, float] = field(default_factory=dict)
    variables: dict[str, str | int] = field(default_factory=dict)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def bodies(self, *, fields: tuple[str, ...] | None = None, selection: str | None = None) -> Numbered:
        """Return the request bodies of a GraphQL server, which differ in their threshold alone.

        Args:
            fields: Fields of a run; default: those of the workload.
            selection: The root field in another schema.
        """
        run = " ".join(fields or self.fields)
        signature = f"({self.signature})" if self.signature else ""
        query = f"query Benchmark{signature} {{ {(selection or self.selection).replace('RUN', run)} }}"
        return self._numbered({"query": query, "variables": {**self.variables, "above": _PLACE}})

    def inlined(self) -> Numbered:
        """Return request bodies without variables: the threshold is a literal in the document."""
        selection = self.selection.replace("$above", _PLACE).replace("RUN", " ".join(self.fields))
        return self._numbered({"query": f"query Benchmark {{ {selection} }}"})

    def _numbered(self, request: dict[str, Any]) -> Numbered:
        before, after = json.dumps(request).replace(f'"{_PLACE}"', _PLACE).split(_PLACE)
        return Numbered(((before, after),), self.thresholds)

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

_TEN_FIELDS = (
    *("id", "task", "nickname", "gpuModel", "numGpus", "maxNumSeqs"),
    *("energyPerTokenJoules", "medianItlMs", "outputThroughputTokensPerSec", "avgPowerWatts"),
)
# The small answers that frontends request most, and a view; not every server answers them.
SMALL_WORKLOADS: tuple[Workload, ...] = (
    *(
        Workload(
            name=f"first{rows}",
            title=f"first: {rows}",
            signature="$above: Float!",
            selection=f"llmRuns(where: {{energyPerTokenJoules: {{gt: $above}}}}, first: {rows}) {{ nodes {{ RUN }} }}",
            fields=_TEN_FIELDS,
        )
        for rows in (20, 100)
    ),
    Workload(
        name="model",
        title="one model by id",
        signature="$modelId: ID!",
        selection="model(modelId: $modelId) { RUN }",
        fields=("modelId", "nickname", "org", "architecture", "totalParamsBillions"),
    ),
    Workload(name="typename", title="{__typename}", signature="", selection="RUN", fields=("__typename",)),
    Workload(
        name="groups",
        title="groups by model and GPU",
        signature="$above: Float!",
        selection="llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 0) "
        "{ groups(by: [NICKNAME, GPU_MODEL]) { count key { RUN } } }",
        fields=("field", "value", "number"),
    ),
)


def on_dataset(workloads: Iterable[Workload], dataset: Dataset) -> tuple[Workload, ...]:
    """Return workloads whose thresholds select 5 to 100% of their rows, and a model that exists."""
    llm, models = dataset.runs["llm"], dataset.models.columns["model_id"]
    found = []
    for workload in workloads:
        thresholds = selecting(llm, "energy_per_token_joules", workload.variables)
        variables = {"modelId": models[0].as_py()} if workload.name == "model" else workload.variables
        found.append(replace(workload, thresholds=thresholds, variables=variables))
    return tuple(found)


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
