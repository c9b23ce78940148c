"""LLM runs: the type with all its columns, its filter, its order, its connection, and the field that selects them."""

from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry import UNSET

from resolvers.runs import parent_of, select_runs
from resolvers.timelines import read_timelines
from schema.columns import column_fields, of_the_row
from schema.connections import connection_type, edge_type
from schema.enums import NullsOrder, SortDirection, Stability, TimelineMetric, TimelineWindow
from schema.filters import IDFilter, TableFilter, condition_of, filter_fields, read_as_given
from schema.info import Info
from schema.orders import TableOrder, column_enum, order_keys
from schema.paging import page_arguments
from schema.timelines import Timeline
from tables.catalogue import DERIVED_COLUMNS, LLM_COLUMNS
from tables.row_set import RowSet
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    from schema.gpus import GPU
    from schema.models import Model

_SOURCE = "`runs/llm.parquet`"
_DERIVED = DERIVED_COLUMNS["llm"]


async def timeline(
    runs: strawberry.Parent[RowSet],
    info: Info,
    metric: TimelineMetric = TimelineMetric.POWER_DEVICE_INSTANT,
    window: TimelineWindow = TimelineWindow.STEADY_STATE,
    max_points: int | None = 1000,
) -> Any:  # noqa: ANN401 - a column of tables/batch.py
    """Read each run's timeline."""
    request = TimelineRequest(metric=metric, window=window, max_points=max_points)
    return await read_timelines(info.context, runs, request)


@strawberry.federation.type(
    name="LLMRun", keys=["id"], description="One measured run of a language model: a configuration and its figures."
)
@column_fields(LLM_COLUMNS, source=_SOURCE)
@column_fields(_DERIVED, source=None)
class LLMRun:
    """One measured run of a language model."""

    id = of_the_row(
        lambda runs, _info: runs.column("id"),
        graphql_type=strawberry.ID,
        description="Opaque and URL-safe; the same in every revision that has the run.",
    )
    model = of_the_row(
        lambda runs, info: parent_of(info.context.dataset, runs, "Model"),
        graphql_type=Annotated["Model", strawberry.lazy("schema.models")],
        description="The model that ran.",
    )
    gpu = of_the_row(
        lambda runs, info: parent_of(info.context.dataset, runs, "GPU"),
        graphql_type=Annotated["GPU", strawberry.lazy("schema.gpus")],
        description="The GPU model that it ran on.",
    )
    timeline = strawberry.field(
        resolver=timeline,
        graphql_type=Timeline | None,
        description="Power or temperature over time, from the run's raw file, fetched only where selected; null where "
        "the source has none. `maxPoints` downsamples (MinMaxLTTB on the sum over the GPUs); null gives every sample.",
    )


LLMRunEdge = edge_type("LLMRunEdge", LLMRun)
LLMRunConnection = connection_type(
    "LLMRunConnection",
    LLMRun,
    LLMRunEdge,
    description="A page of LLM runs, and how many the filter selects.",
)
LLMRunField = column_enum(
    "LLMRunField", (*LLM_COLUMNS, *_DERIVED), source=None, description="The columns of an LLM run, to order by."
)


@strawberry.input(name="LLMRunOrder", description="One key of an order of LLM runs; ties are broken by id.")
class LLMRunOrder(TableOrder):
    """One key of an order of LLM runs."""

    field: LLMRunField  # type: ignore[valid-type] # made from the catalogue
    direction: SortDirection = SortDirection.ASC
    nulls: NullsOrder = NullsOrder.LAST


@read_as_given
@strawberry.input(name="LLMRunFilter", description="Conditions on LLM runs; all that are given must hold.")
@filter_fields((*LLM_COLUMNS, *_DERIVED))
class LLMRunFilter(TableFilter):
    """Conditions on LLM runs."""

    and_: list["LLMRunFilter"] | None = strawberry.field(name="and", default=UNSET)
    or_: list["LLMRunFilter"] | None = strawberry.field(
        name="or", default=UNSET, description="At least one must hold; an empty list matches nothing."
    )
    not_: "LLMRunFilter | None" = strawberry.field(name="not", default=UNSET)
    id: IDFilter | None = UNSET


def llm_runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
    parents: strawberry.Parent[Any],
    info: Info,
    where: LLMRunFilter | None = UNSET,
    stability: Stability = Stability.STABLE,
    order_by: list[LLMRunOrder] | None = UNSET,
    first: int | None = UNSET,
    after: str | None = UNSET,
    last: int | None = UNSET,
    before: str | None = UNSET,
    offset: int | None = UNSET,
) -> Any:  # noqa: ANN401 - a column of tables/batch.py
    """Select runs of each model, GPU or task of a level, or of the whole dataset."""
    return select_runs(
        info.context,
        "llm",
        parents,
        where=condition_of(where, info.context.dataset.vocabularies),
        stability=stability,
        order=order_keys(order_by),
        page=page_arguments(first, after, last, before, offset),
    )


def selected_llm_runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
    pairs: strawberry.Parent[Any],
    info: Info,
    where: LLMRunFilter | None = UNSET,
    order_by: list[LLMRunOrder] | None = UNSET,
    first: int | None = UNSET,
    after: str | None = UNSET,
    last: int | None = UNSET,
    before: str | None = UNSET,
    offset: int | None = UNSET,
) -> Any:  # noqa: ANN401 - a column of tables/batch.py
    """Select among runs whose stability was decided above."""
    return llm_runs(pairs, info, where, Stability.ANY, order_by, first, after, last, before, offset)
