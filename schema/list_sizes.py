"""Sizes of lists in a schema over one dataset: the federation directive `@listSize` of each field."""

from collections.abc import Mapping

import numpy as np
import pyarrow.compute as pc
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)
from strawberry import UNSET
from strawberry.federation.schema_directives import ListSize

from execution.field_metadata import CARDINALITY
from resolvers.context import Limits
from schema.names import PREFIX
from schema.run_columns import key_columns
from tables.dataset import Dataset
from tables.run_kinds import RUN_KINDS

_PAGE = ["first", "last"]
_ROWS_OF_A_PAGE = ["nodes", "edges"]
_POINTS = ("bins", "maxPoints")  # arguments with the length of the lists of numbers in an object
_COLUMNS = 8  # assumed where a list has one item per requested column: the most keys of a group
# Types of the items of lists, without their prefix, by what a list has one item for.
_PER_GROUP = ("RunGroup", "BestRun", "ParetoFrontier", "RunRatios", "LogisticFit", "CommonTimeline", "RunFacetValue")
_PER_RUN_OF_A_GROUP = ("Run", "RunWithRatios", "LogisticFitPoint")
_PER_COLUMN = (
    "GroupKeyValue",
    "RunFacet",
    "RunChange",
    "RunPairSummary",
    "RunReference",
    "RunRatio",
    "RunGroupComparison",
    "ConstraintSlack",
    "EmptyReason",
)
_PER_GPU = ("DeviceTimeline", "GPUEnergy")
# Prefix of the types of each kind of run; views of both kinds share the types with the general prefix.
_PREFIXES = {kind.type_name.removesuffix("Run"): name for name, kind in RUN_KINDS.items()}


def list_sizes(schema: GraphQLSchema, dataset: Dataset, limits: Limits) -> dict[tuple[str, str], ListSize]:
    """Return the `@listSize` of fields, by the names of type and field.

    A connection has the size of its default page, and a relation its greatest length over all parents. The length of
    the lists of a view depends on the requested columns; they have the length for one key column, the one with most
    values. Lists whose length only a raw file decides, and lists of numbers without a number of points, have none.
    """
    of_kind = {name: _view_sizes(dataset, name, limits) for name in RUN_KINDS}
    return {
        (kind.name, name): size
        for kind in schema.type_map.values()
        if isinstance(kind, GraphQLObjectType) and not kind.name.startswith("_")
        for name, field in kind.fields.items()
        if name not in _ROWS_OF_A_PAGE  # sized by the connection
        if (size := _list_size(kind.name, field, dataset, of_kind, limits.default_page)) is not None
    }


def _list_size(
    parent: str, field: GraphQLField, dataset: Dataset, of_kind: Mapping[str, Mapping[str, int]], default_page: int
) -> ListSize | None:
    cardinality = field.extensions.get(CARDINALITY)
    item = get_named_type(field.type)
    if {*_PAGE} <= field.args.keys():
        rows = cardinality(dataset).most if cardinality else _view_size(item.name, "Connection", of_kind)
        return _sized(rows if rows is None else min(default_page, rows), _PAGE, _ROWS_OF_A_PAGE)
    points = [name for name in _POINTS if name in field.args]
    if points and isinstance(item, GraphQLObjectType):
        return _sized(None, points, [name for name, each in item.fields.items() if _is_list_of_leaves(each)])
    if not is_list_type(get_nullable_type(field.type)) or is_leaf_type(item):
        return None
    most = cardinality(dataset).most if cardinality else _view_size(parent, item.name, of_kind)
    return None if most is None else _sized(most, [name for name in ("limit",) if name in field.args], [])


def _sized(assumed: int | None, slicing: list[str], fields: list[str]) -> ListSize:
    """Return the directive; None and empty lists are omitted, since composers refuse null."""
    return ListSize(
        assumed_size=UNSET if assumed is None else assumed,
        slicing_arguments=slicing or UNSET,
        sized_fields=fields or UNSET,
        require_one_slicing_argument=False if slicing else UNSET,
    )


def _is_list_of_leaves(field: GraphQLField) -> bool:
    return is_list_type(get_nullable_type(field.type)) and is_leaf_type(get_named_type(field.type)) and not field.args


def _view_size(parent: str, item: str, of_kind: Mapping[str, Mapping[str, int]]) -> int | None:
    """Return the size of a list of a view; in types that all kinds of run share, the greatest of their sizes."""
    prefix = next((prefix for prefix in _PREFIXES if parent.startswith(prefix) or item.startswith(prefix)), PREFIX)
    only = _PREFIXES.get(prefix)
    name = item.removeprefix(PREFIX).removeprefix(prefix)
    sizes = [sizes[name] for kind, sizes in of_kind.items() if name in sizes and only in {kind, None}]
    return max(sizes, default=None)


def _view_sizes(dataset: Dataset, kind: str, limits: Limits) -> dict[str, int]:
    """Return the sizes of lists of views, by the name of the items' type without its prefix."""
    table = dataset.runs[kind]
    # Groups by the key column with most values. Groups share out the rows, so without keys, one group with all rows is
    # never more than the product of the two sizes.
    counts = [pc.value_counts(table.columns[column.name]).field("counts") for column in key_columns(kind)]
    groups, in_group = max((len(each), int(np.max(each, initial=0))) for each in counts)
    gpus = max(pc.max(runs.columns["num_gpus"]).as_py() or 0 for runs in dataset.runs.values())
    return {
        "Connection": groups,  # of the best run per group
        **dict.fromkeys(_PER_GROUP, groups),
        **dict.fromkeys(_PER_RUN_OF_A_GROUP, in_group),
        **dict.fromkeys(_PER_COLUMN, _COLUMNS),
        **dict.fromkeys(_PER_GPU, gpus),
        "RunPair": table.num_rows // 2,
        "RunOutputLengths": min(table.num_rows, limits.max_raw_files),
        "ColumnInfo": sum(len(each.columns) for each in RUN_KINDS.values()),
    }
