"""Entities for a federation gateway: each representation is looked up by its key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import BadUserInput, QueryTooComplex, shown
from tables.batch import MixedListColumn, MixedPart, ObjectColumn
from tables.entities import with_unmeasured
from tables.row_set import RowSet
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.dataset import Dataset
    from tables.table import Table

# Key field of each entity, by the entity's name in Python.
_KEYS = {
    **{kind.type_name: "id" for kind in RUN_KINDS.values()},
    "Model": "modelId",
    "GPU": "model",
    "Task": "name",
    "Dataset": "name",
}
_MAX_KEY = 1_024  # characters; ids on the Hub have at most 193, but the id of a measured model may be a path


@dataclass(slots=True)
class _References:
    """References to entities of one type: their positions in the request, by key."""

    entity: str
    type_name: str
    positions: dict[str, list[int]] = field(default_factory=dict)


def resolve_representations(
    context: RequestContext, representations: Sequence[Any], wire_name: Callable[[str], str]
) -> MixedListColumn:
    """Return the entity of each representation, in their order.

    A well-formed key that the dataset does not have gives null, except for models: any model id gives a model, which is
    then not `measured`. A representation with an unknown type, or with a missing or malformed key, gives an error.

    Args:
        context: The request's context.
        representations: Representations as the gateway sent them.
        wire_name: Returns an entity's type name in the graph.

    Raises:
        QueryTooComplex: The representations refer to too many entities.
    """
    references = {wire_name(entity): _References(entity, wire_name(entity)) for entity in _KEYS}
    errors: dict[int, Exception] = {}
    for position, representation in enumerate(representations):
        type_name = representation.get("__typename") if isinstance(representation, dict) else None
        found = references.get(type_name) if isinstance(type_name, str) else None
        if found is None:
            allowed = ", ".join(references)
            errors[position] = BadUserInput(
                f"representation with __typename {shown(type_name)} is not an entity of this graph; allowed: {allowed}."
            )
            continue
        key_field = _KEYS[found.entity]
        key = representation.get(key_field)
        if _is_key(key):
            found.positions.setdefault(key, []).append(position)
        else:
            errors[position] = BadUserInput(
                f"{type_name} with {key_field} {shown(key)} is not a key; allowed: a text of 1 to {_MAX_KEY} "
                "printable characters.",
                type=type_name,
            )
    _check_count(context, sum(len(each.positions) for each in references.values()) + len(errors))
    parts = [part for each in references.values() if each.positions for part in _parts(context.dataset, each)]
    return MixedListColumn(len(representations), [part for part in parts if len(part.positions)], errors)


def _parts(dataset: Dataset, references: _References) -> Iterator[MixedPart]:
    """Yield the existing entities of one type, those of a table together."""
    if references.entity == "Dataset":
        positions = references.positions.get(dataset.provenance.name, [])
        yield MixedPart(references.type_name, np.array(positions, np.int64), ObjectColumn([dataset] * len(positions)))
        return
    table = _table(dataset, references.entity)
    keys = list(references.positions)
    rows = table.row_of.find(keys)
    yield _part(references, table, rows)
    if table is dataset.models and (rows < 0).any():
        unmeasured = [key for key, row in zip(keys, rows.tolist(), strict=True) if row < 0]
        behind = np.full(len(keys), -1, np.int64)
        behind[rows < 0] = table.num_rows + np.arange(len(unmeasured))
        yield _part(references, with_unmeasured(table, unmeasured), behind)


def _part(references: _References, table: Table, rows: NDArray[np.int64]) -> MixedPart:
    """Return rows of a table, one per key (-1 for none), at all positions that refer to them."""
    positions = np.fromiter((at for each in references.positions.values() for at in each), np.int64)
    row_at = rows.repeat([len(each) for each in references.positions.values()])
    order = np.argsort(positions)
    positions, row_at = positions[order], row_at[order]
    there = row_at >= 0
    return MixedPart(references.type_name, positions[there], RowSet(table, row_at[there]))


def _table(dataset: Dataset, entity: str) -> Table:
    tables = (*dataset.runs.values(), dataset.models, dataset.gpus, dataset.tasks)
    return next(table for table in tables if table.name == entity)


def _is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= _MAX_KEY and key.isprintable()


def _check_count(context: RequestContext, count: int) -> None:
    cap = context.limits.max_representations
    if count > cap:
        raise QueryTooComplex(
            f"_entities refers to {count} distinct entities; one request may refer to at most {cap} "
            "(MLENERGY_MAX_REPRESENTATIONS).",
            limit="max_representations",
            requested=count,
            allowed=cap,
        )
