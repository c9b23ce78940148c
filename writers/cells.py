"""Arrow values → JSON texts, one per cell, in Arrow kernels."""

from __future__ import annotations

from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from tables.finite import with_finite_floats

# What a JSON text must escape: the quotation mark, the backslash and control characters.
_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def encode_cells(array: pa.Array[Any]) -> pa.Array[Any]:
    """Return each cell as JSON: text, numbers so that they read back to the last bit, booleans, lists of these.

    Args:
        array: string, integer, float64, bool or a list of one of these; with nulls. A float that is not finite is
            written as null, since JSON has no text for it.

    Returns:
        A string array without nulls, of the same length.
    """
    kind = array.type
    if pa.types.is_list(kind):
        return _encode_lists(array)
    if pa.types.is_string(kind):
        return pc.fill_null(_quoted(array), "null")
    if pa.types.is_floating(kind):
        array = with_finite_floats(array)
    text = array.cast(pa.string())
    if pa.types.is_floating(kind):
        # Arrow writes the shortest text that reads back the same; a whole number still is to look like a Float.
        whole = pc.match_substring_regex(text, r"^-?[0-9]+$")
        text = pc.if_else(whole, pc.binary_join_element_wise(text, ".0", ""), text)
    return pc.fill_null(text, "null")


def _quoted(array: pa.Array[Any]) -> pa.Array[Any]:
    if pc.any(pc.match_substring_regex(array, _NEEDS_ESCAPE)).as_py():
        texts = [None if text is None else orjson.dumps(text).decode() for text in array.to_pylist()]
        return pa.array(texts, pa.string())
    return pc.binary_join_element_wise('"', array, '"', "")


def _encode_lists(array: pa.Array[Any]) -> pa.Array[Any]:
    texts = pa.ListArray.from_arrays(array.offsets, encode_cells(array.values))
    joined = pc.binary_join_element_wise("[", pc.binary_join(texts, ","), "]", "")
    return pc.if_else(array.is_valid(), joined, "null")
