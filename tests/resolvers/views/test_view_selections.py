"""Selections of best runs, digests, alternating objectives, and slack below other views."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.filters import Filter
from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, run_datasets, selected, selections, up_to_a_hundred
from tests.resolvers.views.view_oracles import STATISTICS, frontier_of, groups_of, key_of, ranked, statistics_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from strawberry.federation import Schema

    from tables.table import Table
    from tests.naive_oracle import Row

each_kind = pytest.mark.parametrize("kind", KINDS)


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_best_runs_are_a_selection(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Count, order, pages and views equal those of a selection of just these runs, at the root and below models."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    keys = data.draw(st.lists(st.sampled_from(of.keys), max_size=2, unique=True))
    metric, other = data.draw(st.permutations(of.metrics))[:2]
    goal = data.draw(st.sampled_from(("MINIMIZE", "MAXIMIZE")))
    best = f"bestRuns(by: {metric}, goal: {goal}, per: [{', '.join(keys)}]"
    views = f"""{best}, orderBy: [{{field: {metric}}}], first: 2) {{
        totalCount nodes {{ id }} statistics(of: {other}) {{ {STATISTICS} }}
      }}
      plain: {best}) {{ nodes {{ id }} groups(by: TASK) {{ count }} }}"""
    stability = ", stability: ANY" if kind == "llm" else ""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{
          {of.list}(where: $where, first: 0{stability}) {{ {views} }}
          models {{ nodes {{ modelId {of.list}(where: $where, first: 0{stability}) {{ {views} }} }} }}
        }}""",
        where=where,
    )

    rows = selected(dataset, kind, where)
    nodes = [(node["modelId"], node[of.list]) for node in answer["models"]["nodes"]]
    for part, found in [(rows, answer[of.list])] + [
        ([row for row in rows if row["modelId"] == model], found) for model, found in nodes
    ]:
        best_rows = best_of(part, keys, metric, goal)
        assert found["bestRuns"]["totalCount"] == len(best_rows)
        in_order = ranked(best_rows, metric, "MINIMIZE")
        assert found["bestRuns"]["nodes"] == [{"id": row["id"]} for row in in_order[:2]]
        assert found["bestRuns"]["statistics"] == statistics_of(best_rows, other)
        in_file_order = [row for row in part if row in best_rows]
        assert found["plain"]["nodes"] == [{"id": row["id"]} for row in in_file_order]
        assert sum(group["count"] for group in found["plain"]["groups"]) == len(best_rows)


def best_of(rows: Sequence[Row], keys: Sequence[str], metric: str, goal: str) -> list[Row]:
    """Return the best row of each group that has one."""
    groups = groups_of(rows, keys).values() if rows else ()
    return [ranked(group, metric, goal)[0] for group in groups if ranked(group, metric, goal)]


def test_best_runs_are_paged_by_cursors(any_graph: Graph) -> None:
    """Consecutive pages contain all best runs in order."""
    best = "bestRuns(by: ENERGY_PER_TOKEN_JOULES, per: MODEL_ID, orderBy: [{field: ENERGY_PER_TOKEN_JOULES}]"
    whole = any_graph.ask(f"{{ llmRuns(first: 0) {{ {best}, first: 2000) {{ nodes {{ id }} }} }} }}")
    expected = [node["id"] for node in whole["llmRuns"]["bestRuns"]["nodes"]]
    assert len(expected) > 4
    found, after = [], ""
    while True:
        page = any_graph.ask(
            f"{{ llmRuns(first: 0) {{ {best}, first: 3{after}) {{ edges {{ cursor node {{ id }} }} "
            "pageInfo { hasNextPage } } } }"
        )["llmRuns"]["bestRuns"]
        found += [edge["node"]["id"] for edge in page["edges"]]
        after = f', after: "{page["edges"][-1]["cursor"]}"'
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == expected


@each_kind
@up_to_a_hundred
@given(data=st.data())
def test_each_alternating_objective_has_its_own_frontiers(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Equal to those of a request with that objective first, in order; at the root and below models."""
    of = KINDS[kind]
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    *turns, fixed = data.draw(st.permutations(of.metrics))
    keys = data.draw(st.lists(st.sampled_from(of.keys), max_size=2, unique=True))
    stability = ", stability: ANY" if kind == "llm" else ""
    view = f"""paretoFrontier(maximize: [{fixed}], against: [{", ".join(turns)}], per: [{", ".join(keys)}]) {{
        against key {{ field value number }} runs {{ id }} nullCount
      }}"""
    answer = Graph(schema, dataset).ask(
        f"""query ($where: {of.prefix}Filter) {{
          {of.list}(where: $where, first: 0{stability}) {{ {view} }}
          gpus {{ model {of.list}(where: $where, first: 0{stability}) {{ {view} }} }}
        }}""",
        where=where,
    )

    rows = selected(dataset, kind, where)
    of_gpus = [([row for row in rows if row["gpuModel"] == gpu["model"]], gpu[of.list]) for gpu in answer["gpus"]]
    for part, found in [(rows, answer[of.list]), *of_gpus]:
        expected = []
        for turn in turns:
            for key, group in groups_of(part, keys).items() if part else ():
                frontier, missing = frontier_of(group, {turn: 1, fixed: -1})
                runs = [{"id": row["id"]} for row in frontier]
                expected.append({"against": turn, "key": key_of(keys, key), "runs": runs, "nullCount": missing})
        assert found["paretoFrontier"] == expected


def test_a_digest_depends_on_revision_and_runs_only(any_graph: Graph) -> None:
    """SHA-256 of the revision and the ids in ascending order, independent of order, page and connection."""
    where = 'where: {gpuModel: {eq: "B200"}}'
    answer = any_graph.ask(f"""{{
      dataset {{ revision }}
      all: llmRuns(first: 2000, {where}) {{ digest nodes {{ id }} }}
      turned: llmRuns(first: 1, offset: 3, orderBy: [{{field: AVG_POWER_WATTS}}], {where}) {{ digest }}
      groups: llmRuns(first: 0) {{ groups(by: GPU_MODEL) {{ key {{ value }} runs(first: 0) {{ digest }} }} }}
      none: llmRuns(where: {{numGpus: {{lt: 0}}}}) {{ digest }}
    }}""")
    lines = [answer["dataset"]["revision"], *sorted(node["id"] for node in answer["all"]["nodes"])]
    digest = hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest()
    assert len(lines) > 10
    assert answer["all"]["digest"] == answer["turned"]["digest"] == digest
    of_gpu = {group["key"][0]["value"]: group["runs"]["digest"] for group in answer["groups"]["groups"]}
    assert of_gpu["B200"] == digest
    assert of_gpu["H100"] != digest
    assert answer["none"]["digest"] == hashlib.sha256(f"{lines[0]}\n".encode()).hexdigest()


def test_slack_covers_the_bounds_of_all_enclosing_filters(any_graph: Graph) -> None:
    """Below groups, below a model's GPUs, and of best runs."""
    best = "best(by: ENERGY_PER_TOKEN_JOULES) { run { id } slack { field limit } }"
    inner = f"(first: 0, where: {{medianItlMs: {{lt: 1000}}}}) {{ {best} }}"
    answer = any_graph.ask(f"""{{
      llmRuns(first: 0, where: {{maxNumSeqs: {{gte: 4}}}}) {{
        groups(by: TASK, limit: 1) {{ runs{inner} }}
        bestRuns(by: ENERGY_PER_TOKEN_JOULES, per: TASK) {{ {best} }}
      }}
      models {{ nodes {{ runsByGpu(where: {{maxNumSeqs: {{gte: 4}}}}) {{ llmRuns{inner} }} }} }}
    }}""")
    outer, both = {"field": "maxNumSeqs", "limit": 4.0}, {"field": "medianItlMs", "limit": 1000.0}
    assert answer["llmRuns"]["groups"][0]["runs"]["best"][0]["slack"] == [outer, both]
    assert answer["llmRuns"]["bestRuns"]["best"][0]["slack"] == [outer]
    of_gpus = [
        best["slack"]
        for model in answer["models"]["nodes"]
        for gpu in model["runsByGpu"]
        for best in gpu["llmRuns"]["best"]
    ]
    assert len(of_gpus) > 3
    assert all(slack == [outer, both] for slack in of_gpus)


def test_a_filter_is_evaluated_once_per_request(any_graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    """Views, aliases and levels with equal filters share the mask; a different filter is evaluated separately."""
    evaluated: list[Filter] = []
    monkeypatch.setattr(Filter, "mask", _recorded(evaluated))
    view = "statistics(of: NUM_GPUS) { mean } groups(by: TASK) { count } best(by: NUM_GPUS) { key { field } }"
    selection = f"llmRuns(first: 0, where: {{numGpus: {{gte: 2}}}}) {{ {view} }}"
    any_graph.ask(f"{{ {selection} again: {selection} models {{ nodes {{ {selection} }} }} gpus {{ {selection} }} }}")
    assert len(evaluated) == 1
    any_graph.ask("{ llmRuns(where: {numGpus: {gte: 3}}) { totalCount } }")
    assert len(evaluated) == 2


def _recorded(evaluated: list[Filter]) -> Callable[[Filter, Table], NDArray[np.bool_]]:
    mask = Filter.mask

    def evaluate_and_note(where: Filter, table: Table) -> NDArray[np.bool_]:
        evaluated.append(where)
        return mask(where, table)

    return evaluate_and_note
