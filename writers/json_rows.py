"""Writes record batches as JSON, one object per row."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from writers.cells import cell_texts

if TYPE_CHECKING:
    from collections.abc import Sequence


def row_texts(batch: pa.RecordBatch) -> list[bytes]:
    """Return each row as JSON text without line breaks; the values are those of the JSON answer."""
    return _object_texts(batch.schema.names, batch.columns, batch.num_rows)


def _object_texts(names: Sequence[str], arrays: Sequence[pa.Array], count: int) -> list[bytes]:
    if not arrays:
        return [b"{}"] * count
    pieces = [b""] * (2 * len(arrays) + 1)
    pieces[::2] = [*(b'%b"%b":' % (b"," if at else b"{", name.encode()) for at, name in enumerate(names)), b"}"]
    columns = [_texts(array) for array in arrays]
    rows = []
    for cells in zip(*columns, strict=True):
        pieces[1::2] = cells
        rows.append(b"".join(pieces))
    return rows


def _texts(array: pa.Array) -> list[bytes]:
    """Return the text of each value."""
    kind = array.type
    if pa.types.is_struct(kind):
        texts = _object_texts([each.name for each in kind], array.flatten(), len(array))
    elif pa.types.is_list(kind) and pa.types.is_nested(kind.value_type):
        items = _texts(array.flatten())
        offsets = [0, *pc.cumulative_sum(pc.fill_null(array.value_lengths(), 0)).to_pylist()]
        texts = [b"[%b]" % b",".join(items[start:stop]) for start, stop in pairwise(offsets)]
    else:
        return cell_texts(array)
    if array.null_count:
        texts = [text if there else b"null" for text, there in zip(texts, array.is_valid().to_pylist(), strict=True)]
    return texts
