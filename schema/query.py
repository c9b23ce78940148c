"""The root: everything that can be asked for, and the look-ups by key."""

from typing import Annotated, Any

import strawberry

from execution.field_metadata import CACHE_SCOPE, NAMESPACE, CacheScope
from execution.row_by_row import NAMESPACE_VALUE
from execution.strawberry_internals import FederationAny, StrawberryField
from resolvers.look_ups import look_up_entity, look_up_run
from resolvers.representations import resolve_representations
from schema.context import Context
from schema.dataset import Dataset
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, diffusion_runs
from schema.gpus import GPU
from schema.llm_runs import LLMRun, LLMRunConnection, llm_runs
from schema.models import Model, ModelConnection, models
from schema.names import wire_name
from schema.tasks import Task
from tables.relations import Grouped
from tables.row_set import RowSet

RunID = Annotated[strawberry.ID, strawberry.argument(description="The run's id.")]
ModelID = Annotated[strawberry.ID, strawberry.argument(description="`org/model`.")]
GPUName = Annotated[strawberry.ID, strawberry.argument(description="Such as `H100`.")]
TaskName = Annotated[strawberry.ID, strawberry.argument(description="Such as `gpqa`.")]
_REFUSED = "Null, with an error, where an argument is refused: the rest of the answer stands."
_REFUSED_BELOW = "Null, with an error, where an argument below is refused: the rest of the answer stands."
Entity = Annotated[
    LLMRun | DiffusionRun | Model | GPU | Task | Dataset,
    strawberry.union("_Entity", description="Whatever has a key that other graphs can refer to."),
]


def dataset(context: Context) -> Any:
    """Return the snapshot that this request sees."""
    return context.dataset


def gpus(context: Context) -> Any:
    """Return all GPU models."""
    return Grouped.of_one(RowSet.whole(context.dataset.gpus))


def tasks(context: Context) -> Any:
    """Return all tasks."""
    return Grouped.of_one(RowSet.whole(context.dataset.tasks))


def llm_run(context: Context, id: RunID) -> Any:  # noqa: A002 - the argument's name; a column
    """Return one LLM run."""
    return look_up_run(context, "llm", id)


def diffusion_run(context: Context, id: RunID) -> Any:  # noqa: A002 - the argument's name; a column
    """Return one diffusion run."""
    return look_up_run(context, "diffusion", id)


def model(context: Context, model_id: ModelID) -> Any:
    """Return one model."""
    return look_up_entity(context, context.dataset.models, model_id, argument="modelId", column="model_id")


def gpu(context: Context, model: GPUName) -> Any:
    """Return one GPU model."""
    return look_up_entity(context, context.dataset.gpus, model, argument="model", column="gpu_model")


def task(context: Context, name: TaskName) -> Any:
    """Return one task."""
    return look_up_entity(context, context.dataset.tasks, name, argument="name", column="task")


def entities(context: Context, representations: list[FederationAny]) -> Any:
    """Return the entities that a gateway refers to."""
    return resolve_representations(context, representations, wire_name)


def namespace() -> Any:
    """Return what stands for the root below the root."""
    return NAMESPACE_VALUE


_DESCRIPTION = "The ML.ENERGY Benchmark: energy, time and power of LLM and diffusion inference."


@strawberry.type(name="MLEnergyQuery", description=_DESCRIPTION)
class Fields:
    """The fields of the root, wherever they stand."""

    llm_runs = strawberry.field(
        resolver=llm_runs,
        graphql_type=LLMRunConnection | None,
        description=f"LLM runs, in the dataset's order unless `orderBy` is given. {_REFUSED}",
    )
    diffusion_runs = strawberry.field(
        resolver=diffusion_runs,
        graphql_type=DiffusionRunConnection | None,
        description=f"Diffusion runs, in the dataset's order unless `orderBy` is given. {_REFUSED}",
    )
    models = strawberry.field(
        resolver=models,
        graphql_type=ModelConnection | None,
        description="Models, by id unless `orderBy` is given. `search` is fuzzy over nickname and modelId, best match "
        f"first unless `orderBy` is given. {_REFUSED}",
    )

    dataset = strawberry.field(resolver=dataset, graphql_type=Dataset, description="What is being served.")
    gpus = strawberry.field(
        resolver=gpus,
        graphql_type=list[GPU] | None,
        description=f"The GPU models that the benchmark ran on, by name. {_REFUSED_BELOW}",
    )
    tasks = strawberry.field(
        resolver=tasks,
        graphql_type=list[Task] | None,
        description=f"The tasks: text, then multimodal, then diffusion. {_REFUSED_BELOW}",
    )
    llm_run = strawberry.field(
        resolver=llm_run, graphql_type=LLMRun | None, description="The LLM run with this id, or null."
    )
    diffusion_run = strawberry.field(
        resolver=diffusion_run, graphql_type=DiffusionRun | None, description="The diffusion run with this id, or null."
    )
    model = strawberry.field(resolver=model, graphql_type=Model | None, description="The model with this id, or null.")
    gpu = strawberry.field(resolver=gpu, graphql_type=GPU | None, description="The GPU model of this name, or null.")
    task = strawberry.field(resolver=task, graphql_type=Task | None, description="The task of this name, or null.")


def _entities_field() -> StrawberryField:
    field: StrawberryField = strawberry.field(
        name="_entities",
        resolver=entities,
        graphql_type=list[Entity | None],
        metadata={CACHE_SCOPE: CacheScope.PROCESS},  # a reference to a Dataset names it, and its name is the source's
    )
    return field


@strawberry.type(description=_DESCRIPTION)
class Query(Fields):
    """The root of the graph."""

    entities = _entities_field()


def nested_query(root_field: str) -> type:
    """Return a root that has all its fields below one field of this name; the federation's own stay at the root."""
    fields = {
        # Nullable, so that a supergraph without this server still answers the rest of a query.
        "namespace": strawberry.field(
            name=root_field,
            resolver=namespace,
            graphql_type=Fields | None,
            description=_DESCRIPTION,
            metadata={NAMESPACE: True},
        ),
        "entities": _entities_field(),
    }
    return strawberry.type(type("Query", (), fields), description=_DESCRIPTION)
