"""Number of replicas of a run's configuration for a target power."""

from typing import Annotated, Any

import strawberry

from resolvers.deployments import replicas
from schema.enums import Rounding
from tables.row_set import RowSet


def run_replicas(
    runs: strawberry.Parent[RowSet],
    power_target_watts: Annotated[
        float, strawberry.argument(description="Target power of all replicas together, above 0. Unit: W.")
    ],
    rounding: Annotated[
        Rounding, strawberry.argument(description="UP reaches the target; DOWN does not exceed it.")
    ] = Rounding.UP,
) -> Any:
    """Compute the number of replicas of each run's configuration."""
    return replicas(runs, power_target_watts=power_target_watts, rounding=rounding)
