"""Filters, orders and pages agree with a naive oracle, on generated datasets and on the sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema.build import build_schema
from tests.drawn_arguments import STABILITIES, filters, orders, pages
from tests.drawn_datasets import datasets
from tests.graph import Graph
from tests.naive_oracle import KEYS, LISTS, in_order, is_stable, page_of, rows_of, satisfies

if TYPE_CHECKING:
    from strawberry.federation import Schema

    from tables.dataset import Dataset
    from tests.naive_oracle import Input, Row

TYPES = {"llmRuns": "LLMRun", "diffusionRuns": "DiffusionRun", "models": "MLEnergyModel"}
EVERYTHING = {"first": 2_000}
each_list = pytest.mark.parametrize("name", LISTS)


@pytest.fixture(scope="module")
def schema() -> Schema:
    """One schema for all generated datasets."""
    return build_schema()


def query(name: str) -> str:
    """Return a query with every argument and result of a list."""
    kind, key = TYPES[name], KEYS[name]
    stability = ("$stability: MLEnergyStability! = ANY", "stability: $stability") if name == "llmRuns" else ("", "")
    return f"""
      query ($where: {kind}Filter, $orderBy: [{kind}Order!], $first: Int, $after: String, $last: Int,
             $before: String, $offset: Int {stability[0]}) {{
        list: {name}(where: $where, orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before,
                     offset: $offset {stability[1]}) {{
          totalCount
          nodes {{ {key} }}
          edges {{ cursor node {{ {key} }} }}
          pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }}
      }}"""


def keys_of(name: str, connection: Any) -> list[str]:  # noqa: ANN401 - a part of an answer
    """Return the keys of the rows on a page."""
    return [node[KEYS[name]] for node in connection["nodes"]]


def cursors_of(graph: Graph, name: str, order_by: list[Input]) -> dict[str, str]:
    """Return the cursor of every row of an ordered list, by the key of the row."""
    edges = graph.ask(query(name), orderBy=order_by, **EVERYTHING)["list"]["edges"]
    return {edge["node"][KEYS[name]]: edge["cursor"] for edge in edges}


def expected(dataset: Dataset, name: str, where: Input | None, order_by: list[Input], stability: str) -> list[Row]:
    """Return the rows that the oracle selects, in order."""
    rows = [row for row in rows_of(dataset, name) if satisfies(row, where) and is_stable(row, stability)]
    return in_order(rows, order_by, KEYS[name])


@each_list
@given(data=st.data(), dataset=datasets())
def test_a_filter_agrees_with_the_oracle(name: str, schema: Schema, data: st.DataObject, dataset: Dataset) -> None:
    """A filter selects and counts exactly the rows that satisfy it, in the default order of the list."""
    where = data.draw(filters(dataset, name))
    answer = Graph(schema, dataset).ask(query(name), where=where, **EVERYTHING)["list"]
    rows = expected(dataset, name, where, [], "ANY")
    assert keys_of(name, answer) == [row[KEYS[name]] for row in rows]
    assert answer["totalCount"] == len(rows)


@each_list
@given(data=st.data(), dataset=datasets())
def test_an_order_agrees_with_the_oracle(name: str, schema: Schema, data: st.DataObject, dataset: Dataset) -> None:
    """Earlier keys take precedence, nulls are placed as requested in either direction, and row keys break ties."""
    order_by = data.draw(orders(name))
    answer = Graph(schema, dataset).ask(query(name), orderBy=order_by, **EVERYTHING)["list"]
    assert keys_of(name, answer) == [row[KEYS[name]] for row in expected(dataset, name, None, order_by, "ANY")]


def check_page(graph: Graph, name: str, data: st.DataObject) -> None:
    """Generate every argument at once, and compare the page with the page of the oracle."""
    dataset = graph.dataset
    where = data.draw(st.none() | filters(dataset, name))
    order_by = data.draw(orders(name, max_keys=3))
    stability = data.draw(st.sampled_from(STABILITIES))
    cursors = cursors_of(graph, name, order_by)
    page = data.draw(pages(list(cursors)))
    arguments: Input = {**page, **{end: cursors[page[end]] for end in ("after", "before") if end in page}}
    if name == "llmRuns":
        arguments["stability"] = stability
    answer = graph.ask(query(name), where=where, orderBy=order_by, **arguments)["list"]

    rows = expected(dataset, name, where, order_by, stability if name == "llmRuns" else "ANY")
    selected = [row[KEYS[name]] for row in rows]
    ordered = in_order(rows_of(dataset, name), order_by, KEYS[name])
    keys, follows, precedes = page_of(ordered, selected, KEYS[name], page)
    assert keys_of(name, answer) == keys
    assert answer["edges"] == [{"cursor": cursors[key], "node": {KEYS[name]: key}} for key in keys]
    assert answer["totalCount"] == len(selected)
    info = answer["pageInfo"]
    assert (info["startCursor"], info["endCursor"]) == ((cursors[keys[0]], cursors[keys[-1]]) if keys else (None, None))
    if keys:
        assert (info["hasNextPage"], info["hasPreviousPage"]) == (follows, precedes)


@each_list
@given(data=st.data(), dataset=datasets())
def test_a_page_agrees_with_the_oracle(name: str, schema: Schema, data: st.DataObject, dataset: Dataset) -> None:
    """The page has the rows of the oracle for any filter, stability, order and page arguments."""
    check_page(Graph(schema, dataset), name, data)


@each_list
@given(data=st.data())
def test_a_page_of_the_sample_agrees_with_the_oracle(name: str, graph: Graph, data: st.DataObject) -> None:
    """The page has the rows of the oracle on the sample too: hundreds of runs with realistic values."""
    check_page(graph, name, data)
