"""Deployments: the number of replicas of a run's configuration that reach a power target."""

from __future__ import annotations

from enum import Enum
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from errors import BadUserInput

if TYPE_CHECKING:
    from tables.row_set import RowSet

_MAX_INT = 2**31 - 1  # greatest GraphQL Int


class Rounding(Enum):
    """Rounding direction of the number of replicas."""

    UP = "up"
    DOWN = "down"


def replicas(runs: RowSet, *, power_target_watts: float, rounding: Rounding) -> pa.Array[Any]:
    """Return the number of replicas of each run's configuration that draw a power; null if the run's is unknown or 0.

    Source: OpenG2G sizes a model's deployment by the ceiling of target over replica power, and bounds it by the floor.

    Raises:
        BadUserInput: The target is not positive, or a count exceeds 2³¹ - 1.
    """
    if not (isfinite(power_target_watts) and power_target_watts > 0):
        raise BadUserInput(
            f"powerTargetWatts: {power_target_watts} is out of range; allowed: numbers above 0.",
            argument="powerTargetWatts",
            value=power_target_watts,
        )
    power = runs.table.values("avg_power_watts")
    watts = power.array[runs.indices].astype(np.float64)
    known = (watts > 0) if power.valid is None else (watts > 0) & power.valid[runs.indices]
    with np.errstate(over="ignore"):
        exact = power_target_watts / np.where(known, watts, 1.0)
    counts = np.where(known, np.ceil(exact) if rounding is Rounding.UP else np.floor(exact), 0)
    if counts.max(initial=0) > _MAX_INT:
        raise BadUserInput(
            f"powerTargetWatts: {power_target_watts} takes more than {_MAX_INT} replicas; use a smaller target.",
            argument="powerTargetWatts",
            value=power_target_watts,
        )
    return pa.array(counts.astype(np.int64), mask=~known)
