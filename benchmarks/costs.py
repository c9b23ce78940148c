"""Calibration of the cost estimate: CPU time over estimated cost of random queries, by kind of field.

Queries are executed in process: compiled documents, cached columns and orders, decoded raw files, no cached answers.
Filters select every run, because the estimate does not know what a filter selects. Not measured: HTTP, parsing,
validation, a cold raw file, the first use of a column.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from random import Random
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks.answers import VoidError
from benchmarks.drawn_arguments import values_of
from benchmarks.drawn_query import as_request
from benchmarks.figures import TIMES, Figure, Section
from benchmarks.in_process import in_process
from benchmarks.query_drawer import Drawer
from benchmarks.report import RESULTS
from errors import QueryTooComplex
from web.parsing import InvalidDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.in_process import InProcess
    from benchmarks.load import Run
    from benchmarks.source import Source

_ROUNDS = 40  # queries of each kind
_DRAWS = 4  # until one is accepted and selects something
_MAX_SECONDS = 65.0  # of a dataset
_MEASURED_SECONDS = 0.01  # of a query, at least once
_ROWS = 4_000
_SPREAD_TARGET = 10.0
_SHOWN = 10
_SHOWN_CHARACTERS = 1_500


@dataclass(frozen=True, slots=True)
class Costed:
    """A measured query and its estimated cost."""

    kind: str
    text: str
    variables: dict[str, Any]
    microseconds: float
    cost: int

    @property
    def ratio(self) -> float:
        """Microseconds per unit of cost."""
        return self.microseconds / self.cost

    def __str__(self) -> str:
        variables = f" {json.dumps(self.variables)}" if self.variables else ""
        request = f"{self.text}{variables}"[:_SHOWN_CHARACTERS]
        return f"{self.ratio:.3f} µs/unit, {self.microseconds:,.0f} µs, cost {self.cost:,}, {self.kind}: {request}"


def measure_costs(source: Source, run: Run, *, seed: int) -> Section:
    """Measure random queries of each kind on a dataset."""
    run.progress(f"time over estimated cost of random queries on {source.title}")
    with in_process(source.directory) as executor:
        schema, dataset = executor.documents.engine.schema, executor.dataset
        drawer = Drawer(schema, dataset, values_of(dataset), Random(seed), rows=_ROWS)  # noqa: S311 - a benchmark
        costed, others = _costed(executor, drawer)
    by_kind: dict[str, list[Costed]] = defaultdict(list)
    for each in costed:
        by_kind[each.kind].append(each)
    return Section(
        "costs",
        f"Time over estimated cost on {source.title}",
        f"µs per unit; seed {seed}, {len(costed)} queries; others: {dict(others)}",
        (
            *(_figure(kind, by_kind[kind]) for kind in sorted(by_kind)),
            _figure("all kinds", costed),
            *_spreads(by_kind),
        ),
        (*_extremes(by_kind), f"All queries: {_write(costed, seed=seed, title=source.directory.name)}"),
    )


def _extremes(by_kind: Mapping[str, Sequence[Costed]]) -> Iterator[str]:
    """Yield the most overestimated and underestimated queries, one of each kind."""
    for name, choose in (("over", min), ("under", max)):
        of_kinds = [choose(of_kind, key=_ratio) for of_kind in by_kind.values()]
        yield f"Most {name}estimated:"
        yield from map(str, sorted(of_kinds, key=_ratio, reverse=name == "under")[:_SHOWN])


def _ratio(costed: Costed) -> float:
    return costed.ratio


def _write(costed: Sequence[Costed], *, seed: int, title: str) -> Path:
    """Write all queries, for a fit of the costs, and return the path."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"costs-{title}-{seed}.json"
    file.write_text(json.dumps([asdict(each) for each in costed]))
    return file


def _costed(executor: InProcess, drawer: Drawer) -> tuple[list[Costed], Counter[str]]:
    """Return measured queries, and the number of others by the reason."""
    costed: list[Costed] = []
    others: Counter[str] = Counter()
    deadline = time.perf_counter() + _MAX_SECONDS
    for _ in range(_ROUNDS):
        if time.perf_counter() > deadline:
            break
        measured = [_measured(kind, executor, drawer, others) for kind in drawer.kinds]
        costed += [each for each in measured if each is not None]
    return costed, others


def _measured(kind: str, executor: InProcess, drawer: Drawer, others: Counter[str]) -> Costed | None:
    """Measure a query of a kind; None if none of a few was accepted and selected something."""
    for _ in range(_DRAWS):
        text, variables = as_request(drawer.draw(kind), with_variables=bool(drawer.random.getrandbits(1)))
        try:
            measured = executor.measure(text, variables, seconds=_MEASURED_SECONDS)
        except (InvalidDocumentError, QueryTooComplex, VoidError):
            others["refused"] += 1
            continue
        leaves = Counter(_leaves(orjson.loads(measured.content)["data"]))
        if leaves[False] >= leaves[True]:
            return Costed(kind, text, variables, measured.cpu_us, measured.cost)
        others["mostly null"] += 1
    return None


def _leaves(answer: object) -> Iterator[bool]:
    """Yield whether each leaf, object or list is null or empty; the estimate does not know where data is missing."""
    if isinstance(answer, dict | list) and answer:
        for below in answer.values() if isinstance(answer, dict) else answer:
            yield from _leaves(below)
    else:
        yield answer is None or answer == []


def _percentiles(measured: Sequence[Costed]) -> list[float]:
    """Return the 1st to the 99th percentile of the ratios."""
    return quantiles([each.ratio for each in measured] * 2, n=100, method="inclusive")


def _figure(name: str, measured: Sequence[Costed]) -> Figure:
    cuts = _percentiles(measured)
    details = {"queries": f"{len(measured)}", "p1": f"{cuts[0]:.3f}", "p99": f"{cuts[98]:.3f}"}
    return Figure(name=name, value=cuts[49], digits=3, details=details, data={"p1": cuts[0], "p99": cuts[98]})


def _spreads(by_kind: Mapping[str, Sequence[Costed]]) -> Iterator[Figure]:
    """Yield how far the estimates are apart, between kinds of fields and between queries."""
    medians = [median(map(_ratio, measured)) for measured in by_kind.values()]
    cuts = _percentiles([each for measured in by_kind.values() for each in measured])
    for name, value in (
        ("kinds: largest over smallest median", max(medians) / min(medians)),
        ("queries: p95 over p5", cuts[94] / cuts[4]),
        ("queries: p99 over p1", cuts[98] / cuts[0]),
    ):
        yield Figure(name=name, value=value, unit=TIMES, digits=1, target=_SPREAD_TARGET)
