"""One aggregate of a column for each group of rows, and quotients of aggregates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from errors import BadUserInput
from resolvers.views.groups import Aggregate
from resolvers.views.statistics import Statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tables.relations import Grouped


def aggregated(
    runs: Grouped, column: str, aggregate: Aggregate, *, argument: str
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return an aggregate of each group's values, NaN for null, and the number of values in each group.

    Raises:
        BadUserInput: The aggregate is COUNT, which aggregates no column; the error names the argument.
    """
    if aggregate is Aggregate.COUNT:
        allowed = ", ".join(each.name for each in Aggregate if each is not Aggregate.COUNT)
        raise BadUserInput(
            f"{argument}: COUNT counts runs and does not aggregate a column; allowed values: {allowed}.",
            argument=argument,
            value="COUNT",
        )
    statistics = Statistics(runs, column)
    return getattr(statistics, aggregate.value), statistics.count


def quotients(dividends: NDArray[np.float64], divisors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide; NaN where a side is NaN, the divisor is 0, or the quotient overflows float64."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = dividends / divisors
    return np.where(np.isfinite(found), found, np.nan)
