"""Views executed as columns and row by row give the same answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.graph import Graph
from tests.resolvers.views.drawn_runs import KINDS, field_of, run_datasets, selections, up_to_a_hundred
from tests.resolvers.views.view_oracles import STATISTICS

if TYPE_CHECKING:
    from strawberry.federation import Schema

    from tables.dataset import Dataset

KEY = "key { field value number }"


def both_ways(schema: Schema, dataset: Dataset) -> dict[str, Graph]:
    """Return the same graph executed row by row and as columns; graphql-core's own way comes first."""
    return {"row by row": Graph(schema, dataset, row_by_row=True), "columns": Graph(schema, dataset)}


def every_view(data: st.DataObject, kind: str) -> str:
    """Draw arguments for every view of a connection."""
    of = KINDS[kind]
    metric, other, third = data.draw(st.permutations(of.metrics))[:3]
    key, second = data.draw(st.permutations(of.keys))[:2]
    goal = data.draw(st.sampled_from(("MINIMIZE", "MAXIMIZE")))
    differ = "MAX_NUM_SEQS" if kind == "llm" else "BATCH_SIZE"
    histogram = "edges counts outside nullCount"
    return f"""
      totalCount
      statistics(of: {metric}) {{ {STATISTICS} }}
      facets(of: [{key}, {second}]) {{ field values {{ value number count }} }}
      histogram(of: {metric}, bins: 3) {{ {histogram} }}
      edged: histogram(of: {metric}, edges: [-3, 0, 2.5]) {{ {histogram} }}
      groups(by: [{key}, {second}], orderBy: {{aggregate: MAX, of: {other}, direction: DESC}}) {{
        {KEY} count statistics(of: {metric}) {{ {STATISTICS} }}
        best(by: {metric}, goal: {goal}) {{ id {field_of(metric)} model {{ modelId }} }}
        runs(first: 1) {{ totalCount nodes {{ id }} facets(of: [TASK]) {{ values {{ value count }} }} }}
      }}
      best(by: {metric}, goal: {goal}, per: [{key}], runnersUp: 2) {{
        {KEY} run {{ id gpu {{ model }} }} runnersUp {{ id }} slack {{ field limit value margin }}
      }}
      paretoFrontier(minimize: [{metric}], maximize: [{other}], per: [{second}]) {{
        {KEY} runs {{ id {field_of(metric)} }} nullCount
      }}
      turns: paretoFrontier(maximize: [{metric}], against: [{other}, {third}], per: [{key}]) {{ against runs {{ id }} }}
      digest
      bestRuns(by: {metric}, goal: {goal}, per: [{key}], first: 1) {{
        totalCount nodes {{ id replicas(powerTargetWatts: 1000) }} statistics(of: {other}) {{ {STATISTICS} }}
      }}
      ratios(of: [{metric}, {other}], per: [{key}]) {{
        {KEY} references {{ metric value }} runs {{ run {{ id }} ratios {{ metric value ratio }} }}
      }}
      compareGroups(by: NUM_GPUS, baseline: "1", candidate: "8", of: [{metric}], aggregate: SUM) {{
        metric baseline candidate ratio relativeChange
      }}
      pairs(match: [{key}], differ: {differ}, baseline: "1", candidate: "3", pick: {{by: {other}}},
            compare: [{metric}, {third}]) {{
        count unmatched pairs {{ {KEY} baseline {{ id }} changes {{ metric baseline candidate relativeChange }} }}
        summary {{ metric decreased unchanged increased min median mean max }}
      }}"""


@pytest.mark.parametrize("kind", KINDS)
@up_to_a_hundred
@given(data=st.data())
def test_every_view_has_one_answer(kind: str, schema: Schema, data: st.DataObject) -> None:
    """Byte for byte, at the root and below models, where one call computes the view of all models."""
    dataset, where = data.draw(run_datasets(kind)), data.draw(selections(kind))
    of, views = KINDS[kind], every_view(data, kind)
    stability = ", stability: ANY" if kind == "llm" else ""
    query = f"""query ($where: {of.prefix}Filter) {{
      {of.list}(where: $where, first: 2{stability}) {{ {views} }}
      models {{ nodes {{ modelId {of.list}(where: $where, first: 1{stability}) {{ {views} }} }} }}
    }}"""
    answers = {way: orjson.dumps(graph.ask(query, where=where)) for way, graph in both_ways(schema, dataset).items()}
    assert answers["columns"] == answers["row by row"]
