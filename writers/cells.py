"""Converts Arrow arrays into JSON texts, one per cell."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Any

import orjson
import pyarrow as pa

from tables.finite import with_finite_floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from execution.ceilings import Ceilings

_VALUES_AT_ONCE = 65_536  # as Python objects, which take 32 bytes each
_TEXTS_AT_ONCE = 64


def array_texts(array: pa.Array[Any], ceilings: Ceilings) -> list[bytes]:
    """Return the JSON text of each cell, as `cell_texts` does; lists are converted in parts.

    Raises:
        QueryTooComplex: The answer is too long; only a small part of the texts beyond its maximum was written.
    """
    if not pa.types.is_list(array.type):
        texts, length = _texts_and_length(array)
        ceilings.add_bytes(length)
        return texts
    texts, count = [], len(array)
    rows = max(1, count * _VALUES_AT_ONCE // max(1, len(array.flatten())))
    for start in range(0, count, rows):
        part = cell_texts(array.slice(start, rows))
        ceilings.add_bytes(sum(map(len, part)))
        texts += part
    return texts


def value_texts(values: Sequence[Any], ceilings: Ceilings) -> list[bytes]:
    """Return the JSON text of each Python value.

    Raises:
        QueryTooComplex: The answer is too long; only a small part of the texts beyond its maximum was written.
    """
    texts: list[bytes] = []
    for start in range(0, len(values), _TEXTS_AT_ONCE):
        part = [orjson.dumps(value) for value in values[start : start + _TEXTS_AT_ONCE]]
        ceilings.add_bytes(sum(map(len, part)))
        texts += part
    return texts


def cell_texts(array: pa.Array[Any]) -> list[bytes]:
    """Return the JSON text of each cell; numbers round-trip exactly.

    Args:
        array: string, integer, float64, bool, or a list of one of these; nulls allowed. Non-finite floats are written
            as null, since JSON cannot represent them.
    """
    return _texts_and_length(array)[0]


def _texts_and_length(array: pa.Array[Any]) -> tuple[list[bytes], int]:
    """Return the texts as `cell_texts` does, and their length in total."""
    array = with_finite_floats(array)
    values: list[Any] = array.to_pylist()
    if pa.types.is_string(array.type):
        return _string_texts(values) if not array.null_count else _optional_string_texts(values)
    if pa.types.is_list(array.type):
        texts = [orjson.dumps(value) for value in values]
        return texts, sum(map(len, texts))
    # One call for all values: a call allocates 4 KiB and takes five times as long as a number.
    text = orjson.dumps(values)
    return (text[1:-1].split(b","), len(text) - len(values) - 1) if values else ([], 0)


def _string_texts(values: Sequence[str]) -> tuple[list[bytes], int]:
    if not values:
        return [], 0
    text = orjson.dumps(values)
    length = len(text) - len(values) - 1  # without commas and brackets
    if b'\\"' in text:  # a quotation mark inside a string
        return [orjson.dumps(value) for value in values], length
    return [b'"%b"' % each for each in text[2:-2].split(b'","')], length


def _optional_string_texts(values: Sequence[str | None]) -> tuple[list[bytes], int]:
    present = [value is not None for value in values]
    found, length = _string_texts(list(compress(values, present)))  # type: ignore[arg-type] # without nulls
    texts = iter(found)
    nulls = len(b"null") * (len(values) - len(found))
    return [next(texts) if has_value else b"null" for has_value in present], length + nulls
