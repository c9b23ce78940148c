"""A graph over the sample for each executor."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from tables.dataset import Dataset


@pytest.fixture(params=["row by row", "columns"])
def any_graph(request: pytest.FixtureRequest, sample: Dataset) -> Graph:
    """The graph over the sample, executed row by row, then by columns."""
    return Graph(build_schema(), sample, row_by_row=request.param == "row by row")
