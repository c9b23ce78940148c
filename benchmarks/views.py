"""Views beside the same computation written by hand in numpy, in process; and a frontier over a million runs.

Ours goes from the row set of all runs to the columns of the answer: what a resolver does. Left out, on both sides:
parsing, GraphQL, JSON, and the making of text codes, which a table keeps.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks import by_hand
from benchmarks.answers import VoidError
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
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from resolvers.views.groups import Groups
    from resolvers.views.pairs import Comparisons

RATIO_TARGET = 3.0
MILLION_TARGET_SECONDS = 1.0
_KEYS = ("task", "gpu_model", "num_gpus")
_MATCH = ("task", "model_id", "num_gpus", "max_num_seqs")
_ENERGY, _LATENCY = "energy_per_token_joules", "median_itl_ms"
_ROUNDS, _REPEATS = 15, 20
# The generator gives diffusion runs, too; of so many runs a million are LLM runs.
_SAMPLED_RUNS = 1_560_000


@dataclass(frozen=True, slots=True)
class ViewTime:
    """One view beside its computation by hand.

    Args:
        name: The view.
        ours_us: Microseconds, median of the rounds.
        by_hand_us: Microseconds by hand.
        ratios: Ours over by hand, round by round.
    """

    name: str
    ours_us: float
    by_hand_us: float
    ratios: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Ours over by hand, median of the rounds."""
        return median(self.ratios)


@dataclass(frozen=True, slots=True)
class MillionTime:
    """The frontier over a million runs.

    Args:
        objectives: How many.
        runs: How many runs.
        frontier: How many of them are on the frontier.
        seconds: The best of three.
    """

    objectives: int
    runs: int
    frontier: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Views:
    """All measurements of views.

    Args:
        beside_numpy: Each view beside its computation by hand.
        million: The frontier over a million runs, by two objectives and by three.
    """

    beside_numpy: tuple[ViewTime, ...]
    million: tuple[MillionTime, ...]


def measure_views(directory: Path) -> tuple[ViewTime, ...]:
    """Time each view and its computation by hand in turns, after checking that both find the same.

    Raises:
        VoidError: They do not.
    """
    table = open_directory(directory).runs["llm"]
    runs = Grouped.of_one(RowSet.whole(table))
    energy, latency = (table.values(name).array for name in (_ENERGY, _LATENCY))
    keys, match = ([key_codes(table, name).array for name in names] for names in (_KEYS, _MATCH))
    gpus = key_codes(table, "gpu_model").array
    sides = (table.codes("gpu_model").distinct.index("H100"), table.codes("gpu_model").distinct.index("B200"))
    return (
        _timed("groups by 3 keys", lambda: _our_groups(runs), lambda: by_hand.groups(keys, energy)),
        _timed("frontier", lambda: _our_frontier(runs), lambda: {"rows": by_hand.frontier(latency, energy)}),
        _timed(
            "pairs",
            lambda: _our_pairs(runs),
            lambda: by_hand.pairs(match, gpus, sides, pick=energy, compared=(energy, latency)),
        ),
    )


def measure_million(objectives: tuple[str, ...]) -> tuple[MillionTime, ...]:
    """Time the frontier of a million sampled runs, by the first two objectives and by all."""
    sampled, _ = sample_tables(runs=_SAMPLED_RUNS)
    columns = {name: sampled.column(name).combine_chunks() for name in sampled.column_names}
    columns["id"] = pc.utf8_lpad(pa.array(np.arange(sampled.num_rows)).cast(pa.string()), width=9, padding="0")
    table = Table("LLMRun", columns, key="id")
    runs = Grouped.of_one(RowSet.whole(table))
    return _million(runs, objectives[:2]), _million(runs, objectives)


def _million(runs: Grouped, objectives: tuple[str, ...]) -> MillionTime:
    seconds, found = [], 0
    for _ in range(3):
        begun = time.perf_counter()
        frontiers: Any = pareto_frontiers(runs, minimize=objectives, maximize=(), per=()).items
        seconds.append(time.perf_counter() - begun)
        found = len(frontiers.frontier.indices)
    return MillionTime(len(objectives), len(runs.indices), found, min(seconds))


def _our_groups(runs: Grouped) -> dict[str, Any]:
    groups: Groups = group_runs(runs, _KEYS).items  # type: ignore[assignment]
    key = groups.key.items
    statistics = Statistics(groups.runs, _ENERGY)
    percentiles = statistics.percentiles(by_hand.PERCENTILES).flatten().to_numpy().reshape(len(groups), -1)
    found: dict[str, Any] = {"count": groups.runs.counts, "mean": statistics.mean, "stddev": statistics.stddev}
    found |= {"min": statistics.minimum, "max": statistics.maximum, "key": key}
    return found | {f"p{percent:.0f}": percentiles[:, at] for at, percent in enumerate(by_hand.PERCENTILES)}


def _our_frontier(runs: Grouped) -> dict[str, Any]:
    frontiers: Any = pareto_frontiers(runs, minimize=(_LATENCY, _ENERGY), maximize=(), per=()).items
    return {"rows": frontiers.frontier.indices}


def _our_pairs(runs: Grouped) -> dict[str, Any]:
    compared: Comparisons = compare_pairs(
        runs,
        match=_MATCH,
        differ="gpu_model",
        sides=("H100", "B200"),
        by=_ENERGY,
        goal=Goal.MINIMIZE,
        compare=(_ENERGY, _LATENCY),
    )
    pairs: Any = compared.pairs.items
    summary: Any = compared.summary.items
    relative = pairs.changes.items.relative_change
    statistics = map(summary.statistic, (np.min, np.median, np.mean, np.max))
    figures = [summary.decreased, summary.increased, *statistics]
    found: dict[str, Any] = {
        "baseline": pairs.baseline.indices,
        "candidate": pairs.candidate.indices,
    }
    for number in range(2):
        found[f"change {number}"] = relative[number::2]
        found[f"summary {number}"] = np.array([figure[number] for figure in figures])
    return found


def _timed(name: str, ours: Callable[[], dict[str, Any]], hand: Callable[[], dict[str, Any]]) -> ViewTime:
    _check_equal(name, ours(), hand())
    times = [(_microseconds(ours), _microseconds(hand)) for _ in range(_ROUNDS)]
    return ViewTime(
        name,
        median(our for our, _ in times),
        median(by_hands for _, by_hands in times),
        tuple(our / by_hands for our, by_hands in times),
    )


def _check_equal(name: str, ours: dict[str, Any], hand: dict[str, Any]) -> None:
    for figure in ours.keys() & hand.keys():
        found = ours[figure]
        array: NDArray[Any] = found.to_numpy(zero_copy_only=False) if isinstance(found, pa.Array) else np.asarray(found)
        if not np.allclose(array.astype(float), hand[figure].astype(float), rtol=1e-9, equal_nan=True):
            raise VoidError(f"{name}: {figure} differs from what was computed by hand")


def _microseconds(call: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _ in range(_REPEATS):
        call()
    return (time.perf_counter() - begun) / _REPEATS * 1e6
