"""Requests/s of this checkout over those of another one, workload by workload: the effect of a change of code.

Both servers run at the same time on the same machine and are loaded in turns. *throughput*: documents repeat, variables
never do; *first request*: each document has a new order of fields; *repeated*: the same body again and again.
Not measured: several workers, compression, raw files (`--raw` measures those).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from benchmarks.answers import Contender
from benchmarks.bodies import Same
from benchmarks.comparisons import compare
from benchmarks.load import require_wrk
from benchmarks.over_http import section
from benchmarks.servers import our_server, running
from benchmarks.workloads import WORKLOADS, Workload
from tables.directory import open_directory

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.bodies import Bodies
    from benchmarks.figures import Figure, Section
    from benchmarks.load import Run
    from benchmarks.source import Source

_NAME = "other checkout"
_NOT_SLOWER = 0.95
_TEN_FIELDS = (
    *("id", "task", "nickname", "gpuModel", "numGpus", "maxNumSeqs"),
    *("energyPerTokenJoules", "medianItlMs", "outputThroughputTokensPerSec", "avgPowerWatts"),
)
# In addition to the workloads of all servers: the small answers that frontends request most, and a view.
_SMALL = (
    Workload(
        name="first20",
        title="first: 20",
        signature="$above: Float!",
        selection="llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 20) { nodes { RUN } }",
        fields=_TEN_FIELDS,
    ),
    Workload(
        name="model",
        title="one model by id",
        signature="$modelId: ID!",  # `above` is sent as well, undeclared, so that no request repeats
        selection="model(modelId: $modelId) { RUN }",
        fields=("modelId", "nickname", "org", "architecture", "totalParamsBillions"),
    ),
    Workload(
        name="groups",
        title="groups by model and GPU",
        signature="$above: Float!",
        selection="llmRuns(where: {energyPerTokenJoules: {gt: $above}}, first: 0) "
        "{ groups(by: [NICKNAME, GPU_MODEL]) { count key { RUN } } }",
        fields=("field", "value", "number"),
    ),
)


def measure_other_checkout(checkout: Path, source: Source, run: Run) -> Section:
    """Compare this checkout with another one, which has its own sources and the same installed packages.

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

        def measure(name: str, workload: Workload, bodies: Bodies) -> list[Figure]:
            contenders = [Contender(ours, bodies), Contender(theirs, bodies)]
            return compare(name, workload, contenders, targets={_NAME: _NOT_SLOWER}, run=run)

        figures: list[Figure] = []
        for workload in workloads:
            figures += measure("throughput", workload, workload.bodies())
        for workload in WORKLOADS:
            figures += measure("first request", workload, workload.new_documents())
        for workload in workloads:
            figures += measure("repeated", workload, Same(workload.bodies().body(1)))
        return section(source, run, figures, ours=ours)
