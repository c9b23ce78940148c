"""Runs of pairs of entities: a model's runs by GPU and by task, and the runs of a GPU or a task by model."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import strawberry
from strawberry import UNSET

from execution.strawberry_internals import StrawberryField
from resolvers.measured_pairs import MeasuredPairs
from resolvers.runs import pairs_with_runs
from schema.arguments import StabilityChoice
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

Class = TypeVar("Class", bound=type)

_MODEL = Annotated["Model", strawberry.lazy("schema.models")]


def other_entity(pairs: strawberry.Parent[MeasuredPairs]) -> Any:
    """Return the entity that each pair is listed for."""
    return pairs.others


def run_count(pairs: strawberry.Parent[MeasuredPairs]) -> Any:
    """Count the runs of each pair."""
    return pairs.run_count()


def _run_fields(field: str, scope: str) -> Callable[[Class], Class]:
    """Give a type of pairs the fields over its runs.

    Args:
        field: The field that lists the pairs, as the graph spells it.
        scope: Whose runs they are.
    """
    selected = f"the arguments of `{field}` select"
    considered = f"Considers only {scope} that {selected}; a filter narrows them further."

    def add(cls: Class) -> Class:
        fields = {
            "run_count": strawberry.field(
                resolver=run_count,
                graphql_type=int,
                description=f"The number of {scope}, of both kinds, that {selected}.",
            ),
            "llm_runs": strawberry.field(
                resolver=selected_llm_runs,
                graphql_type=LLMRunConnection,
                description=f"The LLM runs among {scope} that {selected}; a filter narrows them further.",
            ),
            "diffusion_runs": strawberry.field(
                resolver=diffusion_runs,
                graphql_type=DiffusionRunConnection,
                description=f"The diffusion runs among {scope} that {selected}; a filter narrows them further.",
            ),
            "best_run": strawberry.field(
                resolver=selected_best_llm_run,
                graphql_type=LLMRun | None,
                description="The LLM run that is least (or greatest) in a column, whole; null where none has a value. "
                f"{considered}",
            ),
            "best_diffusion_run": strawberry.field(
                resolver=best_diffusion_run,
                graphql_type=DiffusionRun | None,
                description="The diffusion run that is least (or greatest) in a column, whole; null where none has a "
                f"value. {considered}",
            ),
        }
        for name, its in fields.items():
            setattr(cls, name, its)
        return cls

    return add


@strawberry.type(name="ModelGPURuns", description="A model's runs on one GPU model.")
@_run_fields("runsByGpu", "this model's runs on this GPU model")
class ModelGPURuns:
    """A model's runs on one GPU model."""

    gpu = strawberry.field(
        resolver=other_entity,
        graphql_type=Annotated["GPU", strawberry.lazy("schema.gpus")],
        description="The GPU model. Its own runs and figures are those of all models.",
    )


@strawberry.type(name="ModelTaskRuns", description="A model's runs in one task.")
@_run_fields("runsByTask", "this model's runs in this task")
class ModelTaskRuns:
    """A model's runs in one task."""

    task = strawberry.field(
        resolver=other_entity,
        graphql_type=Annotated["Task", strawberry.lazy("schema.tasks")],
        description="The task. Its own runs and figures are those of all models.",
    )


@strawberry.type(name="GPUModelRuns", description="The runs of one model on a GPU model.")
@_run_fields("modelRuns", "this model's runs on this GPU model")
class GPUModelRuns:
    """The runs of one model on a GPU model."""

    model = strawberry.field(
        resolver=other_entity,
        graphql_type=_MODEL,
        description="The model. Its own runs and figures are those on all GPUs.",
    )


@strawberry.type(name="TaskModelRuns", description="The runs of one model in a task.")
@_run_fields("modelRuns", "this model's runs in this task")
class TaskModelRuns:
    """The runs of one model in a task."""

    model = strawberry.field(
        resolver=other_entity,
        graphql_type=_MODEL,
        description="The model. Its own runs and figures are those in all tasks.",
    )


def pairs_field(pair: Pair, other: Entity, graphql_type: Any, description: str) -> StrawberryField:
    """Return the field that lists an entity's pairs with entities of another kind.

    Args:
        pair: The table of pairs.
        other: The other kind of entity.
        graphql_type: The type of a pair.
        description: What the list holds.
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
        description=f"{description} Entries without a run that the arguments select are left out. `where` and "
        "`stability` are for LLM runs.",
    )
    return field
