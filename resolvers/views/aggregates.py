"""One aggregate of a column for each group of rows, and quotients of aggregates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput
from resolvers.views.groups import Aggregate
from resolvers.views.statistics import Statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tables.relations import Grouped


@dataclass(frozen=True, slots=True)
class Figures:
    """One aggregate of a column, one per group.

    Args:
        values: The aggregates, float64; meaningless where not known.
        known: Whether each is there: as `Statistics` has it, a sum of no values is, and is 0.
        counts: How many values each was computed from, int64.
    """

    values: NDArray[np.float64]
    known: NDArray[np.bool_]
    counts: NDArray[np.int64]


def aggregated(runs: Grouped, column: str, aggregate: Aggregate, *, argument: str) -> Figures:
    """Return an aggregate of each group's values.

    Raises:
        BadUserInput: The aggregate is a count, which is of no column; names the argument.
    """
    if aggregate is Aggregate.COUNT:
        allowed = ", ".join(each.name for each in Aggregate if each is not Aggregate.COUNT)
        raise BadUserInput(
            f"{argument}: COUNT is a figure of runs, not of a column; allowed are {allowed}.",
            argument=argument,
            value="COUNT",
        )
    statistics = Statistics(runs, column)
    figures = getattr(statistics, aggregate.value)()
    return Figures(
        figures.fill_null(0).to_numpy(zero_copy_only=False),
        figures.is_valid().to_numpy(zero_copy_only=False),
        statistics.values.counts,
    )


def quotients(
    dividends: NDArray[np.float64], divisors: NDArray[np.float64], *, known: NDArray[np.bool_]
) -> pa.Array[Any]:
    """Divide; null where a side is not known, the divisor is 0, or float64 does not hold what comes out."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = dividends / divisors
    return pa.array(found, mask=~(known & np.isfinite(found)))
