"""Arguments that several fields share, each with its type and described once."""

from typing import Annotated

import strawberry

from schema.enums import Stability, TimelineMetric, TimelineWindow

First = Annotated[
    int | None,
    strawberry.argument(
        description="At most so many, from the start, or behind `after`; where neither this nor `last` is given, the "
        "server's default. Beyond the server's cap it is refused, and the refusal names the cap."
    ),
]
After = Annotated[str | None, strawberry.argument(description="Only what stands behind this cursor.")]
Last = Annotated[
    int | None, strawberry.argument(description="At most so many, from the end, or before `before`; not with `first`.")
]
Before = Annotated[str | None, strawberry.argument(description="Only what stands before this cursor.")]
Offset = Annotated[
    int | None, strawberry.argument(description="Leave out so many from the start; not with `last` or `before`.")
]
StabilityChoice = Annotated[
    Stability, strawberry.argument(description="Which LLM runs count; diffusion runs are all stable.")
]
Metric = Annotated[TimelineMetric, strawberry.argument(description="What is shown.")]
Window = Annotated[TimelineWindow, strawberry.argument(description="Which part of the run is shown.")]
MaxPoints = Annotated[
    int | None,
    strawberry.argument(
        description="Downsample to at most so many points, 2 or more, and keep the extremes; null for every sample."
    ),
]
Bins = Annotated[int | None, strawberry.argument(description="How many bins.")]
WHERE_RUNS = strawberry.argument(description="Conditions on the runs; without it, all count.")
ORDER = strawberry.argument(description="Keys of the order, the first one first; what they leave equal is by id.")

# Of the views over a selection.
COLUMN = strawberry.argument(description="The column.")
COLUMNS_OF_VALUES = strawberry.argument(description="The columns whose values are listed.")
BINS = strawberry.argument(description="How many bins; not used where `edges` is given.")
EDGES = strawberry.argument(description="The edges of the bins, ascending: one more than there are bins.")
GROUP_BY = strawberry.argument(description="The columns in which the runs of a group are equal.")
GROUP_ORDER = strawberry.argument(description="How the groups are ordered; without it, by key.")
GROUP_LIMIT = strawberry.argument(description="Only so many groups, the first ones of the order.")
BEST_BY = strawberry.argument(description="The column that decides.")
GOAL = strawberry.argument(description="Whether the least or the greatest is the best.")
PER = strawberry.argument(description="Group the runs by these columns, and answer for each group.")
RUNNERS_UP = strawberry.argument(description="How many of the next ones to give.")
MINIMIZE = strawberry.argument(description="Columns in which less is better.")
AGAINST = strawberry.argument(
    description="Columns in which less is better, which take turns beside the other objectives: an answer for each."
)
MAXIMIZE = strawberry.argument(description="Columns in which more is better.")

# Of matched pairs.
MATCH = strawberry.argument(description="The columns in which the runs of a pair are equal.")
DIFFER = strawberry.argument(description="The column in which they differ.")
BASELINE = strawberry.argument(description="What the baseline has in that column, as text: `H100`, `1`, `true`.")
CANDIDATE = strawberry.argument(description="What the candidate has in it.")
PICK = strawberry.argument(description="Which run stands for a side where it has several.")
COMPARE = strawberry.argument(description="The columns to compare.")

# Of ratios and of groups beside each other.
RATIOS_OF = strawberry.argument(description="The columns whose values are divided.")
REFERENCE = strawberry.argument(
    description="Which figure of the group they are divided by; any but COUNT. A ratio to 0 is null."
)
SIDES_OF = strawberry.argument(description="The column that tells the two groups apart.")
AGGREGATE = strawberry.argument(description="Which figure of each group's values; any but COUNT.")

# Of logistic fits.
EXCLUDE = strawberry.argument(description="Batch sizes that are left out.")
