"""The parts of a decoded raw file ↔ an Arrow IPC file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from timelines.packed import Packed

if TYPE_CHECKING:
    from timelines.arrays import Array

_FACTS = b"facts"
_PAIRED = b"paired"


def write_arrow(parts: Packed) -> pa.Buffer:
    """Return a file of one record batch, with a list column of one row per array; `(n, 2)` arrays are flattened."""
    fields, columns = [], []
    for name, array in parts.arrays.items():
        values = pa.array(array.reshape(-1))
        fields.append(pa.field(name, pa.large_list(values.type), metadata={_PAIRED: b"%d" % (array.ndim - 1)}))
        columns.append(pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values))
    schema = pa.schema(fields, metadata={_FACTS: parts.facts})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(pa.record_batch(columns, schema=schema))
    return sink.getvalue()


def read_arrow(content: memoryview) -> Packed:
    """Return the facts, and the arrays as views of `content`.

    Check the digest of the content first: Arrow does not validate it, and damaged content can crash the process.

    Raises:
        ValueError: The content is not such a file (`pa.ArrowInvalid` is a ValueError).
        KeyError: The file lacks a part.
    """
    reader = pa.ipc.open_file(pa.py_buffer(content))
    schema, batch = reader.schema, reader.get_batch(0)
    arrays: dict[str, Array] = {}
    for field, column in zip(schema, batch.columns, strict=True):
        values = column.values.to_numpy(zero_copy_only=True)
        arrays[field.name] = values.reshape(-1, 2) if field.metadata[_PAIRED] == b"1" else values
    return Packed(facts=schema.metadata[_FACTS], arrays=arrays)
