"""Tasks that the benchmark has models do, and their runs."""

from typing import TYPE_CHECKING, Annotated

import strawberry

from resolvers.models import related
from schema.columns import of_the_row
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, diffusion_runs
from schema.entity_views import best_diffusion_run, best_llm_run, run_count
from schema.enums import TaskKind
from schema.llm_runs import LLMRun, LLMRunConnection, llm_runs
from schema.measured_pairs import TaskModelRuns, pairs_field

if TYPE_CHECKING:
    from schema.models import Model


@strawberry.federation.type(keys=["name"], description="What the benchmark has a model do.")
class Task:
    """What the benchmark has a model do."""

    name = of_the_row(
        lambda tasks, _context: tasks.column("name"), graphql_type=strawberry.ID, description="Such as `gpqa`."
    )
    display_name = of_the_row(
        lambda tasks, _context: tasks.column("display_name"),
        graphql_type=str,
        description="The leaderboard's name for it, such as `LLM Chat (LM Arena)`; `name` where it has none.",
    )
    kind = of_the_row(
        lambda tasks, _context: tasks.column("kind"),
        graphql_type=TaskKind,
        description="The kind of model that it runs.",
    )
    run_count = strawberry.field(
        resolver=run_count,
        graphql_type=int,
        description="The number of its runs, of both kinds; diffusion runs count as stable.",
    )
    models = of_the_row(
        lambda tasks, context: related(context.dataset, tasks, "Model"),
        graphql_type=list[Annotated["Model", strawberry.lazy("schema.models")]],
        description="The models that were measured on it, by id.",
        deprecation_reason="Use modelRuns { model bestRun llmRuns ... }: the runs below these models are those in all "
        "tasks.",
    )
    model_runs = pairs_field(
        "ModelTask",
        "Model",
        TaskModelRuns,
        "The runs in this task by model, one entry per model that was measured on it, by id.",
    )
    llm_runs = strawberry.field(
        resolver=llm_runs,
        graphql_type=LLMRunConnection,
        description="The LLM runs in this task, of all models and GPUs.",
    )
    diffusion_runs = strawberry.field(
        resolver=diffusion_runs,
        graphql_type=DiffusionRunConnection,
        description="The diffusion runs in this task, of all models and GPUs.",
    )
    best_run = strawberry.field(
        resolver=best_llm_run,
        graphql_type=LLMRun | None,
        description="The LLM run that is least (or greatest) in a column, whole; null where none has a value. "
        "Considers the runs of all models and GPUs in this task, wherever the task is reached from. Below a model, use "
        "`runsByTask`.",
    )
    best_diffusion_run = strawberry.field(
        resolver=best_diffusion_run,
        graphql_type=DiffusionRun | None,
        description="The diffusion run that is least (or greatest) in a column, whole; null where none has a value. "
        "Considers the runs of all models and GPUs in this task, wherever the task is reached from. Below a model, use "
        "`runsByTask`.",
    )
