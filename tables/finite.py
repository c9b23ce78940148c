"""Replacement of floats that JSON cannot represent by nulls."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def with_finite_floats(array: pa.Array[Any]) -> pa.Array[Any]:
    """Return an array with nulls in place of NaN and infinities, in lists of floats too; itself if it has none."""
    kind = array.type
    if pa.types.is_floating(kind):
        if np.isfinite(array.to_numpy(zero_copy_only=False)).all():  # a null is NaN here and takes the slower path
            return array
        finite = pc.is_finite(array)
        return pc.if_else(finite, array, pa.scalar(None, kind)) if finite.false_count else array
    if pa.types.is_list(kind):
        values = array.values
        finite = with_finite_floats(values)
        if finite is not values:
            rebuilt = pa.ListArray.from_arrays(array.offsets, finite)
            return pc.if_else(array.is_valid(), rebuilt, pa.scalar(None, kind)) if array.null_count else rebuilt
    return array
