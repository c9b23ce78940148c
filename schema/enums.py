"""Enums for the names that we own; the dataset's open vocabularies stay strings."""

from __future__ import annotations

from enum import Enum

import strawberry

from resolvers.deployments import Rounding
from resolvers.runs import Stability
from resolvers.views.best import Goal
from resolvers.views.groups import Aggregate
from timelines.metrics import TimelineMetric, TimelineWindow

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

# Enums of the resolvers and timelines, given their place on the wire here.
strawberry.enum(
    Stability,
    description="Which runs count: those that reached a trustworthy steady state (the toolkit's default), the others, "
    "or all.",
)
strawberry.enum(
    TimelineMetric,
    description="A quantity that the benchmark samples on every GPU: power in W, temperature in °C.",
)
strawberry.enum(
    TimelineWindow,
    description="The part of a run that a timeline covers. Diffusion runs have no steady state.",
)

strawberry.enum(Rounding, description="Which whole number is meant: enough to reach a target, or not to exceed it.")
strawberry.enum(Goal, description="Which end of a column is best.")
strawberry.enum(Aggregate, name="RunAggregate", description="A number that groups of runs can be ordered by.")


@strawberry.enum(description="What kind of model a task runs: text, multimodal, or diffusion.")
class TaskKind(Enum):
    """What kind of model a task runs."""

    LLM = "LLM"
    MLLM = "MLLM"
    DIFFUSION = "DIFFUSION"


@strawberry.enum(description="Ascending or descending.")
class SortDirection(Enum):
    """Ascending or descending."""

    ASC = "ASC"
    DESC = "DESC"


@strawberry.enum(description="Whether rows without a value stand before or behind all others.")
class NullsOrder(Enum):
    """Where missing values stand."""

    FIRST = "FIRST"
    LAST = "LAST"
