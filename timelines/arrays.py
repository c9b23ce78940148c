"""Array types, and arrays that readers share and cannot change."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Floats = npt.NDArray[np.float64]

A = TypeVar("A", bound=Array)


def read_only(array: A) -> A:
    """Return the array, now read-only."""
    array.setflags(write=False)
    return array
