"""Random queries of the benchmarks `--costs` and `--worst`."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import TYPE_CHECKING

import pytest
from graphql import GraphQLObjectType, introspection_types

from benchmarks.drawn_arguments import values_of
from benchmarks.drawn_query import as_request
from benchmarks.mutations import Mutations
from benchmarks.query_drawer import Drawer
from errors import QueryTooComplex
from schema.build import build_schema
from tests.graph import Graph
from web.parsing import InvalidDocumentError

if TYPE_CHECKING:
    from tables.dataset import Dataset


@pytest.fixture(scope="module")
def graph(sample: Dataset) -> Graph:
    """The graph of the sample."""
    return Graph(build_schema(), sample)


def drawer(graph: Graph, *, seed: int = 0) -> Drawer:
    """Return a drawer of queries on the sample."""
    schema = graph.documents.engine.schema
    return Drawer(schema, graph.dataset, values_of(graph.dataset), Random(seed), rows=100)  # noqa: S311


def test_drawn_and_changed_queries_are_valid(graph: Graph) -> None:
    """Each kind with literals, with variables and changed: otherwise the benchmarks would measure refusals."""
    drawn = drawer(graph)
    changed = Mutations(drawn)
    texts = []
    for kind in drawn.kinds:
        roots = drawn.draw(kind)
        texts += [as_request(roots, with_variables=literals)[0] for literals in (False, True)]
        texts.append(as_request(changed(roots), with_variables=True)[0])
    outcomes = Counter(outcome(graph, text) for text in texts)
    assert outcomes.keys() <= {"valid", "too long", "Maximum introspection depth exceeded"}
    assert outcomes["valid"] > 0.9 * len(texts)


def outcome(graph: Graph, text: str) -> str:
    """Return the first error of a document, or that it is valid."""
    try:
        graph.documents.document(text)
    except InvalidDocumentError as error:
        return error.errors[0].message
    except QueryTooComplex:
        return "too long"
    return "valid"


def test_every_field_with_arguments_is_a_kind_of_query(graph: Graph) -> None:
    """A new field is measured without a change of the benchmark."""
    kinds = graph.documents.engine.schema.type_map.values()
    fields = {
        name
        for kind in kinds
        if isinstance(kind, GraphQLObjectType) and kind.name not in introspection_types
        for name, field in kind.fields.items()
        if field.args
    }
    assert fields <= drawer(graph).kinds.keys()


def test_drawn_filters_select_every_row(graph: Graph) -> None:
    """The estimate assumes that filters select everything, so a filter that does not would distort its calibration."""
    arguments = drawer(graph).arguments
    for number in range(1, 40):
        where = arguments.condition("LLMRunFilter", number)
        found = graph.ask(
            "query($where: LLMRunFilter) { all: llmRuns { totalCount } llmRuns(where: $where) { totalCount } }",
            where=where,
        )
        assert found["llmRuns"] == found["all"], where


def test_a_seed_determines_the_queries(graph: Graph) -> None:
    """A reported seed reproduces a search."""
    first, second = drawer(graph, seed=7), drawer(graph, seed=7)
    for kind in first.kinds:
        drawn = [as_request(each.draw(kind), with_variables=True) for each in (first, second)]
        assert drawn[0] == drawn[1]
