"""Reasons for an empty selection of runs."""

import strawberry


@strawberry.type(
    description="Condition that makes a selection empty: if it alone were dropped, runs would be selected."
)
class EmptyReason:
    """Condition that makes a selection empty."""

    argument: str = strawberry.field(
        description="Path of the condition: `gpuModel.eq`, `stability`, or `or` and `not` for these as a whole."
    )
    condition: str = strawberry.field(
        description='The condition, such as `gpuModel.eq: "B200"`, truncated to 100 characters.'
    )
    run_count: int = strawberry.field(description="Number of runs that match all other conditions.")
