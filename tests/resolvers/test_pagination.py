"""Cursor pagination visits every row of a list once, in both directions, for any page sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from schema.build import build_schema
from tests.drawn_arguments import filters, orders
from tests.drawn_datasets import datasets
from tests.graph import Graph
from tests.naive_oracle import KEYS, LISTS, in_order, rows_of, satisfies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from strawberry.federation import Schema

    from tables.dataset import Dataset
    from tests.naive_oracle import Input

TYPES = {"llmRuns": "LLMRun", "diffusionRuns": "DiffusionRun", "models": "MLEnergyModel"}
each_list = pytest.mark.parametrize("name", LISTS)
sizes = st.lists(st.integers(1, 5), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """One schema for all generated datasets."""
    return build_schema()


def query(name: str) -> str:
    """Return a query for a page of a list."""
    stability = "stability: ANY" if name == "llmRuns" else ""
    return f"""
      query ($where: {TYPES[name]}Filter, $orderBy: [{TYPES[name]}Order!], $first: Int, $after: String, $last: Int,
             $before: String) {{
        list: {name}(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before
                     {stability}) {{
          totalCount edges {{ cursor node {{ {KEYS[name]} }} }}
          pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }}
      }}"""


def forwards(ask: Callable[..., Any], steps: Iterator[int]) -> tuple[list[str], Any]:
    """Read all pages from first to last; return the keys in order, and the last page."""
    keys: list[str] = []
    page = ask(first=next(steps))
    while True:
        edges = page["edges"]
        assert page["pageInfo"]["hasPreviousPage"] == bool(keys)
        keys += [node_key(edge) for edge in edges]
        assert page["pageInfo"]["hasNextPage"] == (len(keys) < page["totalCount"])
        if not page["pageInfo"]["hasNextPage"]:
            return keys, page
        assert edges[-1]["cursor"] == page["pageInfo"]["endCursor"]
        page = ask(first=next(steps), after=page["pageInfo"]["endCursor"])


def backwards(ask: Callable[..., Any], steps: Iterator[int]) -> list[str]:
    """Read all pages from last to first; return the keys in the order of the list."""
    keys: list[str] = []
    page = ask(last=next(steps))
    while True:
        edges = page["edges"]
        assert page["pageInfo"]["hasNextPage"] == bool(keys)
        keys = [node_key(edge) for edge in edges] + keys
        assert page["pageInfo"]["hasPreviousPage"] == (len(keys) < page["totalCount"])
        if not page["pageInfo"]["hasPreviousPage"]:
            return keys
        assert edges[0]["cursor"] == page["pageInfo"]["startCursor"]
        page = ask(last=next(steps), before=page["pageInfo"]["startCursor"])


def node_key(edge: Any) -> str:  # noqa: ANN401 - a part of an answer
    """Return the key of the row of an edge."""
    return str(next(iter(edge["node"].values())))


def repeated(steps: list[int]) -> Iterator[int]:
    """Repeat the page sizes without end."""
    while True:
        yield from steps


@each_list
@given(data=st.data(), dataset=datasets(max_rows=14), steps=sizes)
def test_pages_are_the_whole_list_in_both_directions(
    name: str, schema: Schema, data: st.DataObject, dataset: Dataset, steps: list[int]
) -> None:
    """No row is lost or repeated, even with nulls and ties, and hasNextPage and hasPreviousPage are exact."""
    order_by = data.draw(orders(name))
    where = data.draw(st.none() | filters(dataset, name))
    graph = Graph(schema, dataset)

    def ask(**page: Any) -> Any:  # noqa: ANN401 - a part of an answer
        return graph.ask(query(name), where=where, orderBy=order_by, **page)["list"]

    rows = [row for row in rows_of(dataset, name) if satisfies(row, where)]
    whole = [row[KEYS[name]] for row in in_order(rows, order_by, KEYS[name])]
    assert forwards(ask, repeated(steps))[0] == whole
    assert backwards(ask, repeated(steps)) == whole


@each_list
@given(data=st.data(), dataset=datasets(max_rows=14), steps=sizes)
def test_a_cursor_stays_valid_when_the_filter_changes(
    name: str, schema: Schema, data: st.DataObject, dataset: Dataset, steps: list[int]
) -> None:
    """A cursor still separates earlier from later rows if the next filter excludes its own row."""
    order_by = data.draw(orders(name))
    graph = Graph(schema, dataset)
    ordered = [row[KEYS[name]] for row in in_order(rows_of(dataset, name), order_by, KEYS[name])]
    cursor, position = None, -1
    for first in steps:
        where = data.draw(filters(dataset, name))
        page = graph.ask(query(name), where=where, orderBy=order_by, first=first, after=cursor)["list"]
        selected = {row[KEYS[name]] for row in rows_of(dataset, name) if satisfies(row, where)}
        expected = [key for key in ordered[position + 1 :] if key in selected][:first]
        assert [node_key(edge) for edge in page["edges"]] == expected
        if not expected:
            return
        cursor, position = page["pageInfo"]["endCursor"], ordered.index(expected[-1])


NESTED = """
  query ($orderBy: [LLMRunOrder!], $where: LLMRunFilter, $first: Int, $after: String, $last: Int, $before: String) {
    models(first: 2000) { nodes { modelId llmRuns(
      orderBy: $orderBy, where: $where, stability: ANY, first: $first, after: $after, last: $last, before: $before
    ) { totalCount edges { cursor node { id modelId } } pageInfo { hasNextPage hasPreviousPage } } } }
    cursors: llmRuns(orderBy: $orderBy, stability: ANY, first: 2000) { edges { cursor node { id } } }
  }
"""


@given(data=st.data(), dataset=datasets(max_rows=14))
def test_one_cursor_splits_every_nested_list_at_the_same_position(
    schema: Schema, data: st.DataObject, dataset: Dataset
) -> None:
    """Nested under all models, `after` and `before` split the runs of each model as they split the list of all runs."""
    order_by: list[Input] = data.draw(orders("llmRuns"))
    where = data.draw(st.none() | filters(dataset, "llmRuns"))
    graph = Graph(schema, dataset)
    ordered = in_order(rows_of(dataset, "llmRuns"), order_by, "id")
    assume(ordered)
    cursors = {edge["node"]["id"]: edge["cursor"] for edge in graph.ask(NESTED, orderBy=order_by)["cursors"]["edges"]}
    assert list(cursors) == [row["id"] for row in ordered]
    position, size = data.draw(st.integers(0, len(ordered) - 1)), data.draw(st.integers(0, 4))
    cursor = cursors[ordered[position]["id"]]
    after = graph.ask(NESTED, orderBy=order_by, where=where, first=size, after=cursor)["models"]["nodes"]
    before = graph.ask(NESTED, orderBy=order_by, where=where, last=size, before=cursor)["models"]["nodes"]
    for model, other in zip(after, before, strict=True):
        own = [row for row in ordered if row["modelId"] == model["modelId"] and satisfies(row, where)]
        later = [row["id"] for row in own if ordered.index(row) > position]
        earlier = [row["id"] for row in own if ordered.index(row) < position]
        assert model["llmRuns"]["totalCount"] == len(own)
        assert [edge["node"]["id"] for edge in model["llmRuns"]["edges"]] == later[:size]
        assert [edge["node"]["id"] for edge in other["llmRuns"]["edges"]] == earlier[max(len(earlier) - size, 0) :]
        assert all(edge["cursor"] == cursors[edge["node"]["id"]] for edge in model["llmRuns"]["edges"])
        assert model["llmRuns"]["pageInfo"]["hasNextPage"] == (len(later) > size)
        assert other["llmRuns"]["pageInfo"]["hasPreviousPage"] == (len(earlier) > size)


OF_ONE_MODEL = """
  query ($id: ID!, $orderBy: [LLMRunOrder!], $first: Int, $after: String, $last: Int, $before: String) {
    model(modelId: $id) { llmRuns(
      orderBy: $orderBy, stability: ANY, first: $first, after: $after, last: $last, before: $before
    ) { totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
  }
"""


def test_a_nested_list_continues_with_its_own_cursors(graph: Graph) -> None:
    """The pages of the runs of each model are its whole list, with nulls in the order key."""
    order_by = [{"field": "UNSTABLE_REASON", "direction": "DESC", "nulls": "FIRST"}]
    whole = graph.ask(NESTED, orderBy=order_by, first=2_000)["models"]["nodes"]
    count = 0
    for model in whole:
        keys = [edge["node"]["id"] for edge in model["llmRuns"]["edges"]]

        def ask(model_id: str = model["modelId"], **page: Any) -> Any:  # noqa: ANN401 - a part of an answer
            return graph.ask(OF_ONE_MODEL, id=model_id, orderBy=order_by, **page)["model"]["llmRuns"]

        assert forwards(ask, repeated([7, 3]))[0] == keys
        assert backwards(ask, repeated([4])) == keys
        count += len(keys)
    assert count == graph.dataset.runs["llm"].num_rows
