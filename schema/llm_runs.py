"""LLM runs: the type with all its columns, its filter, its order, its connection, and the field that selects them."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers.raw_files import (
    read_inter_token_latencies,
    read_latencies,
    read_output_lengths,
    read_server_metrics,
    read_timelines,
)
from resolvers.runs import parent_of, select_runs
from schema.arguments import (
    ORDER,
    WHERE_RUNS,
    After,
    Before,
    First,
    Last,
    MaxPoints,
    Metric,
    Offset,
    StabilityChoice,
    Window,
)
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
from schema.raw_figures import RequestLatencies
from schema.raw_samples import InterTokenLatencies, OutputLengths
from schema.run_columns import run_key, run_metric
from schema.server_metrics import ServerMetrics
from schema.timelines import Timeline
from schema.views import run_views
from tables.catalogue import DERIVED_COLUMNS, LLM_COLUMNS
from tables.row_set import RowSet
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    from schema.gpus import GPU
    from schema.models import Model
    from schema.tasks import Task

_SOURCE = "`runs/llm.parquet`"
_DERIVED = DERIVED_COLUMNS["llm"]


async def timeline(
    runs: strawberry.Parent[RowSet],
    context: Context,
    metric: Metric = TimelineMetric.POWER_DEVICE_INSTANT,
    window: Window = TimelineWindow.STEADY_STATE,
    max_points: MaxPoints = 1000,
) -> Any:
    """Read each run's timeline."""
    request = TimelineRequest(metric=metric, window=window, max_points=max_points)
    return await read_timelines(context, runs, request)


async def output_lengths(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's output lengths."""
    return await read_output_lengths(context, runs)


async def inter_token_latencies(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's inter-token latencies."""
    return await read_inter_token_latencies(context, runs)


async def latencies(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read each run's latency statistics."""
    return await read_latencies(context, runs)


async def server_metrics(runs: strawberry.Parent[RowSet], context: Context) -> Any:
    """Read what each run's inference server said."""
    return await read_server_metrics(context, runs)


@strawberry.federation.type(
    name="LLMRun", keys=["id"], description="One measured run of a language model: a configuration and its figures."
)
@column_fields(LLM_COLUMNS, source=_SOURCE)
@column_fields(_DERIVED, source=None)
class LLMRun:
    """One measured run of a language model."""

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
    output_lengths = strawberry.field(
        resolver=output_lengths,
        graphql_type=OutputLengths | None,
        description="How long the answers were, from the run's raw file; null where the source has none.",
    )
    inter_token_latencies = strawberry.field(
        resolver=inter_token_latencies,
        graphql_type=InterTokenLatencies | None,
        description="The latency of every token, from the run's raw file; null where the source has none.",
    )
    latencies = strawberry.field(
        resolver=latencies,
        graphql_type=RequestLatencies | None,
        description="Latencies per request as the run's raw file states them; null where the source has none.",
    )
    server_metrics = strawberry.field(
        resolver=server_metrics,
        graphql_type=ServerMetrics | None,
        description="What the inference server said of itself, from the run's raw `prometheus.json`; null where the "
        "source has none.",
    )


LLMRunField = column_enum(
    "LLMRunField", (*LLM_COLUMNS, *_DERIVED), source=None, description="The columns of an LLM run, to order by."
)


@strawberry.input(name="LLMRunOrder", description="One key of an order of LLM runs; ties are broken by id.")
class LLMRunOrder(TableOrder):
    """One key of an order of LLM runs."""

    field: LLMRunField = strawberry.field(description=ORDER_FIELD)  # type: ignore[valid-type] # made from the catalogue
    direction: SortDirection = strawberry.field(default=SortDirection.ASC, description=ORDER_DIRECTION)
    nulls: NullsOrder = strawberry.field(default=NullsOrder.LAST, description=ORDER_NULLS)


@read_as_given
@strawberry.input(name="LLMRunFilter", description="Conditions on LLM runs; all that are given must hold.")
@filter_fields((*LLM_COLUMNS, *_DERIVED))
class LLMRunFilter(TableFilter):
    """Conditions on LLM runs."""

    and_: list["LLMRunFilter"] | None = strawberry.field(name="and", default=UNSET, description=ALL_HOLD)
    or_: list["LLMRunFilter"] | None = strawberry.field(name="or", default=UNSET, description=ONE_HOLDS)
    not_: "LLMRunFilter | None" = strawberry.field(name="not", default=UNSET, description=NOT_HELD)
    id: IDFilter | None = strawberry.field(default=UNSET, description="The run's id.")


def llm_runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
    parents: strawberry.Parent[Any],
    context: Context,
    where: Annotated[LLMRunFilter | None, WHERE_RUNS] = UNSET,
    stability: StabilityChoice = Stability.STABLE,
    order_by: Annotated[list[LLMRunOrder] | None, ORDER] = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    offset: Offset = UNSET,
) -> Any:
    """Select runs of each model, GPU or task of a level, or of the whole dataset."""
    return select_runs(
        context,
        "llm",
        parents,
        where=where or None,
        stability=stability,
        order=order_keys(order_by),
        page=page_arguments(first, after, last, before, offset),
    )


def selected_llm_runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
    pairs: strawberry.Parent[Any],
    context: Context,
    where: Annotated[LLMRunFilter | None, WHERE_RUNS] = UNSET,
    order_by: Annotated[list[LLMRunOrder] | None, ORDER] = UNSET,
    first: First = UNSET,
    after: After = UNSET,
    last: Last = UNSET,
    before: Before = UNSET,
    offset: Offset = UNSET,
) -> Any:
    """Select among runs whose stability was decided above."""
    return llm_runs(pairs, context, where, Stability.ANY, order_by, first, after, last, before, offset)


LLMRunMetric = run_metric("LLMRun", "llm")
LLMRunKey = run_key("LLMRun", "llm")
LLMRunEdge = edge_type("LLMRunEdge", LLMRun)
_Connection = Annotated["LLMRunConnection", strawberry.lazy("schema.llm_runs")]  # type: ignore[valid-type] # made below
LLMRunConnection = connection_type(
    "LLMRunConnection",
    LLMRun,
    LLMRunEdge,
    description="A page of LLM runs, and how many the filter selects.",
    views=run_views(
        "LLMRun",
        "llm",
        LLMRun,
        strawberry.field(
            resolver=selected_llm_runs,
            graphql_type=_Connection,
            description="The runs of the group; a filter narrows them further.",
        ),
        connection=_Connection,
        order=LLMRunOrder,
        metric=LLMRunMetric,
        key=LLMRunKey,
    ),
)
