"""Models: their columns, tasks, GPUs and runs, and the field that lists them."""

from dataclasses import replace
from typing import Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers.models import related, select_models
from schema.arguments import ORDER, After, Before, First, Last, Offset
from schema.columns import column_field, column_fields, of_the_row
from schema.connections import connection_type, edge_type
from schema.context import Context
from schema.entity_runs import entity_runs
from schema.entity_views import model_speedup_resolver
from schema.filters import table_filter
from schema.gpus import GPU
from schema.measured_pairs import ModelGPURuns, ModelTaskRuns, pairs_field
from schema.nodes import Node, id_field
from schema.orders import column_enum, order_keys, table_order
from schema.paging import page_arguments
from schema.tasks import Task
from tables.catalogue import MODEL_COLUMNS

_SOURCE = "the run tables"
_MODEL_ID, *_OTHERS = MODEL_COLUMNS
# Only the id and the organisation are known of a model that was not measured.
_FACTS = [column if column.name == "org" else replace(column, nullable=True) for column in _OTHERS]


@strawberry.federation.type(
    keys=["modelId"],
    description="Model, identified by its id on the Hub. A model that only another graph of a federation refers to has "
    "no runs, and its other fields are null.",
)
@entity_runs(
    "of this model, in all tasks and on all GPUs",
    instead="Below a task or a GPU, use `modelRuns` for its own runs.",
    speedup=model_speedup_resolver,
    speedup_of="Speedup of this model's {label} runs on one GPU over the same configurations on another. Considers the "
    "runs in all tasks; `where` narrows them.",
)
@column_fields(_FACTS, source=_SOURCE)
class Model(Node):
    """Model, measured or referred to by another graph."""

    id = id_field("Model")
    model_id = column_field(_MODEL_ID, source=_SOURCE, graphql_type=strawberry.ID)
    measured = of_the_row(
        lambda models, _context: models.column("measured"),
        graphql_type=bool,
        description="Whether the benchmark measured the model; false only for a model that another graph refers to.",
        column="measured",
    )
    tasks = of_the_row(
        lambda models, context: related(context.dataset, models, "Task"),
        graphql_type=list[Task],
        description="Tasks that the model was measured on. Runs below a task are those of all models; for the runs of "
        "this model, use `runsByTask`.",
    )
    gpus = of_the_row(
        lambda models, context: related(context.dataset, models, "GPU"),
        graphql_type=list[GPU],
        description="GPU models that the model was measured on. Runs below a GPU model are those of all models; for "
        "the runs of this model, use `runsByGpu`.",
    )
    runs_by_gpu = pairs_field(
        "ModelGPU",
        "GPU",
        ModelGPURuns,
        "Runs of this model by GPU model: one entry per GPU model that it was measured on, by name.",
    )
    runs_by_task = pairs_field(
        "ModelTask",
        "Task",
        ModelTaskRuns,
        "Runs of this model by task: one entry per task that it was measured on, in the order of `tasks`.",
    )


ModelEdge = edge_type("ModelEdge", Model)
ModelConnection = connection_type(
    "ModelConnection",
    Model,
    ModelEdge,
    description="Page of models, with the number of models that match.",
)
ModelField = column_enum(
    "ModelField", MODEL_COLUMNS, source=_SOURCE, description="Columns of a model that models can be ordered by."
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
        str | None, strawberry.argument(description="Fuzzy search over nickname and modelId; best match first.")
    ] = UNSET,
    where: Annotated[
        ModelFilter | None,  # type: ignore[valid-type]
        strawberry.argument(description="Conditions on the models."),
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
        search=search if search and search.strip() else None,  # an emptied search box
        where=where or None,
        order=order_keys(order_by),
        page=page_arguments(first, after, last, before, offset),
    )
