"""Runs of pairs of entities: a model's runs by GPU and by task, and the runs of a GPU or a task by model."""

from inspect import Parameter, Signature, signature
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.runs import pairs_with_runs
from schema.all_runs import RUN_TYPES
from schema.arguments import StabilityChoice
from schema.batch_fields import batch_field, batch_type, resolver_field
from schema.context import Context
from schema.entity_views import best_run_resolver
from schema.enums import Stability
from tables.dataset import Entity, Pair
from tables.row_set import RowSet

if TYPE_CHECKING:
    from schema.gpus import GPU
    from schema.models import Model
    from schema.tasks import Task


def _entry_type(name: str, scope: str, listed_by: str, other: str, other_type: Any, description: str) -> type:
    """Return the type of an entity's entry for one entity of another kind.

    Args:
        name: The name of the type.
        scope: The runs of an entry, such as "this model on this GPU model".
        listed_by: The field that lists the entries, as the graph spells it.
        other: The field of the other entity.
        other_type: The type of the other entity.
        description: The description of that field.
    """
    narrowed = f"that match the arguments of `{listed_by}`; a filter narrows them further"
    return batch_type(
        name,
        f"Runs of {scope.replace('this', 'one')}.",
        {
            other: batch_field("others", other_type, description),
            "run_count": batch_field(
                "run_count", int, f"Number of runs of {scope} that match the arguments of `{listed_by}`, of both kinds."
            ),
            **_run_fields(scope, narrowed),
        },
    )


def _run_fields(scope: str, narrowed: str) -> dict[str, StrawberryField]:
    best = "with the least (or greatest) value in a column; null if no run has a value"
    fields: dict[str, StrawberryField] = {}
    for types in RUN_TYPES:
        kind = types.kind
        label = kind.label[0].upper() + kind.label[1:]
        fields[f"{kind.name}_runs"] = resolver_field(
            types.entry_runs, types.connection, f"{label} runs of {scope} {narrowed}."
        )
        fields[kind.qualified("best", "run")] = resolver_field(
            best_run_resolver(types, inherits=True),
            types.run | None,
            f"{label} run {best}. Considers only runs of {scope} {narrowed}.",
        )
    return fields


_MODEL = Annotated["Model", strawberry.lazy("schema.models")]
_GPU = Annotated["GPU", strawberry.lazy("schema.gpus")]
_TASK = Annotated["Task", strawberry.lazy("schema.tasks")]
_ON_GPU, _IN_TASK = "this model on this GPU model", "this model in this task"

ModelGPURuns = _entry_type(
    "ModelGPURuns", _ON_GPU, "runsByGpu", "gpu", _GPU, "The GPU model. Its own runs and figures cover all models."
)
ModelTaskRuns = _entry_type(
    "ModelTaskRuns", _IN_TASK, "runsByTask", "task", _TASK, "The task. Its own runs and figures cover all models."
)
GPUModelRuns = _entry_type(
    "GPUModelRuns", _ON_GPU, "modelRuns", "model", _MODEL, "The model. Its own runs and figures cover all GPU models."
)
TaskModelRuns = _entry_type(
    "TaskModelRuns", _IN_TASK, "modelRuns", "model", _MODEL, "The model. Its own runs and figures cover all tasks."
)


def pairs_field(pair: Pair, other: Entity, graphql_type: Any, description: str) -> StrawberryField:
    """Return the field that lists an entity's pairs with entities of another kind.

    Args:
        pair: The table of pairs.
        other: The other kind of entity.
        graphql_type: The type of a pair.
        description: The first sentence of the field's description.
    """

    def pairs(
        parents: strawberry.Parent[RowSet],
        context: Context,
        stability: StabilityChoice = Stability.STABLE,
        **filters: Any,
    ) -> Any:
        where = {types.kind.name: filters.get(types.kind.qualified("where")) or None for types in RUN_TYPES}
        return pairs_with_runs(context, parents, pair, other, where=where, stability=stability)

    parents, context, stability, _ = signature(pairs).parameters.values()
    conditions = [
        Parameter(
            types.kind.qualified("where"),
            Parameter.POSITIONAL_OR_KEYWORD,
            default=UNSET,
            annotation=Annotated[
                types.filter | None, strawberry.argument(description=f"Conditions on the {types.kind.label} runs.")
            ],
        )
        for types in RUN_TYPES
    ]
    pairs.__signature__ = Signature([parents, context, *conditions, stability])  # type: ignore[attr-defined]
    return resolver_field(
        pairs,
        list[graphql_type],
        f"{description} Entries without a matching run are left out. `where` and `stability` apply to LLM runs only.",
    )
