"""Models that were measured: their tasks and GPUs, and their runs, also by GPU and by task."""

from dataclasses import replace
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers.models import related, select_models
from schema.arguments import ORDER, After, Before, First, Last, Offset
from schema.columns import column_field, column_fields, of_the_row
from schema.connections import connection_type, edge_type
from schema.context import Context
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, diffusion_runs
from schema.entity_views import (
    GPUSpeedup,
    best_diffusion_run,
    best_llm_run,
    model_diffusion_speedup,
    model_llm_speedup,
    run_count,
)
from schema.filters import table_filter
from schema.gpus import GPU
from schema.llm_runs import LLMRun, LLMRunConnection, llm_runs
from schema.measured_pairs import ModelGPURuns, ModelTaskRuns, pairs_field
from schema.orders import column_enum, order_keys, table_order
from schema.paging import page_arguments
from schema.tasks import Task
from tables.catalogue import MODEL_COLUMNS

_SOURCE = "the run tables"
_MODEL_ID, *_OTHERS = MODEL_COLUMNS
# The organisation follows from the id; all else is known of measured models only.
_FACTS = [column if column.name == "org" else replace(column, nullable=True) for column in _OTHERS]


@strawberry.federation.type(
    keys=["modelId"],
    description="A model, known by its id on the Hub. Of one that the benchmark did not measure, which only another "
    "graph of a federation can refer to, there are no runs, and its facts are null.",
)
@column_fields(_FACTS, source=_SOURCE)
class Model:
    """A model, measured or referred to by another graph."""

    model_id = column_field(_MODEL_ID, source=_SOURCE, graphql_type=strawberry.ID)
    measured = of_the_row(
        lambda models, _context: models.column("measured"),
        graphql_type=bool,
        description="Whether the benchmark measured it; false only for a model that another graph refers to.",
        column="measured",
    )
    tasks = of_the_row(
        lambda models, context: related(context.dataset, models, "Task"),
        graphql_type=list[Task],
        description="The tasks that it was measured on. Runs and figures below a task are those of all models; for "
        "those of this model, use `runsByTask`.",
    )
    gpus = of_the_row(
        lambda models, context: related(context.dataset, models, "GPU"),
        graphql_type=list[GPU],
        description="The GPU models that it was measured on. Runs and figures below a GPU model are those of all "
        "models; for those of this model, use `runsByGpu`.",
    )
    run_count = strawberry.field(
        resolver=run_count,
        graphql_type=int,
        description="The number of its runs, of both kinds; diffusion runs count as stable.",
    )
    llm_runs = strawberry.field(
        resolver=llm_runs,
        graphql_type=LLMRunConnection,
        description="The LLM runs of this model, in all tasks and on all GPUs.",
    )
    diffusion_runs = strawberry.field(
        resolver=diffusion_runs,
        graphql_type=DiffusionRunConnection,
        description="The diffusion runs of this model, in all tasks and on all GPUs.",
    )
    best_run = strawberry.field(
        resolver=best_llm_run,
        graphql_type=LLMRun | None,
        description="The LLM run that is least (or greatest) in a column, whole; null where none has a value. "
        "Considers this model's runs in all tasks and on all GPUs, wherever the model is reached from. Below a task or "
        "a GPU model, use `modelRuns`.",
    )
    best_diffusion_run = strawberry.field(
        resolver=best_diffusion_run,
        graphql_type=DiffusionRun | None,
        description="The diffusion run that is least (or greatest) in a column, whole; null where none has a value. "
        "Considers this model's runs in all tasks and on all GPUs, wherever the model is reached from. Below a task or "
        "a GPU model, use `modelRuns`.",
    )
    speedup = strawberry.field(
        resolver=model_llm_speedup,
        graphql_type=GPUSpeedup,
        description="How many times better its LLM runs are on one GPU than the same configurations on another. "
        "Considers this model's runs in all tasks; `where` narrows them.",
    )
    diffusion_speedup = strawberry.field(
        resolver=model_diffusion_speedup,
        graphql_type=GPUSpeedup,
        description="How many times better its diffusion runs are on one GPU than the same configurations on another. "
        "Considers this model's runs in all tasks; `where` narrows them.",
    )
    runs_by_gpu = pairs_field(
        "ModelGPU",
        "GPU",
        ModelGPURuns,
        "This model's runs by GPU model, one entry per GPU model that it was measured on, by name.",
    )
    runs_by_task = pairs_field(
        "ModelTask",
        "Task",
        ModelTaskRuns,
        "This model's runs by task, one entry per task that it was measured on: text, then multimodal, then diffusion.",
    )


ModelEdge = edge_type("ModelEdge", Model)
ModelConnection = connection_type(
    "ModelConnection", Model, ModelEdge, description="A page of models, and how many the arguments select."
)
ModelField = column_enum(
    "ModelField", MODEL_COLUMNS, source=_SOURCE, description="The columns of a model, to order by."
)


ModelOrder = table_order(
    "ModelOrder", ModelField, description="Key of an order of models. Models with equal keys are ordered by id."
)
ModelFilter = table_filter(
    "ModelFilter", MODEL_COLUMNS, has_id=False, description="Conditions on models. All given conditions must hold."
)


def models(  # noqa: PLR0913, PLR0917 - the arguments of the field
    context: Context,
    search: Annotated[
        str | None, strawberry.argument(description="Fuzzy, over nickname and modelId; best match first.")
    ] = UNSET,
    where: Annotated[
        ModelFilter | None, strawberry.argument(description="Conditions on the models; without it, all count.")  # type: ignore[valid-type]
    ] = UNSET,
    order_by: Annotated[list[ModelOrder] | None, ORDER] = UNSET,  # type: ignore[valid-type]
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    offset: Offset = UNSET,
) -> Any:
    """Select models."""
    return select_models(
        context,
        search=search if search and search.strip() else None,  # a search box that was emptied
        where=where or None,
        order=order_keys(order_by),
        page=page_arguments(first, after, last, before, offset),
    )
