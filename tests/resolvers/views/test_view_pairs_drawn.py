"""Matched pairs of drawn runs against a naive oracle: nulls, ties, one side only, a single run, no run."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, field_of, run_datasets, selected, selections, up_to_a_hundred
from tests.resolvers.views.view_oracles import groups_of, key_of, ranked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from strawberry.federation import Schema

    from tests.naive_oracle import Row


@pytest.mark.parametrize("kind", KINDS)
@up_to_a_hundred
@given(data=st.data())
def test_pairs_equal_the_oracle(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Best run of each side per key, ties by id; changes where both have a value; groups of one side are counted."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    keys = data.draw(st.lists(st.sampled_from(("TASK", "GPU_MODEL", "TOTAL_PARAMS_BILLIONS")), max_size=2, unique=True))
    pick, *compare = data.draw(st.permutations(of.metrics[:3]))
    goal = data.draw(st.sampled_from(("MINIMIZE", "MAXIMIZE")))
    sides = data.draw(st.permutations(("1", "2", "8")))[:2]
    stability = ", stability: ANY" if kind == "llm" else ""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{ {of.list}(where: $where, first: 0{stability}) {{
          pairs(match: [{", ".join(keys)}], differ: NUM_GPUS, baseline: "{sides[0]}", candidate: "{sides[1]}",
                pick: {{by: {pick}, goal: {goal}}}, compare: [{", ".join(compare)}]) {{
            count unmatched
            pairs {{
              key {{ field value number }} baseline {{ id }} candidate {{ id }}
              changes {{ metric baseline candidate relativeChange }}
            }}
            summary {{ metric decreased unchanged increased min median mean max }}
          }}
        }} }}""",
        where=where,
    )[of.list]["pairs"]

    rows = selected(dataset, kind, where)
    expected: list[dict[str, Any]] = []
    unmatched = 0
    for key, group in groups_of(rows, keys).items() if rows else ():
        best = [ranked([row for row in group if row["numGpus"] == int(side)], pick, goal) for side in sides]
        unmatched += bool(best[0]) != bool(best[1])
        if all(best):
            expected.append({"key": key_of(keys, key), **pair_of(best[0][0], best[1][0], compare)})
    assert answer["pairs"] == expected
    assert (answer["count"], answer["unmatched"]) == (len(expected), unmatched)
    assert answer["summary"] == [summary_of(expected, metric) for metric in compare]


def pair_of(baseline: Row, candidate: Row, compare: Sequence[str]) -> dict[str, Any]:
    """Return a pair as the answer's fields; a column that a side lacks, or whose baseline is 0, has no change."""
    changes = []
    for metric in compare:
        before, after = baseline[field_of(metric)], candidate[field_of(metric)]
        if before and after is not None:
            change = {"baseline": before, "candidate": after, "relativeChange": (after - before) / before}
            changes.append({"metric": metric, **change})
    return {"baseline": {"id": baseline["id"]}, "candidate": {"id": candidate["id"]}, "changes": changes}


def summary_of(pairs: Sequence[dict[str, Any]], metric: str) -> dict[str, Any]:
    """Return the summary of one column over all pairs."""
    changes = [change["relativeChange"] for pair in pairs for change in pair["changes"] if change["metric"] == metric]
    # Large changes of either sign cancel in a mean, up to the order in which they are added.
    rounding = 1e-12 * max(map(abs, changes), default=0.0)
    figures: dict[str, Callable[[list[float]], float]] = {
        "min": min,
        "median": statistics.median,
        "mean": statistics.fmean,
        "max": max,
    }
    return {
        "metric": metric,
        "decreased": sum(change < 0 for change in changes),
        "unchanged": sum(change == 0 for change in changes),
        "increased": sum(change > 0 for change in changes),
        **{
            name: pytest.approx(of(changes), rel=1e-9, abs=rounding) if changes else None
            for name, of in figures.items()
        },
    }
