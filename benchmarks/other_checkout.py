"""Requests/s of this checkout beside another one: what a change of the code did, workload by workload.

Both servers run at the same time on the same machine and are loaded in turns. Throughput sends documents that repeat
with variables that never do; first requests have the fields in an order that was never sent; repeated ones are the same
bytes again and again. Left out: several workers, compression, raw files (`--raw` measures those).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.answers import Asked
from benchmarks.bodies import Listed, Same
from benchmarks.comparisons import Measure, compare
from benchmarks.first_request import in_order
from benchmarks.load import require_wrk
from benchmarks.over_http import OverHTTP
from benchmarks.servers import our_server, resident_megabytes, running
from benchmarks.workloads import WORKLOADS, Workload
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.bodies import Bodies
    from benchmarks.comparisons import Comparison, Run
    from benchmarks.source import Source

_NAME = "other checkout"
_TEN_FIELDS = (
    *("id", "task", "nickname", "gpuModel", "numGpus", "maxNumSeqs"),
    *("energyPerTokenJoules", "medianItlMs", "outputThroughputTokensPerSec", "avgPowerWatts"),
)
# Beside the three that every server answers: the small answers that frontends request most, and a view.
_SMALL = (
    Workload(
        name="first20",
        title="first: 20",
        signature="$above: Float!",
        selection="llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 20) { nodes { RUN } }",
        variables={},
        fields=_TEN_FIELDS,
        targets={},
    ),
    Workload(
        name="model",
        title="one model by id",
        signature="$modelId: ID!",  # a variable that is not declared makes each request another one
        selection="model(modelId: $modelId) { RUN }",
        variables={},
        fields=("modelId", "nickname", "org", "architecture", "totalParamsBillions"),
        targets={},
    ),
    Workload(
        name="groups",
        title="groups by model and GPU",
        signature="$above: Float!",
        selection="llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 0) "
        "{ groups(by: [NICKNAME, GPU_MODEL]) { count key { RUN } } }",
        variables={},
        fields=("field", "value", "number"),
        targets={},
    ),
)
# The rate of this checkout over the other's that is expected of the change that was measured with this last.
_TARGETS = {"page": 1.2, "all": 1.0, "nested": 1.2, "first20": 1.4, "model": 1.4, "groups": 1.5}
_NOT_SLOWER = 0.95


def measure_other_checkout(checkout: Path, source: Source, run: Run) -> OverHTTP:
    """Measure this checkout beside another one, which has its own sources and the same installed packages.

    Args:
        checkout: The other checkout.
        source: The dataset.
        run: How.

    Raises:
        ServerError: A server did not become ready, or ended.
        VoidError: Answers differ, or a round had errors.
    """
    require_wrk()
    model_id = open_directory(source.directory).models.columns["model_id"][0].as_py()
    workloads = [
        *WORKLOADS,
        *(replace(each, variables={"modelId": model_id}) if each.name == "model" else each for each in _SMALL),
    ]
    program = our_server(source.directory.resolve())
    with ExitStack() as servers:
        ours = servers.enter_context(running(program, logs=run.scratch))
        other = replace(program, name=_NAME, directory=checkout)
        theirs = servers.enter_context(running(other, logs=run.scratch))
        compared: list[Comparison] = []

        def measure(name: str, title: str, workload: Workload, bodies: Bodies, target: float) -> None:
            asked = [Asked(ours, bodies), Asked(theirs, bodies)]
            compared.extend(compare(Measure(name, title, workload), asked, targets={_NAME: target}, run=run))

        for workload in workloads:
            measure("throughput", "", workload, workload.bodies(), _TARGETS[workload.name])
        for workload in WORKLOADS:
            measure("first request", "first request: ", workload, Listed(_orders(workload)), _NOT_SLOWER)
        for workload in workloads:
            measure("repeated", "the same again: ", workload, Same(workload.bodies().body(1)), _NOT_SLOWER)
        return OverHTTP(tuple(compared), {}, resident_megabytes(ours.pid))


def _orders(workload: Workload) -> Callable[[int], bytes]:
    return lambda number: workload.bodies(fields=in_order(workload.fields, number)).body(number)
