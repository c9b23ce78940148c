"""Use of pyarrow without pandas, which a server does not need."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


def keep_pandas_out() -> None:
    """Prevent pyarrow from importing pandas when it first converts a value.

    The import takes most of a second and 28 MB. pyarrow tries it once and remembers the result. Afterwards pandas can
    be imported as usual, but pyarrow creates no data frames.
    """
    # Not `sys.modules["pandas"] = None`: pyarrow is compiled by Cython, whose import then returns None.
    finder = _WithoutPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([0])
    finally:
        sys.meta_path.remove(finder)


class _WithoutPandas(MetaPathFinder):
    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> None:
        if name == "pandas":
            raise ImportError(name)
