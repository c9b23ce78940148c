"""Types of a kind of run, built from its descriptor: common fields, filter, order, enums, connection, list field."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, TypeVar

import strawberry
from strawberry import UNSET

from resolvers.raw_files import read_timelines, unavailable_because
from resolvers.runs import select_runs
from schema.arguments import (
    DEFAULT_MAX_POINTS,
    ORDER,
    WHERE_RUNS,
    After,
    Before,
    First,
    Last,
    MaxPoints,
    Metric,
    Offset,
    Window,
    stability_argument,
    without_argument,
)
from schema.columns import column_field
from schema.connections import connection_type, edge_type
from schema.context import Context
from schema.enums import TimelineMetric, TimelineWindow
from schema.filters import TableFilter, table_filter
from schema.orders import TableOrder, column_enum, order_keys, table_order
from schema.paging import page_arguments
from schema.raw_fields import raw_field, unavailable_text
from schema.run_columns import run_key, run_metric
from schema.runs import common_fields
from schema.timelines import Timeline
from schema.viewed_runs import ViewedRuns
from schema.views import run_views
from tables.row_set import RowSet
from tables.run_kinds import RunKind
from timelines.timeline import TimelineRequest

Class = TypeVar("Class", bound=type)
Resolver = Callable[..., Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTypes:
    """Types and list fields of one kind of run.

    Args:
        kind: The kind.
        run: Object type of a run.
        filter: Input with conditions on these runs.
        order: Input with a key of their order.
        metric: Enum of their numeric columns.
        key: Enum of their configuration columns.
        connection: Type of a page of these runs.
        runs: Resolver that selects among the runs of each parent, with an argument `stability` if the kind has one.
        entry_runs: Resolver that narrows the runs of a list's entries; its argument `stability`, if the kind has one,
            replaces that of the list.
    """

    kind: RunKind
    run: type
    filter: type[TableFilter]
    order: type[TableOrder]
    metric: type[Enum]
    key: type[Enum]
    connection: type
    runs: Resolver
    entry_runs: Resolver


def run_fields(kind: RunKind) -> Callable[[Class], Class]:
    """Give a class, before it becomes a Strawberry type, the fields that runs of every kind have."""
    source = f"`{kind.table_file}`"
    default_window = TimelineWindow.STEADY_STATE if kind.has_stability else TimelineWindow.FULL
    fields: dict[str, Any] = {
        **{column.name: column_field(column, source=source) for column in kind.columns},
        **{derived.column.name: column_field(derived.column, source=None) for derived in kind.derived},
        **common_fields(),
        "timeline": _timeline_field(default_window),
        "timeline_unavailable_because": _timeline_reason_field(default_window),
    }

    def add(cls: Class) -> Class:
        for name, field in fields.items():
            setattr(cls, name, field)
        return cls

    return add


def _timeline_field(default_window: TimelineWindow) -> Any:
    covered = "the steady state" if default_window is TimelineWindow.STEADY_STATE else "the whole run"

    def timeline(
        runs: strawberry.Parent[RowSet],
        context: Context,
        metric: Metric = TimelineMetric.POWER_DEVICE_INSTANT,
        window: Window = default_window,
        max_points: MaxPoints = DEFAULT_MAX_POINTS,
    ) -> Any:
        request = TimelineRequest(metric=metric, window=window, max_points=max_points)
        return read_timelines(context, runs, request)

    return raw_field(
        timeline,
        Timeline | None,
        f"Power or temperature over time, by default of {covered}, from the run's raw file, which is read only if this "
        "field is selected. `maxPoints` downsamples (MinMaxLTTB on the sum over the GPUs); null returns every sample. "
        "Null if the source has no raw file for the run.",
    )


def _timeline_reason_field(default_window: TimelineWindow) -> Any:
    def timeline_unavailable_because(
        runs: strawberry.Parent[RowSet],
        context: Context,
        metric: Metric = TimelineMetric.POWER_DEVICE_INSTANT,
        window: Window = default_window,
    ) -> Any:
        request = TimelineRequest(metric=metric, window=window, max_points=DEFAULT_MAX_POINTS)
        return unavailable_because(read_timelines(context, runs, request))

    return raw_field(timeline_unavailable_because, str | None, unavailable_text("timeline"))


def run_types(kind: RunKind, run: type, *, module: str) -> RunTypes:
    """Build the types of a kind of run.

    Args:
        kind: The kind.
        run: Its object type.
        module: Module with the connection type as an attribute, named as in the graph, for types that refer to it.
    """
    name, label = kind.type_name, kind.label
    filter_type = table_filter(
        f"{name}Filter",
        kind.all_columns,
        has_id=True,
        description=f"Conditions on {label} runs. All given conditions must hold.",
    )
    columns = column_enum(
        f"{name}Field",
        kind.all_columns,
        source=None,
        description=f"Columns of {label} runs that they can be ordered by.",
    )
    order = table_order(
        f"{name}Order", columns, description=f"Key of an order of {label} runs. Runs with equal keys are ordered by id."
    )
    metric, key = run_metric(name, kind.name), run_key(name, kind.name)
    # The selection that is grouped has decided the stability.
    runs_of_a_group = without_argument(_runs(kind, filter_type, order, inherits=True), "stability")
    connection: Any = Annotated[f"{name}Connection", strawberry.lazy(module)]
    views = run_views(
        ViewedRuns(kind, run, connection, order, metric, key),
        strawberry.field(
            resolver=runs_of_a_group,
            graphql_type=connection,
            description="Runs of the group; a filter narrows them further.",
        ),
    )
    return RunTypes(
        kind=kind,
        run=run,
        filter=filter_type,
        order=order,
        metric=metric,
        key=key,
        connection=connection_type(
            f"{name}Connection",
            run,
            edge_type(f"{name}Edge", run),
            description=f"Page of {label} runs, with the number of runs that match the filter, and views of them.",
            views=views,
        ),
        runs=_runs(kind, filter_type, order, inherits=False),
        entry_runs=_runs(kind, filter_type, order, inherits=True),
    )


def _runs(kind: RunKind, filter_type: Any, order: Any, *, inherits: bool) -> Resolver:
    choice, default = stability_argument(has_stability=kind.has_stability, inherits=inherits)

    def runs(  # noqa: PLR0913, PLR0917 - the arguments of the field
        parents: strawberry.Parent[Any],
        context: Context,
        where: Annotated[filter_type | None, WHERE_RUNS] = UNSET,
        stability: choice = default,  # type: ignore[valid-type]
        order_by: Annotated[list[order] | None, ORDER] = UNSET,
        first: First = UNSET,
        after: After = UNSET,
        last: Last = UNSET,
        before: Before = UNSET,
        offset: Offset = UNSET,
    ) -> Any:
        return select_runs(
            context,
            kind.name,
            parents,
            where=None if where is UNSET else where,
            stability=None if stability is UNSET else stability,
            order=order_keys(order_by),
            page=page_arguments(first, after, last, before, offset),
        )

    return runs if kind.has_stability else without_argument(runs, "stability")
