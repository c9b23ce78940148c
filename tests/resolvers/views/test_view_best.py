"""Best runs against a naive oracle, on drawn runs: per key, ties by id, runners-up, and the slack of each bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, run_datasets, selected, up_to_a_hundred
from tests.resolvers.views.view_oracles import groups_of, key_of, ranked, slack_of

if TYPE_CHECKING:
    from strawberry.federation import Schema

    from tests.naive_oracle import Input

each_kind = pytest.mark.parametrize("kind", KINDS)


def bounds(kind: str) -> st.SearchStrategy[Input]:
    """Draw a filter with bounds of every operator, also inside of `or` and `not`."""
    whole = st.fixed_dictionaries({}, optional={name: st.integers(0, 9) for name in ("lt", "lte", "gt", "gte", "neq")})
    power = st.fixed_dictionaries({}, optional={"lte": st.floats(0, 1e6), "gt": st.floats(-1e6, 0)})
    leaf = st.fixed_dictionaries({}, optional={KINDS[kind].bounded: whole, "avgPowerWatts": power})
    some = st.lists(leaf, min_size=1, max_size=2)
    return st.tuples(
        leaf,
        st.fixed_dictionaries({}, optional={"and": some, "or": some, "not": leaf}),
        st.booleans(),
    ).map(lambda drawn: {**drawn[0], **drawn[1]} if drawn[2] else {**drawn[1], **drawn[0]})


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_best_runs_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """The best run of each group with a value, ties ordered by id, with runners-up and slack."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(st.just({}) | bounds(kind))
    keys = data.draw(st.lists(st.sampled_from(of.keys), max_size=3, unique=True))
    metric = data.draw(st.sampled_from(of.metrics))
    goal, next_ones = data.draw(st.sampled_from(("MINIMIZE", "MAXIMIZE"))), data.draw(st.integers(0, 4))
    stability = ", stability: ANY" if kind == "llm" else ""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{ {of.list}(where: $where, first: 0{stability}) {{
          best(by: {metric}, goal: {goal}, per: [{", ".join(keys)}], runnersUp: {next_ones}) {{
            key {{ field value number }} run {{ id }} runnersUp {{ id }} slack {{ field limit value margin }}
          }}
        }} }}""",
        where=where,
    )[of.list]["best"]

    expected = []
    for key, rows in groups_of(selected(dataset, kind, where), keys).items():
        best = ranked(rows, metric, goal)
        if best:
            expected.append(
                {
                    "key": key_of(keys, key),
                    "run": {"id": best[0]["id"]},
                    "runnersUp": [{"id": row["id"]} for row in best[1 : 1 + next_ones]],
                    "slack": slack_of(best[0], where),
                }
            )
    assert [in_any_order(best) for best in answer] == [in_any_order(best) for best in expected]


def in_any_order(best: dict[str, Any]) -> dict[str, Any]:
    """Return a best run with its slack sorted: the bounds of a filter have no order of their own."""
    return {
        **best,
        "slack": sorted((each["field"], each["limit"], each["value"], each["margin"]) for each in best["slack"]),
    }
