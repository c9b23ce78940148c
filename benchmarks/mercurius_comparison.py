"""Requests/s of our server compared with mercurius with its JIT compiler, small answers included.

- *throughput*: documents repeat, variables never do.
- *repeated*: the same body again and again.
- *inlined*: the threshold is a literal in the document, so that each text is new.
- *50 documents*: in turn, with different fields, each with variables that never repeat.
- *gzip*, *br*, *zstd*: throughput with compressed answers.
- *no keep-alive*: a connection for each request.
- *64 connections*: throughput, and the 99th percentile of the latency over the median.

Not measured: first requests after a start, several workers.
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import mercurius
from benchmarks.answers import Contender
from benchmarks.bodies import Bodies, Same, in_turn
from benchmarks.comparisons import measure_rounds, rate_figure
from benchmarks.figures import TIMES, Figure, Section
from benchmarks.load import require_wrk
from benchmarks.servers import ServerError, our_server, resident_megabytes, running
from benchmarks.workloads import SMALL_WORKLOADS, WORKLOADS, Workload, on_dataset
from tables.directory import open_directory

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.load import Load, Run, Shape
    from benchmarks.servers import Server
    from benchmarks.source import Source
    from tables.dataset import Dataset

_DOCUMENTS = 50
_MANY_CONNECTIONS = 64
_LATENCY_TARGET = 3.0


@dataclass(frozen=True, slots=True)
class Case:
    """One row of the table.

    Args:
        name: A short name, for the command line.
        measure: Name of the measure in the table.
        workload: Name of the workload.
        target: Our requests/s over theirs.
        encoding: Content encoding.
        keep_alive: Whether connections carry many requests.
        connections: Connections, if not those of the run; adds a row for the latency.
    """

    name: str
    measure: str
    workload: str
    target: float | None
    encoding: str = "identity"
    keep_alive: bool = True
    connections: int = 0

    def shape(self, shape: Shape) -> Shape:
        """Return the shape of the load."""
        connections = self.connections or shape.connections
        return replace(shape, encoding=self.encoding, keep_alive=self.keep_alive, connections=connections)


CASES = (
    Case("first20", "throughput", "first20", 1.5),
    Case("first100", "throughput", "first100", 2),
    Case("page", "throughput", "page", 3),
    Case("all", "throughput", "all", 8),
    Case("nested", "throughput", "nested", 4),
    Case("model", "throughput", "model", 0.8),
    Case("typename", "throughput", "typename", 0.8),
    Case("model-repeated", "repeated", "model", 1),
    Case("typename-repeated", "repeated", "typename", 1),
    Case("inlined", "inlined", "first20", 2),
    Case("documents", f"{_DOCUMENTS} documents", "first20", None),
    *(
        Case(f"{encoding}-{workload}", encoding, workload, target, encoding=encoding)
        for encoding, targets in (("gzip", (2.5, 4)), ("br", (None, None)), ("zstd", (None, None)))
        for workload, target in zip(("page", "all"), targets, strict=True)
    ),
    Case("close", "no keep-alive", "first20", 0.8, keep_alive=False),
    *(
        Case(f"64-{workload}", f"{_MANY_CONNECTIONS} connections", workload, None, connections=_MANY_CONNECTIONS)
        for workload in ("first20", "page", "all")
    ),
)


def measure_mercurius(source: Source, run: Run, names: Sequence[str] = ()) -> Section:
    """Start both servers and measure the cases.

    Args:
        source: The dataset.
        run: Settings.
        names: Names of the cases; default: all.

    Raises:
        ServerError: A server did not become ready, or ended.
        VoidError: Answers differ, or a round had errors.
    """
    require_wrk()
    dataset = open_directory(source.directory)
    workloads = {each.name: each for each in on_dataset((*WORKLOADS, *SMALL_WORKLOADS), dataset)}
    chosen = [case for case in CASES if not names or case.name in names]
    run.progress(f"{mercurius.NAME} {mercurius.version()}, installed unless present")
    shape = run.shape
    title = f"Requests/s compared with {mercurius.NAME} {mercurius.version()} with JIT on {source.title}"
    # Two processes: the hook for compression takes time in answers that are not compressed, too.
    compressing = sorted({case.encoding != "identity" for case in chosen})
    try:
        programs = {each: mercurius.mercurius_server(dataset, run.scratch, compressing=each) for each in compressing}
    except ServerError as error:
        return Section("mercurius", title, "", (), (f"{mercurius.NAME} was not measured: {error}",))
    with ExitStack() as servers:
        ours = servers.enter_context(running(our_server(source.directory), logs=run.scratch))
        theirs = {each: servers.enter_context(running(programs[each], logs=run.scratch)) for each in compressing}
        figures: list[Figure] = []
        for case in chosen:
            workload = workloads[case.workload]
            figures += _figures(case, workload, ours, theirs[case.encoding != "identity"], dataset, run)
        memory = [f"{each.name} {resident_megabytes(each.pid):.0f} MB" for each in (ours, *theirs.values())]
    return Section(
        "mercurius",
        title,
        f"{shape.connections} connections, {shape.rounds} rounds of {shape.seconds} s in turns; ours over theirs, "
        "round by round",
        tuple(figures),
        (f"Resident memory after the load: {', '.join(memory)}",),
    )


def bodies(case: Case, workload: Workload, dataset: Dataset) -> Bodies:
    """Return the request bodies of a case."""
    match case.measure:
        case "repeated":
            return Same(workload.bodies().body(1))
        case "inlined":
            return workload.inlined()
        case _ if case.name == "documents":
            columns = replace(workload, fields=next(each.fields for each in WORKLOADS if each.name == "all"))
            fields = (columns.reordered(number)[: len(workload.fields)] for number in range(_DOCUMENTS))
            return in_turn(workload.bodies(fields=each) for each in fields)
        case _ if workload.name == "model":
            ids = dataset.models.columns["model_id"].to_pylist()
            return in_turn(replace(workload, variables={"modelId": each}).bodies() for each in ids)
        case _:
            return workload.bodies()


def _figures(
    case: Case, workload: Workload, ours: Server, theirs: Server, dataset: Dataset, run: Run
) -> Iterator[Figure]:
    requests = bodies(case, workload, dataset)
    contenders = [Contender(each, requests) for each in (ours, theirs)]
    rounds = measure_rounds(f"{case.measure}, {workload.name}", contenders, replace(run, shape=case.shape(run.shape)))
    yield rate_figure(case.measure, workload, rounds, 1, peer=mercurius.NAME, target=case.target)
    if case.connections:
        yield _latency(f"{case.measure}, p99 / p50: {workload.title}", *rounds.loads)


def _latency(name: str, ours: Sequence[Load], theirs: Sequence[Load]) -> Figure:
    ratios = [load.p99_us / load.p50_us for load in ours]

    def milliseconds(loads: Sequence[Load]) -> str:
        return " / ".join(
            f"{median(values) / 1e3:,.1f}"
            for values in zip(*((load.p99_us, load.p50_us) for load in loads), strict=True)
        )

    return Figure(
        name=name,
        value=median(ratios),
        unit=TIMES,
        digits=1,
        target=_LATENCY_TARGET,
        details={"ours": f"{milliseconds(ours)} ms", "peer": mercurius.NAME, "theirs": f"{milliseconds(theirs)} ms"},
        data={"ratios": ratios},
    )
