"""Root of the graph: lists of runs and entities, and lookups by key."""

from collections.abc import Callable
from typing import Annotated, Any, TypeVar, Union

import strawberry

from execution.field_metadata import CACHE_SCOPE, NAMESPACE, CacheScope
from execution.row_by_row import NAMESPACE_VALUE
from execution.strawberry_internals import FederationAny, StrawberryField
from resolvers.lookup import lookup_entity, lookup_run, lookup_run_of_any_kind
from resolvers.nodes import resolve_node, resolve_nodes
from resolvers.representations import resolve_representations
from schema.all_runs import RUN_TYPES
from schema.batch_fields import resolver_field
from schema.context import Context
from schema.dataset import Dataset
from schema.gpus import GPU
from schema.models import Model, ModelConnection, models
from schema.names import wire_name
from schema.nodes import Node
from schema.run_types import RunTypes
from schema.runs import Run
from schema.tasks import Task
from tables.relations import Grouped

Class = TypeVar("Class", bound=type)
DESCRIPTION = "The ML.ENERGY Benchmark: energy, time and power of LLM and diffusion inference on GPUs."
RunID = Annotated[strawberry.ID, strawberry.argument(description="Id of the run.")]
ModelID = Annotated[strawberry.ID, strawberry.argument(description="Id of the model, `org/model`.")]
GPUName = Annotated[strawberry.ID, strawberry.argument(description="Name of the GPU model, such as `H100`.")]
NodeID = Annotated[strawberry.ID, strawberry.argument(description="Id of the object.")]
NodeIDs = Annotated[list[strawberry.ID], strawberry.argument(description="Ids of the objects.")]
TaskName = Annotated[strawberry.ID, strawberry.argument(description="Name of the task, such as `gpqa`.")]
# Objects that may be the Dataset, whose name and therefore whose id are those of the source.
_OF_ANY_TYPE = {CACHE_SCOPE: CacheScope.PROCESS}
_REFUSED = "Null, with an error, if an argument here or below is not allowed; other root fields are answered."
_ENTITY: Any = Annotated[
    Union[(*(types.run for types in RUN_TYPES), Model, GPU, Task, Dataset)],
    strawberry.union("_Entity", description="Types with a key that other graphs can refer to."),
]


def dataset(context: Context) -> Any:
    """Return the dataset that this request reads."""
    return context.dataset


def gpus(context: Context) -> Any:
    """Return all GPU models."""
    return Grouped.whole(context.dataset.gpus)


def tasks(context: Context) -> Any:
    """Return all tasks."""
    return Grouped.whole(context.dataset.tasks)


def model(context: Context, model_id: ModelID) -> Any:
    """Return one model."""
    return lookup_entity(context, context.dataset.models, model_id, argument="modelId", column="model_id")


def gpu(context: Context, model: GPUName) -> Any:
    """Return one GPU model."""
    return lookup_entity(context, context.dataset.gpus, model, argument="model", column="gpu_model")


def task(context: Context, name: TaskName) -> Any:
    """Return one task."""
    return lookup_entity(context, context.dataset.tasks, name, argument="name", column="task")


def run(context: Context, id: RunID) -> Any:  # noqa: A002 - the argument's name; a column
    """Return one run of any kind."""
    return lookup_run_of_any_kind(context, id, wire_name)


def node(context: Context, id: NodeID) -> Any:  # noqa: A002 - the argument's name; prescribed by Relay
    """Return the object with an id."""
    return resolve_node(context, id, wire_name)


def nodes(context: Context, ids: NodeIDs) -> Any:
    """Return the object with each id."""
    return resolve_nodes(context, ids, wire_name)


def entities(context: Context, representations: list[FederationAny]) -> Any:
    """Return the entities that a gateway refers to."""
    return resolve_representations(context, representations, wire_name)


def namespace() -> Any:
    """Return what stands for the root below the root."""
    return NAMESPACE_VALUE


def _run_fields(cls: Class) -> Class:
    """Give the root, before it becomes a Strawberry type, the list and the lookup of each kind of run."""
    for types in RUN_TYPES:
        kind = types.kind
        label = kind.label[0].upper() + kind.label[1:]
        runs = f"{label} runs, in the dataset's order unless `orderBy` is given. {_REFUSED}"
        run = f"The {kind.label} run with this id; null if there is none."
        setattr(cls, f"{kind.name}_runs", resolver_field(types.runs, types.connection | None, runs))
        setattr(cls, f"{kind.name}_run", resolver_field(_run_lookup(types), types.run | None, run))
    return cls


def _run_lookup(types: RunTypes) -> Callable[..., Any]:
    def run(context: Context, id: RunID) -> Any:  # noqa: A002 - the argument's name; a column
        return lookup_run(context, types.kind.name, id)

    return run


@strawberry.type(name="MLEnergyQuery", description=DESCRIPTION)
@_run_fields
class Fields:
    """Fields of the root, at the top level or below one field."""

    models = strawberry.field(
        resolver=models,
        graphql_type=ModelConnection | None,
        description="Models, ordered by id unless `orderBy` is given. With `search`, the best match comes first unless "
        f"`orderBy` is given. {_REFUSED}",
    )

    dataset = strawberry.field(
        resolver=dataset, graphql_type=Dataset, description="Dataset that the server has loaded."
    )
    gpus = strawberry.field(
        resolver=gpus,
        graphql_type=list[GPU] | None,
        description=f"GPU models that the benchmark ran on, by name. {_REFUSED}",
    )
    tasks = strawberry.field(
        resolver=tasks,
        graphql_type=list[Task] | None,
        description=f"Tasks of the benchmark: text, then multimodal, then diffusion. {_REFUSED}",
    )
    model = strawberry.field(
        resolver=model, graphql_type=Model | None, description="The model with this id; null if there is none."
    )
    gpu = strawberry.field(
        resolver=gpu, graphql_type=GPU | None, description="The GPU model with this name; null if there is none."
    )
    task = strawberry.field(
        resolver=task, graphql_type=Task | None, description="The task with this name; null if there is none."
    )
    run = strawberry.field(
        resolver=run,
        graphql_type=Run | None,
        description="The run with this id, of any kind; null if there is none.",
    )
    node = strawberry.field(
        resolver=node,
        graphql_type=Node | None,
        description="The object with this id, of any type; null if there is none.",
        metadata=_OF_ANY_TYPE,
    )
    nodes = strawberry.field(
        resolver=nodes,
        graphql_type=list[Node | None],
        description="The objects with these ids, in their order; null for an id that no object has, and null with an "
        "error for a text that is not an id.",
        metadata=_OF_ANY_TYPE,
    )


def _entities_field() -> StrawberryField:
    field: StrawberryField = strawberry.field(
        name="_entities",
        resolver=entities,
        graphql_type=list[_ENTITY | None],
        metadata=_OF_ANY_TYPE,
    )
    return field


@strawberry.type(description=DESCRIPTION)
class Query(Fields):
    """The root of the graph."""

    entities = _entities_field()


def nested_query(root_field: str) -> type:
    """Return a root with all fields below one field of this name; the federation's own fields stay at the root."""
    fields = {
        # Nullable, so that a supergraph without this server still answers the rest of a query.
        "namespace": strawberry.field(
            name=root_field,
            resolver=namespace,
            graphql_type=Fields | None,
            description=DESCRIPTION,
            metadata={NAMESPACE: True},
        ),
        "entities": _entities_field(),
    }
    return strawberry.type(type("Query", (), fields), description=DESCRIPTION)
