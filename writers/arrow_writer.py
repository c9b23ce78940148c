"""Writes results of steps as Arrow arrays: one value per row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from execution.leaves import NotColumnarError
from execution.running import Level, Pending, PerParent, run_selection
from execution.steps import Block, TypeName
from tables.row_set import TableColumn
from writers.arrow_types import arrow_field, arrow_type, flattened
from writers.protocol import Writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.running import Env, Result
    from execution.steps import Selection, Step


class ArrowWriter(Writer[pa.Array]):
    """Writes Arrow arrays: objects as structs, lists as lists."""

    def value(self, step: Step, result: Result, count: int, env: Env) -> pa.Array:
        """Return the values of a step for its parents (see `writers/protocol.py`)."""
        kind = arrow_type(step)
        match result:
            case TableColumn():
                return _gathered([result], [kind])[0]
            case Level():
                return self._level(step, result, env)
            case Pending():
                return self.value(step, result.result, count, env)
            case pa.Array():
                array = result
            case np.ndarray():
                array = pa.array(result)
            case list():
                return pa.array(result, kind)
            case PerParent():
                values = [pa.nulls(1, kind) if each is None else self.value(step, each, 1, env) for each in result.rows]
                return pa.concat_arrays(values) if values else pa.array([], kind)
            case _:
                raise NotColumnarError(type(result).__name__)
        return array if array.type == kind else array.cast(kind)

    def columns(self, selection: Selection, results: Sequence[Result], count: int, env: Env) -> list[pa.Array]:
        """Return one array per field of a selection, those in blocks included.

        Args:
            selection: The fields.
            results: Their results.
            count: Number of objects.
            env: State of the root field.
        """
        arrays: list[Any] = []
        cells: dict[int, tuple[TableColumn, pa.DataType]] = {}
        for (_, child), result in zip(selection, results, strict=True):
            if isinstance(child, Block):
                rows: Any = result
                # Their cells were counted with the block.
                arrays += self.columns(child.fields, run_selection(child.fields, rows, env.uncounted()), count, env)
            elif isinstance(child, TypeName):
                arrays.append(pa.repeat(pa.scalar(child.text[1:-1].decode()), count))
            elif isinstance(result, TableColumn):
                cells[len(arrays)] = (result, arrow_type(child))
                arrays.append(None)
            else:
                arrays.append(self.value(child, result, count, env))
        if cells:
            tables, kinds = zip(*cells.values(), strict=True)
            for at, array in zip(cells, _gathered(tables, kinds), strict=True):
                arrays[at] = array
        return arrays

    def _level(self, step: Step, level: Level, env: Env) -> pa.Array:
        count, present = len(level.items), level.present
        arrays = self.columns(step.selection, level.fields, count, env)
        fields = [arrow_field(each) for each in flattened(step.selection)]
        # `@skip` may have excluded every field; such an array has no length of its own.
        objects = pa.StructArray.from_arrays(arrays, fields=fields) if arrays else pa.array([{}] * count, pa.struct([]))
        if level.offsets is not None:
            mask = None if present is None else pa.array(~present)
            return pa.ListArray.from_arrays(pa.array(level.offsets, pa.int32()), objects, mask=mask)
        if present is None:
            return objects
        return objects.take(pa.array(np.cumsum(present) - 1, mask=~present))


def _gathered(columns: Sequence[TableColumn], kinds: Sequence[pa.DataType]) -> list[pa.Array]:
    """Return the cells of columns of the same rows.

    One call for all columns takes a third of the time of a call per column.
    """
    rows = columns[0].rows
    whole = rows.table.columns
    names = list(map(str, range(len(columns))))
    batch = pa.RecordBatch.from_arrays([whole[column.name] for column in columns], names=names)
    arrays = batch.take(pa.array(rows.indices, pa.int64())).columns
    return [array if array.type == kind else array.cast(kind) for array, kind in zip(arrays, kinds, strict=True)]
