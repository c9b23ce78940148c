"""Statistics, histograms and facets against naive oracles, on drawn runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, field_of, run_datasets, selected, selections, up_to_a_hundred
from tests.resolvers.views.view_oracles import STATISTICS, groups_of, statistics_of, value_of, values_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strawberry.federation import Schema

    from tests.naive_oracle import Input, Row

each_kind = pytest.mark.parametrize("kind", KINDS)


def view(kind: str, selection: str) -> str:
    """Return a query for a view of the runs that a filter selects."""
    of = KINDS[kind]
    stability = ", stability: ANY" if kind == "llm" else ""
    return f"query ($where: {of.prefix}Filter) {{ {of.list}(where: $where, first: 0{stability}) {{ {selection} }} }}"


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_statistics_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Nulls are counted separately; without values the sum is 0; percentiles are linear as in numpy."""
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    columns = KINDS[kind].metrics
    parts = " ".join(f"{column}: statistics(of: {column}) {{ {STATISTICS} }}" for column in columns)
    answer = Graph(schema, dataset).ask(view(kind, parts), where=where)[KINDS[kind].list]
    rows = selected(dataset, kind, where)
    assert answer == {column: statistics_of(rows, column) for column in columns}


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_a_histogram_equals_numpys(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Bins of equal width from the least to the greatest value, or between edges; other values are counted."""
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    column = data.draw(st.sampled_from(KINDS[kind].metrics))
    bins = data.draw(st.integers(1, 60))
    edges = sorted(data.draw(st.sets(st.sampled_from((-1e7, -3.0, 0.0, 0.1, 1.0, 2.0, 8.0, 1e7)), min_size=2)))
    parts = f"""
      bins: histogram(of: {column}, bins: {bins}) {{ edges counts outside nullCount }}
      edges: histogram(of: {column}, edges: {edges}) {{ edges counts outside nullCount }}
      unsaid: histogram(of: {column}) {{ counts }}"""
    answer = Graph(schema, dataset).ask(view(kind, parts), where=where)[KINDS[kind].list]
    rows = selected(dataset, kind, where)
    assert answer["bins"] == histogram_of(rows, column, bins=bins)
    assert answer["edges"] == histogram_of(rows, column, edges=edges)
    assert answer["unsaid"]["counts"] == histogram_of(rows, column, bins=50)["counts"]


def histogram_of(
    rows: Sequence[Row], column: str, *, bins: int = 0, edges: Sequence[float] | None = None
) -> dict[str, Any]:
    """Return numpy's histogram of a column, as the answer's fields; without a value and without edges there is none."""
    values = values_of(rows, column)
    missing = len(rows) - len(values)
    if not values and edges is None:
        return {"edges": [], "counts": [], "outside": 0, "nullCount": missing}
    counts, bounds = np.histogram(values, bins if edges is None else edges)
    outside = sum(not bounds[0] <= value <= bounds[-1] for value in values)
    return {"edges": bounds.tolist(), "counts": counts.tolist(), "outside": outside, "nullCount": missing}


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_facets_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """The values of each column ascend, null last, with their counts; a repeated column counts once."""
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    keys = data.draw(st.lists(st.sampled_from(KINDS[kind].keys), max_size=4))
    parts = f"facets(of: [{', '.join(keys)}]) {{ field values {{ value number count }} }}"
    answer = Graph(schema, dataset).ask(view(kind, parts), where=where)[KINDS[kind].list]["facets"]
    rows = selected(dataset, kind, where)
    assert answer == [{"field": field_of(key), "values": facet_of(rows, key)} for key in dict.fromkeys(keys)]


def facet_of(rows: Sequence[Row], key: str) -> list[Input]:
    """Return the values of a column with their counts."""
    return [{**value_of(value), "count": len(group)} for (value,), group in groups_of(rows, [key]).items()]
