"""Groups of drawn runs against a naive oracle: keys, statistics, runs, and orders by aggregate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph import Graph
from tests.naive_oracle import in_order
from tests.resolvers.views.drawn_runs import KINDS, field_of, run_datasets, selected, selections, up_to_a_hundred
from tests.resolvers.views.view_oracles import STATISTICS, groups_of, key_of, ranked, statistics_of

if TYPE_CHECKING:
    from strawberry.federation import Schema

    from tests.naive_oracle import Row

AGGREGATES = {"MIN": "min", "MAX": "max", "MEAN": "mean", "MEDIAN": "median", "SUM": "sum", "COUNT": None}
each_kind = pytest.mark.parametrize("kind", KINDS)


def query(kind: str, arguments: str, selection: str) -> str:
    """Return a query for groups of the runs that a filter selects."""
    of = KINDS[kind]
    stability = ", stability: ANY" if kind == "llm" else ""
    return f"""query ($where: {of.prefix}Filter) {{
      list: {of.list}(where: $where, first: 0{stability}) {{ groups({arguments}) {{ {selection} }} }}
    }}"""


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_groups_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Several keys, null last: count, statistics, best run, and a page of ordered runs."""
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    keys = data.draw(st.lists(st.sampled_from(KINDS[kind].keys), min_size=1, max_size=4, unique=True))
    metric = data.draw(st.sampled_from(KINDS[kind].metrics))
    goal, direction = data.draw(st.sampled_from(("MINIMIZE", "MAXIMIZE"))), data.draw(st.sampled_from(("ASC", "DESC")))
    size, offset = data.draw(st.integers(0, 4)), data.draw(st.integers(0, 2))
    narrowed = {"numGpus": {"lte": 8}}
    selection = f"""
      key {{ field value number }} count
      statistics(of: {metric}) {{ {STATISTICS} }}
      best(by: {metric}, goal: {goal}) {{ id {field_of(metric)} }}
      runs(where: {{numGpus: {{lte: 8}}}}, orderBy: {{field: {metric}, direction: {direction}}},
           first: {size}, offset: {offset}) {{ totalCount nodes {{ id }} }}"""
    text = query(kind, f"by: [{', '.join(keys)}]", selection)
    answer = Graph(schema, dataset).ask(text, where=where)["list"]["groups"]

    expected = []
    for key, rows in groups_of(selected(dataset, kind, where), keys).items():
        best = next(iter(ranked(rows, metric, goal)), None)
        few = [row for row in rows if row["numGpus"] <= narrowed["numGpus"]["lte"]]
        ordered = in_order(few, [{"field": metric, "direction": direction, "nulls": "LAST"}], "id")
        expected.append(
            {
                "key": key_of(keys, key),
                "count": len(rows),
                "statistics": statistics_of(rows, metric),
                "best": best and {"id": best["id"], field_of(metric): best[field_of(metric)]},
                "runs": {
                    "totalCount": len(few),
                    "nodes": [{"id": row["id"]} for row in ordered[offset : offset + size]],
                },
            }
        )
    assert answer == expected


@each_kind
@pytest.mark.parametrize("aggregate", AGGREGATES)
@up_to_a_hundred
@given(data=st.data())
def test_groups_are_ordered_by_an_aggregate(kind: str, aggregate: str, schema: Schema, data: st.DataObject) -> None:
    """Groups with a null aggregate come last in either direction, equal ones by key; a limit applies to the order."""
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    keys = data.draw(st.lists(st.sampled_from(KINDS[kind].keys), min_size=1, max_size=3, unique=True))
    # Aggregates of integers are exact, so both sides have the same ties.
    whole = ("NUM_GPUS", "SEED" if kind == "llm" else "FPS")
    column = data.draw(st.sampled_from((*whole, *KINDS[kind].metrics) if aggregate in {"MIN", "MAX"} else whole))
    direction = data.draw(st.sampled_from(("ASC", "DESC")))
    limit = data.draw(st.none() | st.integers(0, 4))
    of = "" if aggregate == "COUNT" else f", of: {column}"
    arguments = f"""by: [{", ".join(keys)}], limit: {"null" if limit is None else limit},
                    orderBy: {{aggregate: {aggregate}, direction: {direction}{of}}}"""
    text = query(kind, arguments, "key { field value number }")
    answer = Graph(schema, dataset).ask(text, where=where)["list"]["groups"]

    def place(group: tuple[tuple[Any, ...], list[Row]]) -> tuple[bool, float]:
        value = exact(group[1], column, aggregate)
        return value is None, 0 if value is None else value if direction == "ASC" else -value

    groups = sorted(groups_of(selected(dataset, kind, where), keys).items(), key=place)
    assert answer == [{"key": key_of(keys, key)} for key, _ in groups[:limit]]


def exact(rows: list[Row], column: str, aggregate: str) -> float | None:
    """Return an aggregate of a column."""
    field = AGGREGATES[aggregate]
    if field is None:
        return len(rows)
    figure = statistics_of(rows, column)[field]
    expected: float | None = getattr(figure, "expected", figure)  # inside of pytest's approx
    return expected
