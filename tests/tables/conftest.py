"""Cells of a small valid run table, for tests that change them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tables.catalogue import ColumnType
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from tests.drawn_datasets import Cells


@pytest.fixture
def sample_cells() -> Cells:
    """Six valid LLM runs; each two consecutive ones have the same configuration."""
    cells: Cells = {}
    for column in RUN_KINDS["llm"].columns:
        match column.type:
            case ColumnType.STRING:
                cells[column.name] = [f"{column.name} {row // 2}" for row in range(6)]
            case ColumnType.INT:
                cells[column.name] = [row // 2 for row in range(6)]
            case ColumnType.FLOAT:
                cells[column.name] = [row / 4 if column.nullable else row // 2 / 4 for row in range(6)]
            case ColumnType.BOOLEAN:
                cells[column.name] = [True] * 6
    cells["domain"] = ["llm"] * 6
    cells["results_path"] = [f"llm/{row}/results.json" for row in range(6)]
    cells["seed"] = [None, None, 1, 1, None, None]
    return cells
