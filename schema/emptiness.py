"""Why a selection is empty, as every connection of runs says it."""

from typing import Any

import strawberry

from execution.strawberry_internals import StrawberryField
from resolvers.connections import Connection


@strawberry.type(description="A condition without which a selection would not be empty.")
class EmptyReason:
    """A condition without which a selection would not be empty."""

    argument: str = strawberry.field(
        description="Where the condition stands: `gpuModel.eq`, `stability`, or `or` and `not` for one as a whole."
    )
    condition: str = strawberry.field(
        description='The condition, such as `gpuModel.eq: "B200"`, cut to 100 characters.'
    )
    run_count: int = strawberry.field(description="How many runs all other conditions select.")


def empty_because_field() -> StrawberryField:
    """Return the field that says why a selection is empty."""

    def empty_because(page: strawberry.Parent[Connection]) -> Any:
        return page.empty_because()

    field: StrawberryField = strawberry.field(
        resolver=empty_because,
        graphql_type=list[EmptyReason] | None,
        description="Of an empty selection: the conditions which, each dropped alone, would leave runs, in the order "
        "of the filter; `stability` is one of them. Empty where no single condition is to blame; null where the "
        "selection has runs.",
    )
    return field
