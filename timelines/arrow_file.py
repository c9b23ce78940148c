"""A decoded raw file as an Arrow file: written once, then mapped into memory, where nothing is read or copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from timelines.packed import Packed, packed, unpacked

if TYPE_CHECKING:
    from pathlib import Path

    from timelines.packed import Array, Decoded

_FACTS = b"facts"
_PAIRED = b"paired"


def write_arrow(decoded: Decoded, file: Path) -> None:
    """Write the file: one record, whose columns are lists, one per array; a GPU's samples are time, value, time, ...

    Raises:
        OSError: It cannot be written.
    """
    parts = packed(decoded)
    fields, columns = [], []
    for name, array in parts.arrays.items():
        values = pa.array(array.reshape(-1))
        fields.append(pa.field(name, pa.large_list(values.type), metadata={_PAIRED: b"%d" % (array.ndim - 1)}))
        columns.append(pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values))
    schema = pa.schema(fields, metadata={_FACTS: parts.facts})
    with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        writer.write_batch(pa.record_batch(columns, schema=schema))


def map_arrow(file: Path) -> Decoded:
    """Return what the file holds; its arrays are the mapped file's own pages.

    Raises:
        OSError: It cannot be opened.
        ValueError: It is not such a file (`pa.ArrowInvalid` is one).
        KeyError: It lacks a part.
    """
    with pa.memory_map(str(file)) as source:
        reader = pa.ipc.open_file(source)
        schema, batch = reader.schema, reader.get_batch(0)
    arrays: dict[str, Array] = {}
    for field, column in zip(schema, batch.columns, strict=True):
        values = column.values.to_numpy(zero_copy_only=True)
        arrays[field.name] = values.reshape(-1, 2) if field.metadata[_PAIRED] == b"1" else values
    return unpacked(Packed(facts=schema.metadata[_FACTS], arrays=arrays))
