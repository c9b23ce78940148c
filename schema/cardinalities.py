"""Cardinality of each relation in the schema: the number of rows of a field, read from the dataset's relations."""

from collections.abc import Callable, Collection
from typing import Any

import numpy as np
from graphql import GraphQLObjectType, GraphQLSchema, get_named_type, get_nullable_type, is_list_type

from execution.field_metadata import CARDINALITY, Cardinality
from schema.names import wire_name
from tables.dataset import Dataset
from tables.relations import Grouped
from tables.run_kinds import RUN_KINDS

# Table of each type of row, by the type's name in Python; a connection is a list of its rows.
_RUNS = {kind.type_name: name for name, kind in RUN_KINDS.items()}
_ENTITIES = ("Model", "GPU", "Task")
# Table of pairs of each type of an entity's entries by another entity.
PAIRS = {
    "ModelGPURuns": "ModelGPU",
    "GPUModelRuns": "ModelGPU",
    "ModelTaskRuns": "ModelTask",
    "TaskModelRuns": "ModelTask",
}
_ROWS = (*_RUNS, *_ENTITIES, *PAIRS)
_GROUPS = tuple(f"{run}Group" for run in _RUNS)


def add_cardinalities(schema: GraphQLSchema, *, root_names: Collection[str]) -> None:
    """Add to each relation between types of rows a function from the dataset to its `Cardinality`.

    Pages of connections (`nodes`, `edges`) have none: their rows are those of the connection.

    Args:
        schema: The schema.
        root_names: The types that have the fields of the root.
    """
    rows = {wire_name(name): (name, False) for name in _ROWS}
    rows |= {wire_name(f"{name}Connection"): (name, True) for name in _ROWS}
    parents: dict[str, str | None] = {wire_name(name): name for name in (*_ROWS, *_GROUPS)} | dict.fromkeys(root_names)
    for wire, parent in parents.items():
        kind = schema.type_map.get(wire)
        for field in kind.fields.values() if isinstance(kind, GraphQLObjectType) else ():
            row, is_connection = rows.get(get_named_type(field.type).name, (None, False))
            if row is not None:
                many = is_connection or is_list_type(get_nullable_type(field.type))
                field.extensions[CARDINALITY] = _cardinality(parent, row, many=many)


def _cardinality(parent: str | None, row: str, *, many: bool) -> Callable[[Dataset], Cardinality]:
    if not many:
        return lambda dataset: Cardinality(most=1, total=_count(dataset, row), shared=True)
    if parent is None or parent in _GROUPS:  # a single group may hold all of them
        return lambda dataset: Cardinality(most=_count(dataset, row), total=_count(dataset, row), shared=False)
    if row in _RUNS:
        of_runs: Any = (PAIRS.get(parent, parent), _RUNS[row])
        return lambda dataset: _of(dataset.run_children[of_runs], shared=False)
    of_rows: Any = (parent, PAIRS.get(row, row))
    return lambda dataset: _of(dataset.entities[of_rows], shared=row in _ENTITIES)


def _count(dataset: Dataset, row: str) -> int:
    tables = (*dataset.runs.values(), dataset.models, dataset.gpus, dataset.tasks)
    return next(table.num_rows for table in tables if table.name == row)


def _of(relation: Grouped, *, shared: bool) -> Cardinality:
    most = int(np.max(relation.counts, initial=0))
    return Cardinality(most=most, total=len(relation.indices), shared=shared)
