"""Tasks: what the benchmark has models do."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from resolvers.models import related
from resolvers.tasks import run_counts
from schema.arguments import StabilityChoice
from schema.columns import of_the_row
from schema.enums import Stability, TaskKind
from schema.info import Info
from tables.row_set import RowSet

if TYPE_CHECKING:
    from schema.models import Model


def run_count(tasks: strawberry.Parent[RowSet], info: Info, stability: StabilityChoice = Stability.STABLE) -> Any:
    """Count each task's runs."""
    return run_counts(info.context, tasks, stability)


@strawberry.federation.type(keys=["name"], description="What the benchmark has a model do.")
class Task:
    """What the benchmark has a model do."""

    name = of_the_row(
        lambda tasks, _info: tasks.column("name"), graphql_type=strawberry.ID, description="Such as `gpqa`."
    )
    display_name = of_the_row(
        lambda tasks, _info: tasks.column("display_name"),
        graphql_type=str,
        description="The leaderboard's name for it, such as `LLM Chat (LM Arena)`; `name` where it has none.",
    )
    kind = of_the_row(
        lambda tasks, _info: tasks.column("kind"), graphql_type=TaskKind, description="The kind of model that it runs."
    )
    run_count = strawberry.field(
        resolver=run_count, graphql_type=int, description="Its runs; diffusion runs count as stable."
    )
    models = of_the_row(
        lambda tasks, info: related(info.context.dataset, tasks, "Model"),
        graphql_type=list[Annotated["Model", strawberry.lazy("schema.models")]],
        description="The models that were measured on it, by id.",
    )
