"""The root: everything that can be asked for, and the look-ups by key."""

from typing import Annotated, Any

import strawberry
from strawberry.federation.schema import FederationAny

from resolvers.models import entity_by_key
from resolvers.representations import resolve_representations
from resolvers.runs import run_by_id
from schema.dataset import Dataset
from schema.diffusion_runs import DiffusionRun, DiffusionRunConnection, diffusion_runs
from schema.gpus import GPU
from schema.info import Info
from schema.llm_runs import LLMRun, LLMRunConnection, llm_runs
from schema.models import Model, ModelConnection, models
from schema.tasks import Task
from tables.relations import Grouped
from tables.row_set import RowSet

Entity = Annotated[
    LLMRun | DiffusionRun | Model | GPU | Task | Dataset,
    strawberry.union("_Entity", description="Whatever has a key that other graphs can refer to."),
]


@strawberry.type(description="The ML.ENERGY Benchmark: energy, time and power of LLM and diffusion inference.")
class Query:
    """The root of the graph."""

    llm_runs: Any = strawberry.field(
        resolver=llm_runs,
        graphql_type=LLMRunConnection,
        description="LLM runs, in the dataset's order unless `orderBy` is given.",
    )
    diffusion_runs: Any = strawberry.field(
        resolver=diffusion_runs,
        graphql_type=DiffusionRunConnection,
        description="Diffusion runs, in the dataset's order unless `orderBy` is given.",
    )
    models: Any = strawberry.field(
        resolver=models,
        graphql_type=ModelConnection,
        description="Models, by id unless `orderBy` is given. `search` is fuzzy over nickname and modelId, best match "
        "first unless `orderBy` is given.",
    )

    @strawberry.field(graphql_type=Dataset, description="What is being served.")
    @staticmethod
    def dataset(info: Info) -> Any:  # noqa: ANN401 - the snapshot stands for the type
        """Return the snapshot that this request sees."""
        return info.context.dataset

    @strawberry.field(graphql_type=list[GPU], description="The GPU models that the benchmark ran on, by name.")
    @staticmethod
    def gpus(info: Info) -> Any:  # noqa: ANN401 - a column of tables/batch.py
        """Return all GPU models."""
        return Grouped.of_one(RowSet.whole(info.context.dataset.gpus))

    @strawberry.field(graphql_type=list[Task], description="The tasks: text, then multimodal, then diffusion.")
    @staticmethod
    def tasks(info: Info) -> Any:  # noqa: ANN401 - a column of tables/batch.py
        """Return all tasks."""
        return Grouped.of_one(RowSet.whole(info.context.dataset.tasks))

    @strawberry.field(graphql_type=LLMRun | None, description="The LLM run with this id, or null.")
    @staticmethod
    def llm_run(info: Info, id: strawberry.ID) -> Any:  # noqa: A002, ANN401 - the argument's name; a column
        """Return one LLM run."""
        return run_by_id(info.context.dataset, "llm", id)

    @strawberry.field(graphql_type=DiffusionRun | None, description="The diffusion run with this id, or null.")
    @staticmethod
    def diffusion_run(info: Info, id: strawberry.ID) -> Any:  # noqa: A002, ANN401 - the argument's name; a column
        """Return one diffusion run."""
        return run_by_id(info.context.dataset, "diffusion", id)

    @strawberry.field(graphql_type=Model | None, description="The model with this id, or null.")
    @staticmethod
    def model(info: Info, model_id: strawberry.ID) -> Any:  # noqa: ANN401 - a column of tables/batch.py
        """Return one model."""
        return entity_by_key(info.context.dataset.models, model_id)

    @strawberry.field(graphql_type=GPU | None, description="The GPU model of this name, or null.")
    @staticmethod
    def gpu(info: Info, model: strawberry.ID) -> Any:  # noqa: ANN401 - a column of tables/batch.py
        """Return one GPU model."""
        return entity_by_key(info.context.dataset.gpus, model)

    @strawberry.field(graphql_type=Task | None, description="The task of this name, or null.")
    @staticmethod
    def task(info: Info, name: strawberry.ID) -> Any:  # noqa: ANN401 - a column of tables/batch.py
        """Return one task."""
        return entity_by_key(info.context.dataset.tasks, name)

    @strawberry.field(name="_entities", graphql_type=list[Entity | None])
    @staticmethod
    def entities(info: Info, representations: list[FederationAny]) -> Any:  # noqa: ANN401 - rows stand for the types
        """Return the entities that a gateway refers to."""
        return resolve_representations(info.context, representations)
