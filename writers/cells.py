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

_LONGEST_NUMBER = 24  # of a float: -1.2345678901234567e-100
_VALUES_AT_ONCE = 65_536  # as Python objects, which take 32 bytes each
_TEXTS_AT_ONCE = 64


def array_texts(array: pa.Array[Any], ceilings: Ceilings) -> list[bytes]:
    """Return the JSON text of each cell, as `cell_texts` does; lists are converted in parts.

    Raises:
        QueryTooComplex: The answer is too long; only a small part of the texts beyond its maximum was written.
    """
    if not pa.types.is_list(array.type):
        texts = cell_texts(array)
        longest = max(map(len, texts), default=0) if pa.types.is_string(array.type) else _LONGEST_NUMBER
        ceilings.add_texts(texts, longest)
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
    array = with_finite_floats(array)
    values: list[Any] = array.to_pylist()
    if pa.types.is_string(array.type):
        return _string_texts(values) if not array.null_count else _optional_string_texts(values)
    if pa.types.is_list(array.type):
        return [orjson.dumps(value) for value in values]
    # One call for all values: a call allocates 4 KiB and takes five times as long as a number.
    return orjson.dumps(values)[1:-1].split(b",") if values else []


def _string_texts(values: Sequence[str]) -> list[bytes]:
    text = orjson.dumps(values)
    if b'\\"' in text:  # a quotation mark inside a string
        return [orjson.dumps(value) for value in values]
    return [b'"%b"' % each for each in text[2:-2].split(b'","')] if values else []


def _optional_string_texts(values: Sequence[str | None]) -> list[bytes]:
    present = [value is not None for value in values]
    texts = iter(_string_texts(list(compress(values, present))))  # type: ignore[arg-type] # without nulls
    return [next(texts) if has_value else b"null" for has_value in present]
