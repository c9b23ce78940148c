"""Runs of pairs of entities: a model's runs by GPU and by task, and the runs of a GPU or a task by model."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.runs import pairs_with_runs
from schema.arguments import StabilityChoice
from schema.batch_fields import batch_field, batch_type
from schema.context import Context
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, DiffusionRunFilter, diffusion_runs
from schema.entity_views import best_diffusion_run, selected_best_llm_run
from schema.enums import Stability
from schema.llm_runs import LLMRun, LLMRunConnection, LLMRunFilter, selected_llm_runs
from tables.dataset import Entity, Pair
from tables.row_set import RowSet

if TYPE_CHECKING:
    from resolvers.filters import Filter
    from schema.gpus import GPU
    from schema.models import Model
    from schema.tasks import Task


def _entry_type(name: str, scope: str, listed_by: str, other: str, other_type: Any, description: str) -> type:
    """Return the type of an entity's entry for one entity of another kind.

    Args:
        name: The name of the type.
        scope: The runs of an entry, such as "one model on one GPU model".
        listed_by: The field that lists the entries, as the graph spells it.
        other: The field of the other entity.
        other_type: The type of the other entity.
        description: The description of that field.
    """
    narrowed = f"that match the arguments of `{listed_by}`; a filter narrows them further"
    best = "with the least (or greatest) value in a column; null if none has a value"
    return batch_type(
        name,
        f"Runs of {scope}.",
        {
            other: batch_field("others", other_type, description),
            "run_count": batch_field(
                "run_count", int, f"Number of runs of {scope} that match the arguments of `{listed_by}`, of both kinds."
            ),
            "llm_runs": strawberry.field(
                resolver=selected_llm_runs,
                graphql_type=LLMRunConnection,
                description=f"LLM runs of {scope} {narrowed}.",
            ),
            "diffusion_runs": strawberry.field(
                resolver=diffusion_runs,
                graphql_type=DiffusionRunConnection,
                description=f"Diffusion runs of {scope} {narrowed}.",
            ),
            "best_run": strawberry.field(
                resolver=selected_best_llm_run,
                graphql_type=LLMRun | None,
                description=f"LLM run {best}. Considers only runs of {scope} {narrowed}.",
            ),
            "best_diffusion_run": strawberry.field(
                resolver=best_diffusion_run,
                graphql_type=DiffusionRun | None,
                description=f"Diffusion run {best}. Considers only runs of {scope} {narrowed}.",
            ),
        },
    )


_MODEL = Annotated["Model", strawberry.lazy("schema.models")]
_GPU = Annotated["GPU", strawberry.lazy("schema.gpus")]
_TASK = Annotated["Task", strawberry.lazy("schema.tasks")]
_ON_GPU, _IN_TASK = "this model on this GPU model", "this model in this task"

ModelGPURuns = _entry_type(
    "ModelGPURuns", _ON_GPU, "runsByGpu", "gpu", _GPU, "The GPU model. Its own fields cover the runs of all models."
)
ModelTaskRuns = _entry_type(
    "ModelTaskRuns", _IN_TASK, "runsByTask", "task", _TASK, "The task. Its own fields cover the runs of all models."
)
GPUModelRuns = _entry_type(
    "GPUModelRuns", _ON_GPU, "modelRuns", "model", _MODEL, "The model. Its own fields cover its runs on all GPUs."
)
TaskModelRuns = _entry_type(
    "TaskModelRuns", _IN_TASK, "modelRuns", "model", _MODEL, "The model. Its own fields cover its runs in all tasks."
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
        where: Annotated[LLMRunFilter | None, strawberry.argument(description="Conditions on the LLM runs.")] = UNSET,  # type: ignore[valid-type]
        diffusion_where: Annotated[
            DiffusionRunFilter | None, strawberry.argument(description="Conditions on the diffusion runs.")  # type: ignore[valid-type]
        ] = UNSET,
        stability: StabilityChoice = Stability.STABLE,
    ) -> Any:
        filters: dict[str, Filter | None] = {"llm": where or None, "diffusion": diffusion_where or None}
        return pairs_with_runs(context, parents, pair, other, where=filters, stability=stability)

    field: StrawberryField = strawberry.field(
        resolver=pairs,
        graphql_type=list[graphql_type],
        description=f"{description} Entries without a matching run are left out. `where` and `stability` apply to LLM "
        "runs only.",
    )
    return field
