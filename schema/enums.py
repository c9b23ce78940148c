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
strawberry.enum(
    Aggregate,
    name="RunAggregate",
    description="A figure of a group of runs: the number of its runs, or an aggregate of its values in a column. Where "
    "it has no values, SUM is 0 and MIN, MAX, MEAN and MEDIAN are null.",
)


@strawberry.enum(
    description="The kind of model that a task runs. DIFFUSION: all its runs are diffusion runs. MLLM: image-chat, "
    "video-chat and audio-chat, whose runs are LLM runs with other input than text. LLM: every other task with LLM "
    "runs, also one that the leaderboard does not list."
)
class TaskKind(Enum):
    """The kind of model that a task runs."""

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
