"""Tasks of the benchmark, and their runs."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from resolvers.models import related
from schema.batch_fields import resolver_field
from schema.column_info import ColumnInfo, column_info
from schema.columns import of_the_row
from schema.entity_runs import entity_runs
from schema.enums import TaskKind
from schema.measured_pairs import TaskModelRuns, pairs_field
from schema.nodes import Node, id_field
from tables.batch import ObjectColumn
from tables.row_set import RowSet
from tables.run_kinds import RUN_KINDS, RunKind

if TYPE_CHECKING:
    from schema.models import Model


# Kind of run by the kind of a task.
_RUN_KINDS = {task_kind: kind for kind in RUN_KINDS.values() for task_kind in kind.task_kinds}


def _columns(tasks: RowSet, name_of: Callable[[RunKind], str]) -> ObjectColumn:
    """Return a column of each task's kind of run."""
    described = {task_kind: column_info(kind, kind.column(name_of(kind))) for task_kind, kind in _RUN_KINDS.items()}
    return ObjectColumn([described[task_kind] for task_kind in tasks.column("kind").array().to_pylist()])


def latency_column(tasks: strawberry.Parent[RowSet]) -> Any:
    """Return the column with the latency of each task's runs."""
    return _columns(tasks, lambda kind: kind.latency_column)


def energy_column(tasks: strawberry.Parent[RowSet]) -> Any:
    """Return the column with the energy of each task's runs."""
    return _columns(tasks, lambda kind: kind.energy_column)


@strawberry.federation.type(keys=["name"], description="Task that the benchmark gives to models.")
@entity_runs("in this task, of all models and GPUs", instead="Below a model, use `runsByTask` for its own runs.")
class Task(Node):
    """Task that the benchmark gives to models."""

    id = id_field("Task")
    name = of_the_row(
        lambda tasks, _context: tasks.column("name"),
        graphql_type=strawberry.ID,
        description="Name of the task, such as `gpqa`.",
    )
    display_name = of_the_row(
        lambda tasks, _context: tasks.column("display_name"),
        graphql_type=str,
        description="Display name on the leaderboard, such as `LLM Chat (LM Arena)`; equal to `name` if it has none.",
    )
    kind = of_the_row(
        lambda tasks, _context: tasks.column("kind"),
        graphql_type=TaskKind,
        description="Kind of model that the task runs.",
    )
    latency_column = resolver_field(
        latency_column,
        ColumnInfo,
        "Column with the latency of this task's runs, which deadlines apply to: `medianItlMs` of LLM runs, "
        "`batchLatencyS` of diffusion runs. LLM runs have other percentiles too.",
    )
    energy_column = resolver_field(
        energy_column,
        ColumnInfo,
        "Column with the energy that runs of this task are compared by: `energyPerTokenJoules` of LLM runs, "
        "`energyPerGenerationJoules` of diffusion runs.",
    )
    default_deadline = of_the_row(
        lambda tasks, _context: tasks.column("default_deadline"),
        graphql_type=float | None,
        description="Deadline to start a comparison with, in the unit of `latencyColumn`: 50 ms per token, 10 s per "
        "batch of images, 300 s per batch of videos. Chosen for this graph, so that every language model of the V3 "
        "dataset has a run within it; not a part of the benchmark, and the leaderboard may start with another. Null "
        "for other diffusion tasks.",
    )
    models = of_the_row(
        lambda tasks, context: related(context.dataset, tasks, "Model"),
        graphql_type=list[Annotated["Model", strawberry.lazy("schema.models")]],
        description="Models that were measured on this task, by id.",
        deprecation_reason="Use modelRuns { model bestRun llmRuns ... }: the runs below these models are those in all "
        "tasks.",
    )
    model_runs = pairs_field(
        "ModelTask",
        "Model",
        TaskModelRuns,
        "Runs in this task by model: one entry per model that was measured on it, by id.",
    )
