"""Reasons for an empty selection of runs."""

import strawberry

from execution.strawberry_internals import StrawberryField
from schema.batch_fields import batch_field


@strawberry.type(description="Condition that makes a selection empty: without it alone, runs would be selected.")
class EmptyReason:
    """Condition that makes a selection empty."""

    argument: str = strawberry.field(
        description="Path of the condition: `gpuModel.eq`, `stability`, or `or` and `not` for these as a whole."
    )
    condition: str = strawberry.field(
        description='The condition, such as `gpuModel.eq: "B200"`, truncated to 100 characters.'
    )
    run_count: int = strawberry.field(description="Number of runs that match all other conditions.")


def empty_because_field() -> StrawberryField:
    """Return the field that explains an empty selection."""
    return batch_field(
        "empty_because",
        list[EmptyReason] | None,
        "For an empty selection, the conditions of which dropping one alone would select runs, in the order of the "
        "filter; `stability` is one of them. Empty if no single condition is the reason; null if the selection has "
        "runs.",
    )
