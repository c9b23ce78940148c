"""Tasks of the benchmark, and their runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.models import related
from schema.columns import of_the_row
from schema.entity_runs import entity_runs
from schema.enums import TaskKind
from schema.measured_pairs import TaskModelRuns, pairs_field
from schema.nodes import Node, id_field

if TYPE_CHECKING:
    from schema.models import Model


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
