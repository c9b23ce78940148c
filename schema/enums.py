"""Enums with a fixed set of values; the dataset's open vocabularies are strings."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

import strawberry

from execution.strawberry_internals import describe_enum_values
from resolvers.deployments import Rounding
from resolvers.runs import Stability
from resolvers.views.best import Goal
from resolvers.views.groups import Aggregate
from tables.run_kinds import RUN_KINDS
from timelines.metrics import TimelineMetric, TimelineWindow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import EnumMeta

__all__ = [
    "Aggregate",
    "Goal",
    "NullsOrder",
    "Rounding",
    "SortDirection",
    "Stability",
    "TaskKind",
    "TimelineMetric",
    "TimelineWindow",
]


def _publish(enum: EnumMeta, description: str, values: Mapping[str, str], *, name: str | None = None) -> None:
    """Make an enum of the resolvers or the timelines an enum of the graph, with a description of each value."""
    strawberry.enum(enum, name=name, description=description)
    describe_enum_values(enum, values)


_publish(
    Stability,
    "Selection of LLM runs by the stability of their steady state.",
    {
        "STABLE": "Runs that reached a trustworthy steady state; the toolkit's default.",
        "UNSTABLE": "Runs that did not reach a trustworthy steady state.",
        "ANY": "All runs.",
    },
)
_publish(
    TimelineMetric,
    "Quantity that the benchmark samples on every GPU.",
    {
        "POWER_DEVICE_INSTANT": "Power of the GPU at the time of the sample. Unit: W.",
        "POWER_DEVICE_AVERAGE": "Power of the GPU, averaged by its driver. Unit: W.",
        "POWER_MEMORY_AVERAGE": "Power of the GPU's memory, averaged by its driver. Unit: W.",
        "TEMPERATURE": "Temperature of the GPU. Unit: °C.",
    },
)
_publish(
    TimelineWindow,
    "Part of a run that a timeline covers. By default, timelines of LLM runs cover the steady state, and those of "
    "diffusion runs, which have none, the whole run: compare the two with care.",
    {
        "STEADY_STATE": "The steady state; of LLM runs only.",
        "FULL": "The whole run, with the start and the end of an LLM run's load.",
    },
)
_publish(
    Rounding,
    "Rounding direction.",
    {"UP": "Round up: enough replicas to reach the target.", "DOWN": "Round down: do not exceed the target."},
)
_publish(
    Goal,
    "Direction in which values of a column are better.",
    {"MINIMIZE": "Less is better.", "MAXIMIZE": "More is better."},
)
_publish(
    Aggregate,
    "Figure of a group of runs: the number of its runs, or an aggregate of its values in a column.",
    {
        "COUNT": "Number of runs.",
        "MIN": "Least value; null if the group has no values.",
        "MAX": "Greatest value; null if the group has no values.",
        "MEAN": "Arithmetic mean; null if the group has no values.",
        "MEDIAN": "Median; null if the group has no values.",
        "SUM": "Sum; 0 if the group has no values.",
    },
    name="RunAggregate",
)

_TASK_KINDS = {name: text for kind in RUN_KINDS.values() for name, text in kind.task_kinds.items()}
TaskKind = Enum("TaskKind", {name: name for name in _TASK_KINDS})  # type: ignore[misc] # built from the descriptors
_publish(TaskKind, "Kind of model that a task runs.", _TASK_KINDS)


class SortDirection(Enum):
    """Ascending or descending."""

    ASC = "ASC"
    DESC = "DESC"


_publish(
    SortDirection,
    "Ascending or descending.",
    {"ASC": "Ascending: least value first.", "DESC": "Descending: greatest value first."},
)


class NullsOrder(Enum):
    """Position of rows without a value."""

    FIRST = "FIRST"
    LAST = "LAST"


_publish(
    NullsOrder,
    "Position of rows without a value.",
    {"FIRST": "Before all other rows.", "LAST": "After all other rows."},
)
