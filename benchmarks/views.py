"""Views in process, compared with numpy by hand; on a million runs: groups compared with Polars and DuckDB, a frontier.

Ours starts with the row set of all runs and ends with the columns of the answer: the work of a resolver. Not measured,
on both sides: parsing, GraphQL, JSON, and making the codes of texts, which a table caches.
"""

from __future__ import annotations

import time
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import by_hand, dataframes
from benchmarks.answers import VoidError
from benchmarks.figures import Figure, Section, ratio
from resolvers.views.best import Goal
from resolvers.views.frontier import pareto_frontiers
from resolvers.views.groups import group_runs
from resolvers.views.keys import key_codes
from resolvers.views.pairs import compare_pairs
from resolvers.views.statistics import Statistics
from sample import sample_tables
from tables.directory import open_directory
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from benchmarks.load import Run
    from benchmarks.source import Source
    from resolvers.views.frontier import Frontiers
    from resolvers.views.groups import Groups
    from resolvers.views.pairs import Changes, Comparisons, Pairs, Summaries

    Arrays = dict[str, Any]

_RATIO_TARGET = 3.0
_MILLION_TARGET_SECONDS = 1.0
_KEYS = ("task", "gpu_model", "num_gpus")
_MATCH = ("task", "model_id", "num_gpus", "max_num_seqs")
_MANY_GROUPS = (("model_id", "gpu_model"), ("model_id", "max_num_seqs"))
_ENERGY, _LATENCY = "energy_per_token_joules", "median_itl_ms"
_OBJECTIVES = (_LATENCY, _ENERGY, "avg_power_watts")
_ROUNDS, _REPEATS = 15, 20
# Runs of both kinds to sample for a million LLM runs.
_SAMPLED_RUNS = 1_560_000


def measure_views(source: Source, run: Run) -> Section:
    """Time each view and its computation by hand in turns, then groups and the frontier of a million sampled runs.

    Raises:
        VoidError: The results differ.
    """
    run.progress("views compared with numpy by hand, then a million sampled runs")
    return Section(
        "views",
        f"Views in process on {source.title}",
        f"ours over theirs: numpy by hand, or a library; median of {_ROUNDS} rounds in turns; equal results",
        (*_compared_with_numpy(source), *_million()),
        tuple(f"{name} was not measured: pip install {name}" for name in dataframes.missing_packages()),
    )


def _compared_with_numpy(source: Source) -> Iterator[Figure]:
    table = open_directory(source.directory).runs["llm"]
    runs = Grouped.of_one(RowSet.whole(table))
    energy, latency = (table.values(name).array for name in (_ENERGY, _LATENCY))
    keys, match = ([key_codes(table, name).array.astype(np.int64) for name in names] for names in (_KEYS, _MATCH))
    gpus = key_codes(table, "gpu_model").array.astype(np.int64)
    sides = (table.codes("gpu_model").distinct.index("H100"), table.codes("gpu_model").distinct.index("B200"))
    yield _timed("groups by 3 keys", lambda: _our_groups(runs), lambda: by_hand.groups(keys, energy))
    yield _timed(
        "frontier",
        lambda: {"rows": _frontier(runs, (_LATENCY, _ENERGY))},
        lambda: {"rows": by_hand.frontier(latency, energy)},
    )
    yield _timed(
        "pairs",
        lambda: _our_pairs(runs),
        lambda: by_hand.pairs(match, gpus, sides, pick=energy, compared=(energy, latency)),
    )


def _million() -> Iterator[Figure]:
    sampled, _ = sample_tables(runs=_SAMPLED_RUNS)
    columns = {name: sampled.column(name).combine_chunks() for name in sampled.column_names}
    columns["id"] = pc.utf8_lpad(pa.array(np.arange(sampled.num_rows)).cast(pa.string()), width=9, padding="0")
    runs = Grouped.of_one(RowSet.whole(Table("LLMRun", columns, key="id")))
    yield from _groups_of_a_million(runs, columns)
    for objectives, target in ((_OBJECTIVES[:2], _MILLION_TARGET_SECONDS), (_OBJECTIVES, None)):
        seconds = min(_microseconds(lambda: _frontier(runs, objectives), repeats=1) for _ in range(3)) / 1e6  # noqa: B023 - called at once
        name = f"frontier, {len(objectives)} objectives, {len(runs.indices):,} runs"
        yield Figure(name=name, value=seconds, unit="s", digits=2, target=target)


def _groups_of_a_million(runs: Grouped, columns: Arrays) -> Iterator[Figure]:
    """Count and average in groups by a pair of columns with many values; all results are computed before the times."""
    for keys in _MANY_GROUPS:
        ours, others = partial(_count_and_mean, runs, keys), dataframes.groups_of(columns, keys, _ENERGY)
        expected = _sorted(ours())
        for name, theirs in others.items():
            _check_equal(f"groups in {name}", expected, _sorted(theirs()))
        calls: list[Callable[[], Arrays]] = [ours, *others.values()]
        rounds = [[_microseconds(call, repeats=1) for call in calls] for _ in range(_ROUNDS)]
        our_us, *all_theirs = zip(*rounds, strict=True)
        for name, their_us in zip(others, all_theirs, strict=True):
            yield ratio(
                f"{len(expected['count']):,} groups of {len(runs.indices):,} runs, by {' and '.join(keys)}: {name}",
                our_us,
                their_us,
                target=None if name == dataframes.CODES else 1,
                details={"ours": f"{median(our_us):,.0f} µs", "theirs": f"{median(their_us):,.0f} µs"},
            )


def _count_and_mean(runs: Grouped, keys: tuple[str, ...]) -> Arrays:
    groups: Groups = group_runs(runs, keys).items  # type: ignore[assignment]
    return {"count": groups.runs.counts, "mean": Statistics(groups.runs, _ENERGY).mean, "key": groups.key.items}


def _sorted(found: Arrays) -> Arrays:
    """Return the figures in ascending order, because the libraries' groups have none."""
    return {name: np.sort(found[name]) for name in ("count", "mean")}


def _our_groups(runs: Grouped) -> Arrays:
    groups: Groups = group_runs(runs, _KEYS).items  # type: ignore[assignment]
    key = groups.key.items
    statistics = Statistics(groups.runs, _ENERGY)
    percentiles = statistics.percentiles(by_hand.PERCENTILES).flatten().to_numpy().reshape(len(groups), -1)
    found: dict[str, Any] = {"count": groups.runs.counts, "mean": statistics.mean, "stddev": statistics.stddev}
    found |= {"min": statistics.minimum, "max": statistics.maximum, "key": key}
    return found | {f"p{percent:.0f}": percentiles[:, at] for at, percent in enumerate(by_hand.PERCENTILES)}


def _frontier(runs: Grouped, minimize: tuple[str, ...]) -> NDArray[np.int64]:
    frontiers: Frontiers = pareto_frontiers(runs, minimize=minimize, maximize=(), per=()).items  # type: ignore[assignment]
    return frontiers.runs.indices


def _our_pairs(runs: Grouped) -> Arrays:
    compared: Comparisons = compare_pairs(
        runs,
        match=_MATCH,
        differ="gpu_model",
        sides=("H100", "B200"),
        by=_ENERGY,
        goal=Goal.MINIMIZE,
        compare=(_ENERGY, _LATENCY),
    )
    pairs: Pairs = compared.pairs.items  # type: ignore[assignment]
    summary: Summaries = compared.summary.items  # type: ignore[assignment]
    changes: Changes = pairs.changes.items  # type: ignore[assignment]
    computed: tuple[Callable[[Any], Any], ...] = (np.min, np.median, np.mean, np.max)
    statistics = [summary.statistic(compute) for compute in computed]
    figures: list[Sequence[float | None]] = [summary.decreased, summary.increased, *statistics]
    found: Arrays = {"baseline": pairs.baseline.indices, "candidate": pairs.candidate.indices}
    found["changes"] = changes.relative_change
    return found | {f"summary {number}": np.array([figure[number] for figure in figures]) for number in (0, 1)}


def _timed(name: str, ours: Callable[[], Arrays], hand: Callable[[], Arrays]) -> Figure:
    _check_equal(name, ours(), hand())
    our_us, hand_us = zip(*((_microseconds(ours), _microseconds(hand)) for _ in range(_ROUNDS)), strict=True)
    return ratio(
        name,
        our_us,
        hand_us,
        target=_RATIO_TARGET,
        details={"ours": f"{median(our_us):,.0f} µs", "theirs": f"{median(hand_us):,.0f} µs"},
    )


def _check_equal(name: str, ours: Arrays, hand: Arrays) -> None:
    for figure in ours.keys() & hand.keys():
        found = ours[figure]
        array: NDArray[Any] = found.to_numpy(zero_copy_only=False) if isinstance(found, pa.Array) else np.asarray(found)
        by_hand_array = hand[figure].astype(float)
        if array.shape != by_hand_array.shape or not np.allclose(
            array.astype(float), by_hand_array, rtol=1e-9, equal_nan=True
        ):
            raise VoidError(f"{name}: {figure} differs from the computation by hand")


def _microseconds(call: Callable[[], object], *, repeats: int = _REPEATS) -> float:
    begun = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - begun) / repeats * 1e6
