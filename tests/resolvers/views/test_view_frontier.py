"""Pareto frontiers of drawn runs against the definition, which compares every pair of runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.views.frontier import on_frontier
from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, run_datasets, selected, selections, up_to_a_hundred
from tests.resolvers.views.view_oracles import frontier_of, groups_of, key_of

if TYPE_CHECKING:
    from strawberry.federation import Schema


each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_a_frontier_equals_the_definition(kind: str, schema: Schema, data: st.DataObject) -> None:
    """One to four objectives in either direction, per keys; runs with a null objective are only counted."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    columns = data.draw(st.lists(st.sampled_from(of.metrics), min_size=1, max_size=4, unique=True))
    minimized = data.draw(st.integers(0, len(columns)))
    keys = data.draw(st.lists(st.sampled_from(of.keys), max_size=2, unique=True))
    stability = ", stability: ANY" if kind == "llm" else ""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{ {of.list}(where: $where, first: 0{stability}) {{
          paretoFrontier(minimize: [{", ".join(columns[:minimized])}], maximize: [{", ".join(columns[minimized:])}],
                         per: [{", ".join(keys)}]) {{ key {{ field value number }} runs {{ id }} nullCount }}
        }} }}""",
        where=where,
    )[of.list]["paretoFrontier"]

    objectives = {column: 1 if place < minimized else -1 for place, column in enumerate(columns)}
    expected = []
    for key, rows in groups_of(selected(dataset, kind, where), keys).items():
        frontier, missing = frontier_of(rows, objectives)
        runs = [{"id": row["id"]} for row in frontier]
        expected.append({"key": key_of(keys, key), "runs": runs, "nullCount": missing})
    assert answer == expected


@pytest.mark.parametrize(
    ("objectives", "first"),
    [
        ("maximize: [TOTAL_PARAMS_BILLIONS, OUTPUT_THROUGHPUT_TOKENS_PER_SEC]", "totalParamsBillions"),
        ("minimize: MEDIAN_ITL_MS, maximize: OUTPUT_THROUGHPUT_TOKENS_PER_SEC", "medianItlMs"),
    ],
)
def test_a_frontier_ascends_in_its_first_objective(any_graph: Graph, objectives: str, first: str) -> None:
    """Also for a maximized objective, so that charts run from left to right; minimized objectives come first."""
    answer = any_graph.ask(f"{{ llmRuns(first: 0) {{ paretoFrontier({objectives}) {{ runs {{ {first} }} }} }} }}")
    values = [run[first] for run in answer["llmRuns"]["paretoFrontier"][0]["runs"]]
    assert len(values) > 1
    assert values == sorted(values)


@up_to_a_hundred
@given(
    points=st.integers(1, 5).flatmap(
        lambda objectives: st.lists(
            st.lists(st.integers(0, 4).map(float), min_size=objectives, max_size=objectives), min_size=1, max_size=25
        )
    )
)
def test_ties_on_a_coarse_grid(points: list[list[float]]) -> None:
    """Most points tie in some objective; equal points are all on the frontier or all off it."""

    def beaten(point: list[float]) -> bool:
        return any(other != point and all(a <= b for a, b in zip(other, point, strict=True)) for other in points)

    assert on_frontier(list(np.array(points).T)).tolist() == [not beaten(point) for point in points]


@pytest.mark.parametrize("values", [40, 1_000_000])
def test_many_points_are_compared_in_blocks(values: int) -> None:
    """With more points than one block, with and without ties, the frontier equals the definition."""
    points = np.random.default_rng(7).integers(0, values, (10_000, 3)).astype(float)
    by_sum = points[np.argsort(points.sum(axis=1))]
    expected = [not ((by_sum <= point).all(axis=1) & (by_sum < point).any(axis=1)).any() for point in points]
    assert 1 < sum(expected) < 5_000
    assert on_frontier(list(points.T)).tolist() == expected
