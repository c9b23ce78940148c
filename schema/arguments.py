"""Arguments that several fields share, each with its type and description."""

from collections.abc import Callable
from inspect import signature
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from schema.enums import Stability, TimelineMetric, TimelineWindow

# Default number of points of a timeline.
DEFAULT_MAX_POINTS = 1000

First = Annotated[
    int | None,
    strawberry.argument(
        description="Return at most this many rows, from the start or after `after`. Without `first` and `last`, the "
        "server's default applies. A value above the server's maximum is refused with an error that names the maximum."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Return only rows after this cursor.")]
Last = Annotated[
    int | None,
    strawberry.argument(
        description="Return at most this many rows, from the end or before `before`; not allowed with `first`."
    ),
]
Before = Annotated[str | None, strawberry.argument(description="Return only rows before this cursor.")]
Offset = Annotated[
    int | None,
    strawberry.argument(description="Skip this many rows from the start; not allowed with `last` or `before`."),
]
StabilityChoice = Annotated[
    Stability, strawberry.argument(description="Stability of the LLM runs to include; diffusion runs are all stable.")
]
InheritedStability = Annotated[
    Stability | None,
    strawberry.argument(
        description="Stability of the LLM runs to include, in place of the enclosing list's, which applies by default."
    ),
]
Metric = Annotated[TimelineMetric, strawberry.argument(description="Quantity to return.")]
Window = Annotated[TimelineWindow, strawberry.argument(description="Part of the run to return.")]
MaxPoints = Annotated[
    int | None,
    strawberry.argument(
        description="Downsample to at most this many points (2 or more), preserving extremes. Null returns all samples."
    ),
]
Bins = Annotated[int | None, strawberry.argument(description="Number of bins.")]
WHERE_RUNS = strawberry.argument(description="Conditions on the runs; without it, all runs are included.")
ORDER = strawberry.argument(
    description="Keys of the order, most significant first; rows with equal keys are ordered by id."
)

# Views over a selection.
COLUMN = strawberry.argument(description="Column to compute over.")
COLUMNS_OF_VALUES = strawberry.argument(description="Columns whose values are listed.")
BINS = strawberry.argument(description="Number of bins; ignored if `edges` is given.")
EDGES = strawberry.argument(description="Edges of the bins, ascending: one more than the number of bins.")
GROUP_BY = strawberry.argument(description="Columns in which the runs of a group are equal.")
GROUP_ORDER = strawberry.argument(description="Order of the groups; by key if omitted.")
GROUP_LIMIT = strawberry.argument(description="Return at most this many groups, from the start of the order.")
BEST_BY = strawberry.argument(description="Column that decides which run is best.")
GOAL = strawberry.argument(description="Whether the least or the greatest value is best.")
PER = strawberry.argument(description="Group the runs by these columns, and return a result per group.")
RUNNERS_UP = strawberry.argument(description="Number of runners-up to return.")
MINIMIZE = strawberry.argument(description="Columns to minimize.")
AGAINST = strawberry.argument(
    description="Columns to minimize one at a time, each together with the other objectives: one result per column."
)
MAXIMIZE = strawberry.argument(description="Columns to maximize.")

# Matched pairs.
MATCH = strawberry.argument(description="Columns in which the two runs of a pair are equal.")
DIFFER = strawberry.argument(description="Column in which the two runs of a pair differ.")
BASELINE = strawberry.argument(description="Value of the baseline in that column, as text: `H100`, `1`, `true`.")
CANDIDATE = strawberry.argument(description="Value of the candidate in that column, as text.")
PICK = strawberry.argument(description="Rule that picks the run of a side with several runs.")
COMPARE = strawberry.argument(description="Columns to compare.")

# Ratios, and comparisons of groups.
RATIOS_OF = strawberry.argument(description="Columns whose values are divided.")
REFERENCE = strawberry.argument(
    description="Aggregate of the group that values are divided by; any but COUNT. A ratio to 0 is null."
)
SIDES_OF = strawberry.argument(description="Column that separates the two groups.")
AGGREGATE = strawberry.argument(description="Aggregate of each group's values; any but COUNT.")

# Logistic fits.
EXCLUDE = strawberry.argument(description="Batch sizes to exclude.")


def stability_argument(*, has_stability: bool, inherits: bool) -> tuple[Any, Any]:
    """Return the type and the default of an argument `stability`.

    Args:
        has_stability: Whether the runs are stable or unstable; if not, the default includes all.
        inherits: Whether the stability of an enclosing list applies by default.
    """
    if inherits:
        return InheritedStability, UNSET
    return StabilityChoice, Stability.STABLE if has_stability else Stability.ANY


def without_argument(resolver: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Hide an argument of a resolver from the graph, so that its default always applies."""
    known = signature(resolver)
    parameters = [each for each in known.parameters.values() if each.name != name]
    resolver.__signature__ = known.replace(parameters=parameters)  # type: ignore[attr-defined] # read by `signature`
    return resolver
