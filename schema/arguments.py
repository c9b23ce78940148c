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
WHERE_RUNS = strawberry.argument(description="Conditions on the runs; without it, all count.")
ORDER = strawberry.argument(description="Keys of the order, the first one first; what they leave equal is by id.")
