"""The sample in each of the ways that it can be answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from execution.executor import RowByRowExecutor
from schema.build import build_schema
from tests.asking import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset


@pytest.fixture(params=["row by row", "Python values", "JSON"])
def any_graph(request: pytest.FixtureRequest, sample: Dataset) -> Graph:
    """The sample, answered in each way."""
    if request.param == "row by row":
        return Graph(build_schema(executor=RowByRowExecutor), sample)
    return Graph(build_schema(), sample, as_json=request.param == "JSON")
