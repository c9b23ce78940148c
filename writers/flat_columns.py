"""Flattens nested columns for CSV: nested names joined by dots, keys of groups as columns, one list as rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from graphql import FieldNode, NameNode

from errors import BadUserInput, shown
from execution.steps import Step
from writers.arrow_types import flattened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from execution.schema_fields import SchemaFields
    from execution.steps import Child, Selection, TypeName

# Fields of an object that is one value of a group's key.
_KEY_VALUE = frozenset({"field", "value", "number"})


@dataclass(slots=True)
class _Column:
    name: str
    array: pa.Array
    field: pa.Field
    step: Step | TypeName | None  # None for a value that has been taken out of its list


def with_key_names(selection: Selection, fields: SchemaFields) -> Selection:
    """Return a selection whose keys of groups have their `field`, which names their columns."""
    return [(lead, _with_name(child, fields) if _is_key(child) else child) for lead, child in selection]


def flat_batches(
    schema: pa.Schema, batches: Iterator[pa.RecordBatch], columns: Sequence[Step | TypeName], explode: str | None
) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
    """Return record batches without structs and lists, and their schema.

    Raises:
        BadUserInput: As `flat_batch` does.
    """
    some = next(batches, None)
    first = flat_batch(pa.RecordBatch.from_pylist([], schema=schema) if some is None else some, columns, explode)
    others = (flat_batch(batch, columns, explode) for batch in batches)
    return first.schema.with_metadata(schema.metadata), chain([first], others)


def flat_batch(batch: pa.RecordBatch, columns: Sequence[Step | TypeName], explode: str | None) -> pa.RecordBatch:
    """Return a record batch without structs and lists.

    Args:
        batch: The rows.
        columns: The fields of its columns.
        explode: Name of a list, of which each item becomes a row; a row with an empty list or null remains one row.

    Raises:
        BadUserInput: A list remains, or `explode` names none.
    """
    triples = zip(columns, batch.columns, batch.schema, strict=True)
    flat = [each for step, array, field in triples for each in _flat(_Column(field.name, array, field, step))]
    if explode is not None:
        flat = _exploded(flat, explode)
    lists = [each.name for each in flat if pa.types.is_list(each.array.type)]
    if lists:
        raise BadUserInput(
            f"{lists[0]} is a list, which CSV cannot represent. Remove it, add `explode={lists[0]}` for a row per "
            "item, or use the format arrow, parquet or ndjson."
        )
    fields = [each.field.with_name(each.name).with_type(each.array.type) for each in flat]
    return pa.RecordBatch.from_arrays([each.array for each in flat], schema=pa.schema(fields, batch.schema.metadata))


def _flat(column: _Column) -> Iterator[_Column]:
    """Return the columns of a struct; any other column as it is."""
    kind, step = column.array.type, column.step
    if pa.types.is_struct(kind):
        below: list[Any] = list(flattened(step.selection)) if isinstance(step, Step) else [None] * kind.num_fields
        for field, array, child in zip(kind, column.array.flatten(), below, strict=True):
            yield from _flat(_Column(f"{column.name}.{field.name}", array, field, child))
    elif pa.types.is_list(kind) and _is_key(step):
        yield from _keys(column, step)
    else:
        yield column


def _is_key(child: Child | None) -> TypeGuard[Step]:
    return isinstance(child, Step) and child.field.is_list and child.field.named.fields.keys() == _KEY_VALUE


def _with_name(step: Step, fields: SchemaFields) -> Step:
    field = fields.get(step.field.named, "field")
    if field is None or any(isinstance(each, Step) and each.field is field for each in flattened(step.selection)):
        return step
    node = FieldNode(name=NameNode(value=field.name))
    name = Step(field.name, b"", field, node, partial(field.call, {}), fixed=True)
    return replace(step, selection=[*step.selection, (b",", name)])


def _keys(column: _Column, step: Step) -> Iterator[_Column]:
    """Return one column per key: each list has the values of the same keys."""
    positions = {child.field.name: at for at, child in enumerate(flattened(step.selection)) if isinstance(child, Step)}
    array, values = column.array, column.array.flatten().flatten()
    width = len(values[0]) // len(array) if len(array) else 0
    name_at, value_at = positions.get("field"), positions.get("value", positions.get("number"))
    for key in range(width):
        places = pa.array(np.arange(key, len(values[0]), width))
        name = values[name_at][key].as_py() if name_at is not None else str(key)
        if value_at is not None:
            field = column.array.type.value_type[value_at]
            yield _Column(f"{column.name}.{name}", values[value_at].take(places), field, None)


def _exploded(columns: Sequence[_Column], name: str) -> list[_Column]:
    found = next((each for each in columns if each.name == name and pa.types.is_list(each.array.type)), None)
    if found is None:
        lists = [each.name for each in columns if pa.types.is_list(each.array.type)]
        raise BadUserInput(f"explode is {shown(name)}; allowed: {', '.join(lists) or 'nothing, there is no list'}.")
    lengths = pc.fill_null(found.array.value_lengths(), 0).to_numpy()
    counts = np.maximum(lengths, 1)
    rows = pa.array(np.repeat(np.arange(len(lengths)), counts))
    # The items in order; a null in the row of an empty list.
    is_item = np.repeat(lengths > 0, counts)
    places = pa.array(np.cumsum(is_item) - 1, mask=~is_item)
    exploded: list[_Column] = []
    for each in columns:
        if each is found:
            items = found.array.flatten().take(places)
            exploded += _flat(_Column(name, items, found.array.type.value_field, _item_of(found.step)))
        else:
            exploded.append(_Column(each.name, each.array.take(rows), each.field, each.step))
    return exploded


def _item_of(step: Step | TypeName | None) -> Step | None:
    """Return the step of a list as that of one item; None for a list of leaves."""
    return step if isinstance(step, Step) and not step.field.is_leaf else None
