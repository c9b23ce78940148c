"""Best runs and speedups of models, GPUs and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from resolvers.runs import filtered_runs
from resolvers.views.best import Goal, best_of_each
from resolvers.views.pairs import compare_pairs
from resolvers.views.sides import check_sides
from tables.batch import OptionalColumn
from tables.row_set import RowSet
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from resolvers.filters import Filter
    from resolvers.measured_pairs import MeasuredPairs
    from resolvers.runs import Stability
    from resolvers.views.pairs import Pairs
    from tables.dataset import Dataset
    from tables.relations import Grouped

_GPU = "gpu_model"


@dataclass(slots=True)
class Speedups(StructBatch):
    """Speedups of one GPU over another, from matched pairs of runs.

    Args:
        baseline: The GPU to compare with.
        candidate: The compared GPU.
        unmatched: The number of configurations with a run on one of the two GPUs only.
        factors: The factor of each pair, above 1 where the candidate is better, float64.
    """

    baseline: RowSet
    candidate: RowSet
    unmatched: list[int]
    factors: list[NDArray[np.float64]]

    @property
    def pair_count(self) -> list[int]:
        """The number of pairs with a factor."""
        return [len(factors) for factors in self.factors]

    def statistic(self, compute: Callable[[NDArray[np.float64]], float]) -> list[float | None]:
        """Return a statistic of the factors; null without factors."""
        with np.errstate(over="ignore"):
            return [float(compute(factors)) if len(factors) else None for factors in self.factors]


def geometric_mean(factors: NDArray[np.float64]) -> float:
    """Return the geometric mean of positive numbers."""
    return float(np.exp(np.log(factors).mean()))


def best_run(
    context: RequestContext,
    kind: str,
    parents: RowSet | MeasuredPairs,
    *,
    column: str,
    goal: Goal,
    where: Filter | None,
    stability: Stability | None,
) -> OptionalColumn:
    """Return each parent's best selected run, with a stability as in `select_runs`; null where none has a value."""
    return best_of_each(filtered_runs(context, kind, parents, where=where, stability=stability), column, goal)


def speedups_of_models(
    dataset: Dataset, runs: Grouped, *, sides: tuple[str, str], column: str, goal: Goal, match: Sequence[str]
) -> Speedups:
    """Return for each model the speedup of one GPU over another.

    Args:
        dataset: The dataset.
        runs: Each model's runs.
        sides: The names of the baseline and the candidate.
        column: The compared column. Of several runs on one side of a pair, the best one is compared.
        goal: Whether less or more of it is better.
        match: The columns in which the runs of a pair are equal.

    Raises:
        BadUserInput: A GPU is unknown, the two are the same, or the GPU model is among the matched columns.
    """
    check_sides(_GPU, sides, dataset.vocabularies)
    unmatched, factors = _compared(runs, sides, column, goal, match)
    baseline, candidate = (
        RowSet(dataset.gpus, np.full(len(runs), dataset.gpus.row_of[side], np.int64)) for side in sides
    )
    return Speedups(baseline, candidate, unmatched, factors)


def speedups_of_gpus(
    dataset: Dataset, gpus: RowSet, runs: Grouped, *, over: str, column: str, goal: Goal, match: Sequence[str]
) -> OptionalColumn:
    """Return for each GPU its speedup over another GPU, null for that GPU itself; arguments as `speedups_of_models`.

    `runs` are all compared runs, as the list of one parent.

    Raises:
        BadUserInput: The baseline is unknown, or the GPU model is among the matched columns.
    """
    dataset.vocabularies[_GPU].check((over,))
    baseline = dataset.gpus.row_of[over]
    others = gpus.indices != baseline
    candidates = RowSet(dataset.gpus, gpus.indices[others])
    names = candidates.column("model").array().to_pylist()
    compared = [_compared(runs, (over, name), column, goal, match) for name in names]
    speedups = Speedups(
        RowSet(dataset.gpus, np.full(len(candidates), baseline, np.int64)),
        candidates,
        [count for unmatched, _ in compared for count in unmatched],
        [each for _, factors in compared for each in factors],
    )
    return OptionalColumn(others, speedups)


def _compared(
    runs: Grouped, sides: tuple[str, str], column: str, goal: Goal, match: Sequence[str]
) -> tuple[list[int], list[NDArray[np.float64]]]:
    """Return for each group of runs the number of unmatched configurations, and the factor of each pair."""
    compared = compare_pairs(runs, match=match, differ=_GPU, sides=sides, by=column, goal=goal, compare=[column])
    pairs: Pairs = compared.pairs.items  # type: ignore[assignment]
    baseline, candidate, known = pairs.cells(column)
    worse, better = (baseline, candidate) if goal is Goal.MAXIMIZE else (candidate, baseline)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factors = better / worse
    defined = known & np.isfinite(factors) & (factors > 0)
    bounds = pairwise(compared.pairs.offsets.tolist())
    return compared.unmatched.tolist(), [factors[start:stop][defined[start:stop]] for start, stop in bounds]
