"""Converts Arrow arrays into JSON texts, one per cell."""

from __future__ import annotations

from itertools import compress, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pyarrow as pa

from tables.finite import with_finite_floats

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from execution.ceilings import Ceilings

_VALUES_AT_ONCE = 65_536  # between two checks of the answer's length
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
    texts, count, rows = [], len(array), max(1, len(array))
    if len(array.values) > _VALUES_AT_ONCE:
        rows = max(1, count * _VALUES_AT_ONCE // max(1, len(array.flatten())))
    for start in range(0, count, rows):
        part = _list_texts(array.slice(start, rows))
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
    if pa.types.is_string(array.type):
        values = array.to_pylist()
        return _string_texts(values) if not array.null_count else _optional_string_texts(values)
    if pa.types.is_list(array.type):
        texts = _list_texts(array)
        return texts, sum(map(len, texts))
    # One call for all values: a call allocates 4 KiB and takes five times as long as a number.
    text = _numbers_text(array)
    return (text[1:-1].split(b","), len(text) - len(array) - 1) if len(array) else ([], 0)


def _numbers_text(array: pa.Array[Any]) -> bytes:
    """Return an array of numbers or booleans as one JSON list."""
    numbers = _as_numpy(array)
    if numbers is None:
        return orjson.dumps(with_finite_floats(array).to_pylist())
    return orjson.dumps(numbers, option=orjson.OPT_SERIALIZE_NUMPY)


def _as_numpy(array: pa.Array[Any]) -> NDArray[Any] | None:
    """Return numbers that orjson writes as it writes Python's, in two thirds of the time; None for other arrays.

    A null is NaN, which orjson writes as null, like infinities. A float32 would get fewer digits than Python's float.
    """
    if pa.types.is_float64(array.type) or (pa.types.is_integer(array.type) and not array.null_count):
        numbers: NDArray[Any] = array.to_numpy(zero_copy_only=False)
        return numbers
    return None


def _list_texts(array: pa.Array[Any]) -> list[bytes]:
    """Return the JSON text of each list."""
    if not len(array):
        return []
    if pa.types.is_string(array.type.value_type):
        return [orjson.dumps(value) for value in array.to_pylist()]
    # One call for the values of all lists: 2,000 lists of three numbers take 0.7 ms, with a call per list 7 ms.
    bounds = array.offsets.to_numpy()
    text = _numbers_text(array.values[bounds[0] : bounds[-1]])
    texts = [text] if len(array) == 1 else _cut(text, bounds - bounds[0])
    if array.null_count:
        texts = [text if there else b"null" for text, there in zip(texts, array.is_valid().to_pylist(), strict=True)]
    return texts


def _cut(text: bytes, bounds: NDArray[Any]) -> list[bytes]:
    """Cut the text of a list of numbers into lists; `bounds` are positions in the list."""
    commas = np.flatnonzero(np.frombuffer(text, np.uint8) == ord(","))
    edges = np.concatenate([[0], commas, [len(text) - 1]])[bounds].tolist()
    return [b"[%b]" % text[start + 1 : stop] for start, stop in pairwise(edges)]


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
