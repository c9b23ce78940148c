"""Diffusion runs: the type with all its columns, its filter, its order, its connection, and the field for them."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers.raw_files import read_iterations, read_skipped_iterations, read_timelines
from resolvers.runs import parent_of, select_runs
from schema.arguments import ORDER, WHERE_RUNS, After, Before, First, Last, MaxPoints, Metric, Offset, Window
from schema.columns import column_fields, of_the_row
from schema.connections import connection_type, edge_type
from schema.context import Context
from schema.deployments import run_replicas
from schema.enums import NullsOrder, SortDirection, Stability, TimelineMetric, TimelineWindow
from schema.filters import (
    ALL_HOLD,
    NOT_HELD,
    ONE_HOLDS,
    IDFilter,
    TableFilter,
    filter_fields,
    read_as_given,
)
from schema.orders import ORDER_DIRECTION, ORDER_FIELD, ORDER_NULLS, TableOrder, column_enum, order_keys
from schema.paging import page_arguments
from schema.raw_figures import DiffusionIteration
from schema.run_columns import run_key, run_metric
from schema.timelines import Timeline
from schema.views import run_views
from tables.catalogue import DERIVED_COLUMNS, DIFFUSION_COLUMNS
from tables.row_set import RowSet
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    from schema.gpus import GPU
    from schema.models import Model
    from schema.tasks import Task

_SOURCE = "`runs/diffusion.parquet`"
_DERIVED = DERIVED_COLUMNS["diffusion"]


async def timeline(
    runs: strawberry.Parent[RowSet],
    context: Context,
    metric: Metric = TimelineMetric.POWER_DEVICE_INSTANT,
    window: Window = TimelineWindow.FULL,
    max_points: MaxPoints = 1000,
) -> Any:
    """Read each run's timeline."""
    request = TimelineRequest(metric=metric, window=window, max_points=max_points)
    return await read_timelines(context, runs, request)


async def iterations(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's measured batches."""
    return await read_iterations(context, runs)


async def skipped_iteration_count(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Count each run's measured batches that cannot be read."""
    return await read_skipped_iterations(context, runs)


@strawberry.federation.type(
    name="DiffusionRun", keys=["id"], description="One measured run of an image or video model, with its figures."
)
@column_fields(DIFFUSION_COLUMNS, source=_SOURCE)
@column_fields(_DERIVED, source=None)
class DiffusionRun:
    """One measured run of an image or video model."""

    id = of_the_row(
        lambda runs, _context: runs.column("id"),
        graphql_type=strawberry.ID,
        description="Opaque and URL-safe; the same in every revision that has the run.",
    )
    model = of_the_row(
        lambda runs, context: parent_of(context.dataset, runs, "Model"),
        graphql_type=Annotated["Model", strawberry.lazy("schema.models")],
        description="The model that ran. Its own runs and figures are those in all tasks and on all GPUs.",
    )
    gpu = of_the_row(
        lambda runs, context: parent_of(context.dataset, runs, "GPU"),
        graphql_type=Annotated["GPU", strawberry.lazy("schema.gpus")],
        description="The GPU model that it ran on. Its own runs and figures are those of all models.",
    )
    task_info = of_the_row(
        lambda runs, context: parent_of(context.dataset, runs, "Task"),
        graphql_type=Annotated["Task", strawberry.lazy("schema.tasks")],
        description="The task that it ran, as an object; `task` is its name. Its own runs and figures are those of all "
        "models.",
    )
    replicas = strawberry.field(
        resolver=run_replicas,
        graphql_type=int | None,
        description="How many deployments of this configuration draw a power together: target over average power, "
        "rounded; null where the run's power is not known.",
    )
    timeline = strawberry.field(
        resolver=timeline,
        graphql_type=Timeline | None,
        description="Power or temperature over time, from the run's raw file, fetched only where selected; null where "
        "the source has none. `maxPoints` downsamples (MinMaxLTTB on the sum over the GPUs); null gives every sample.",
    )
    iterations = strawberry.field(
        resolver=iterations,
        graphql_type=list[DiffusionIteration] | None,
        description="Time and energy of each measured batch, from the run's raw file; null where the source has no "
        "such file, or the file no such list. A batch of which a figure cannot be read is left out.",
    )
    skipped_iteration_count = strawberry.field(
        resolver=skipped_iteration_count,
        graphql_type=int | None,
        description="How many batches of the raw file `iterations` leaves out because they cannot be read; null where "
        "`iterations` is.",
    )


DiffusionRunField = column_enum(
    "DiffusionRunField",
    (*DIFFUSION_COLUMNS, *_DERIVED),
    source=None,
    description="The columns of a diffusion run, to order by.",
)


@strawberry.input(description="One key of an order of diffusion runs; ties are broken by id.")
class DiffusionRunOrder(TableOrder):
    """One key of an order of diffusion runs."""

    field: DiffusionRunField = strawberry.field(description=ORDER_FIELD)  # type: ignore[valid-type] # made from the catalogue
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description=ORDER_DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=ORDER_NULLS)


@read_as_given
@strawberry.input(description="Conditions on diffusion runs; all that are given must hold.")
@filter_fields((*DIFFUSION_COLUMNS, *_DERIVED))
class DiffusionRunFilter(TableFilter):
    """Conditions on diffusion runs."""

    and_: list["DiffusionRunFilter"] | None = strawberry.field(name="and", default=UNSET, description=ALL_HOLD)
    or_: list["DiffusionRunFilter"] | None = strawberry.field(name="or", default=UNSET, description=ONE_HOLDS)
    not_: "DiffusionRunFilter | None" = strawberry.field(name="not", default=UNSET, description=NOT_HELD)
    id: IDFilter | None = strawberry.field(default=UNSET, description="The run's id.")


def diffusion_runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
    parents: strawberry.Parent[Any],
    context: Context,
    where: Annotated[DiffusionRunFilter | None, WHERE_RUNS] = UNSET,
    order_by: Annotated[list[DiffusionRunOrder] | None, ORDER] = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    offset: Offset = UNSET,
) -> Any:
    """Select runs of each model, GPU, task or pair of a level, or of the whole dataset."""
    return select_runs(
        context,
        "diffusion",
        parents,
        where=where or None,
        stability=Stability.ANY,
        order=order_keys(order_by),
        page=page_arguments(first, after, last, before, offset),
    )


DiffusionRunMetric = run_metric("DiffusionRun", "diffusion")
DiffusionRunKey = run_key("DiffusionRun", "diffusion")
DiffusionRunEdge = edge_type("DiffusionRunEdge", DiffusionRun)
_Connection = Annotated["DiffusionRunConnection", strawberry.lazy("schema.diffusion_runs")]  # type: ignore[valid-type] # made below
DiffusionRunConnection = connection_type(
    "DiffusionRunConnection",
    DiffusionRun,
    DiffusionRunEdge,
    description="A page of diffusion runs, and how many the filter selects.",
    views=run_views(
        "DiffusionRun",
        "diffusion",
        DiffusionRun,
        strawberry.field(
            resolver=diffusion_runs,
            graphql_type=_Connection,
            description="The runs of the group; a filter narrows them further.",
        ),
        connection=_Connection,
        order=DiffusionRunOrder,
        metric=DiffusionRunMetric,
        key=DiffusionRunKey,
    ),
)
