"""Arrow without pandas, for a process that never wants a data frame."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


def keep_pandas_out() -> None:
    """Keep pyarrow from importing pandas at its first conversion of a value, as it does wherever pandas is installed.

    That import takes most of a second and 28 MB. pyarrow looks once and remembers; afterwards pandas can be imported
    as ever, only pyarrow makes no data frames.
    """
    refusal = _NoPandas()
    sys.meta_path.insert(0, refusal)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(refusal)


class _NoPandas(MetaPathFinder):
    """Finds no pandas."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        """Say that there is no such module, where it is pandas."""
        if name == "pandas":
            raise ImportError(name)
