"""The cells of a request are counted level by level, and a request with too many is refused before the next level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from resolvers.context import Limits
from schema.build import build_schema
from tests.graph import Graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tables.dataset import Dataset

REQUESTS = 3  # new, repeated, and with a cached template


@pytest.fixture
def one_cell_per_unit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the maximum cost the maximum number of cells."""
    monkeypatch.setattr("writers.json_answer.CELLS_PER_UNIT", 1)


def _cells(value: object) -> Iterator[int]:
    """Yield the number of cells of each object below a value."""
    if isinstance(value, list):
        for item in value:
            yield from _cells(item)
    elif isinstance(value, dict):
        yield len(value)
        for field in value.values():
            yield from _cells(field)


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("{ gpus { __typename model vendor models { modelId org nickname } } }", {}),
        ("{ llmRuns(first: 5) { totalCount nodes { id task a: model { modelId nickname } gpu { model } } } }", {}),
        ("query ($n: Int) { gpus { model models { modelId llmRuns(first: $n) { nodes { id task } } } } }", {"n": 2}),
        ("{ a: llmRuns(first: 3) { nodes { id } } b: diffusionRuns(first: 2) { edges { cursor node { id } } } }", {}),
        ("{ models(first: 9) { nodes { bestRun(by: ENERGY_PER_TOKEN_JOULES) { id task } } } }", {}),
        ("{ llmRuns(first: 2) { nodes { id timeline(maxPoints: 5) { devices { index value } unit } } } }", {}),
    ],
)
@pytest.mark.usefixtures("one_cell_per_unit")
def test_a_request_may_have_as_many_cells_as_the_maximum(
    sample: Dataset, query: str, variables: dict[str, int]
) -> None:
    """Objects times fields, over all root fields: fields of blocks, templates, plain objects and raw files count."""
    data = Graph(build_schema(), sample).ask(query, **variables)
    cells = sum(_cells(data)) - len(data)  # the root's own fields are not cells
    allowed, refused = (
        Graph(build_schema(), sample, limits=Limits(max_cost=most), estimates=False) for most in (cells, cells - 1)
    )
    for _ in range(REQUESTS):
        assert allowed.ask(query, **variables) == data
        error = refused.refusal(query, **variables)
        assert (error.extensions["code"], error.extensions["limit"]) == ("QUERY_TOO_COMPLEX", "max_cost")
        assert (error.extensions["requested"], error.extensions["allowed"]) == (cells, cells - 1)
        assert "per unit of MLENERGY_MAX_COST" in error.message


@pytest.mark.usefixtures("one_cell_per_unit")
def test_no_level_below_is_computed(sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """A level with too many cells opens no raw file, nor does any root field behind it."""
    opened: list[int] = []

    def open_raw_files(_context: object, paths: Iterable[str]) -> None:
        opened.append(len(list(paths)))

    monkeypatch.setattr("resolvers.context.RequestContext.open_raw_files", open_raw_files)
    query = "{ %s { model llmRuns(first: 1) { nodes { id timeline { unit } } } } llmRuns(first: 1) { %s } }"
    query %= ("gpus", "nodes { id timeline { unit } }")
    Graph(build_schema(), sample, limits=Limits(max_cost=9), estimates=False).refusal(query)
    assert opened == []
    Graph(build_schema(), sample).ask(query)
    assert len(opened) == 2
