"""Best runs and speedups of models, GPUs and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.runs import filtered_runs
from resolvers.views.best import Goal, best_of_each
from resolvers.views.pairs import compare_pairs
from resolvers.views.sides import check_sides
from tables.batch import Batch, OptionalColumn
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from resolvers.filters import Filter
    from resolvers.measured_pairs import MeasuredPairs
    from resolvers.runs import Stability
    from resolvers.views.pairs import Comparisons
    from tables.dataset import Dataset
    from tables.relations import Grouped

_GPU = "gpu_model"
# The columns in which runs of one model are the same configuration on two GPUs.
CONFIGURATION: dict[str, tuple[str, ...]] = {
    "llm": ("task", "num_gpus", "max_num_seqs"),
    "diffusion": ("task", "num_gpus", "batch_size", "height", "width", "num_frames", "inference_steps"),
}


@dataclass(slots=True)
class Speedups(Batch):
    """What one GPU gains over another, in matched pairs of runs.

    Args:
        baseline: The GPU that is compared with.
        candidate: The GPU that is compared.
        unmatched: How many configurations have a run on one of the two only.
        factors: The factor of each pair: above 1 where the candidate is better.
    """

    baseline: RowSet
    candidate: RowSet
    unmatched: tuple[int, ...]
    factors: tuple[NDArray[np.float64], ...]

    def __len__(self) -> int:
        return len(self.factors)

    def take(self, positions: NDArray[np.int64]) -> Speedups:
        """Return the speedups at these positions."""
        chosen = positions.tolist()
        return Speedups(
            self.baseline.take(positions),
            self.candidate.take(positions),
            tuple(self.unmatched[position] for position in chosen),
            tuple(self.factors[position] for position in chosen),
        )

    def pair_count(self) -> pa.Array[Any]:
        """Count the pairs that have a factor."""
        return pa.array([len(factors) for factors in self.factors], pa.int64())

    def unmatched_count(self) -> pa.Array[Any]:
        """Count the configurations that have a run on one of the two GPUs only."""
        return pa.array(self.unmatched, pa.int64())

    def statistic(self, name: str) -> pa.Array[Any]:
        """Return numpy's `min`, `median` or `max` of the factors, or their geometric mean; null where there is none."""
        compute = _geometric_mean if name == "geometric_mean" else getattr(np, name)
        with np.errstate(over="ignore"):
            return pa.array([float(compute(each)) if len(each) else None for each in self.factors], pa.float64())


def best_run(
    context: RequestContext,
    kind: str,
    parents: RowSet | MeasuredPairs,
    *,
    column: str,
    goal: Goal,
    where: Filter | None,
    stability: Stability,
) -> OptionalColumn:
    """Return each parent's best run, if any of those that are selected has a value."""
    return best_of_each(filtered_runs(context, kind, parents, where=where, stability=stability), column, goal)


def speedups_of_models(
    dataset: Dataset, runs: Grouped, *, sides: tuple[str, str], column: str, goal: Goal, match: Sequence[str]
) -> Speedups:
    """Return for each model what the second of two GPUs gains over the first.

    Args:
        dataset: The dataset.
        runs: Each model's runs.
        sides: The baseline and the candidate.
        column: What is compared; the better of several runs on a side stands for it.
        goal: Which end of it is better.
        match: The columns in which the runs of a pair are equal.

    Raises:
        BadUserInput: A GPU is unknown, the two are the same, or what they differ in is matched.
    """
    check_sides(_GPU, sides, dataset.vocabularies)
    compared = _compared(runs, sides, column, goal, match)
    rows = [np.full(len(runs), dataset.gpus.row_of[side], np.int64) for side in sides]
    return Speedups(
        RowSet(dataset.gpus, rows[0]),
        RowSet(dataset.gpus, rows[1]),
        tuple(compared.unmatched.tolist()),
        tuple(_factors(compared, position, column, goal) for position in range(len(compared))),
    )


def speedups_of_gpus(
    dataset: Dataset, gpus: RowSet, runs: Grouped, *, over: str, column: str, goal: Goal, match: Sequence[str]
) -> OptionalColumn:
    """Return for each GPU what it gains over another one; none for that one itself.

    Args:
        dataset: The dataset.
        gpus: The GPUs.
        runs: All runs that are compared, as the list of one parent.
        over: The baseline.
        column: What is compared; the better of several runs on a side stands for it.
        goal: Which end of it is better.
        match: The columns in which the runs of a pair are equal.

    Raises:
        BadUserInput: The baseline is unknown, or what the GPUs differ in is matched.
    """
    dataset.vocabularies[_GPU].check((over,))
    baseline = dataset.gpus.row_of[over]
    others = gpus.indices != baseline
    candidates = RowSet(dataset.gpus, gpus.indices[others])
    compared = [
        _compared(runs, (over, name), column, goal, match) for name in candidates.column("model").array().to_pylist()
    ]
    return OptionalColumn(
        others,
        Speedups(
            RowSet(dataset.gpus, np.full(len(candidates), baseline, np.int64)),
            candidates,
            tuple(int(each.unmatched[0]) for each in compared),
            tuple(_factors(each, 0, column, goal) for each in compared),
        ),
    )


def _compared(runs: Grouped, sides: tuple[str, str], column: str, goal: Goal, match: Sequence[str]) -> Comparisons:
    return compare_pairs(runs, match=match, differ=_GPU, sides=sides, by=column, goal=goal, compare=[column])


def _factors(compared: Comparisons, position: int, column: str, goal: Goal) -> NDArray[np.float64]:
    """Return the factor of each pair of one comparison: how many times better the candidate is."""
    start, stop = compared.offsets[position], compared.offsets[position + 1]
    pairs = compared.pairs.take(np.arange(start, stop))
    baseline, candidate, known = pairs.cells(column)
    worse, better = (baseline, candidate) if goal is Goal.MAXIMIZE else (candidate, baseline)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        factors = better / worse
    told: NDArray[np.float64] = factors[known & np.isfinite(factors) & (factors > 0)]
    return told


def _geometric_mean(factors: NDArray[np.float64]) -> float:
    return float(np.exp(np.log(factors).mean()))
