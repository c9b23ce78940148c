"""The engine answers as graphql-core does row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import hypothesis_graphql
import orjson
import pytest
from graphql import GraphQLSchema, parse, validate
from hypothesis import assume, event, given, note, reject, settings
from hypothesis import strategies as st

from errors import QueryTooComplex
from execution.strawberry_internals import core_schema
from resolvers.context import Limits
from schema.build import build_schema
from tables.catalogue import DIFFUSION_COLUMNS, LLM_COLUMNS, MODEL_COLUMNS
from tests.drawn_datasets import dataset_of, datasets
from tests.execution.drawn_queries import Known, queries
from tests.graph import Graph
from tests.naive_oracle import graph_name, rows_of
from web.documents import Documents

if TYPE_CHECKING:
    from collections.abc import Sequence

    from strawberry.federation import Schema
    from strawberry.types import ExecutionResult

    from tables.catalogue import Column
    from tables.dataset import Dataset
    from tables.raw_files import RawFiles

LIMITS = Limits(default_page=2, max_page=2_000, max_raw_files=1_000)


# Twice as many as other properties: what all others rest on.
MANY = settings(max_examples=2 * settings().max_examples)


class RememberedRawFiles:
    """Raw files that are made once.

    Args:
        raw: Where they are made.
    """

    def __init__(self, raw: RawFiles) -> None:
        self._raw = raw
        self._made: dict[str, bytes] = {}

    def version(self, path: str) -> str:
        """Return what the source says."""
        return self._raw.version(path)

    def read(self, path: str, **_wanted: object) -> bytes:
        """Return the whole file."""
        if path not in self._made:
            self._made[path] = bytes(self._raw.read(path))
        return self._made[path]


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The schema as it is served."""
    return build_schema()


def both_ways(schema: Schema, dataset: Dataset) -> dict[str, Graph]:
    """Return the same graph executed row by row and as columns; graphql-core's own way comes first."""
    return {
        "row by row": Graph(schema, dataset, limits=LIMITS, row_by_row=True),
        "columns": Graph(schema, dataset, limits=LIMITS),
    }


@pytest.fixture(scope="module")
def each_way(schema: Schema, sample: Dataset) -> dict[str, Graph]:
    """The sample, its raw files made once, answered in each way."""
    return both_ways(schema, replace(sample, raw=RememberedRawFiles(sample.raw)))


@pytest.fixture(scope="module")
def graphql_schema(schema: Schema) -> GraphQLSchema:
    """What the drawn queries are valid for."""
    return core_schema(schema)


@pytest.fixture(scope="module")
def known(graph: Graph) -> Known:
    """What of the sample a query may name."""
    answer = graph.ask("""{
      llmRuns(first: 20) { edges { cursor node { id } } } diffusionRuns(first: 20) { edges { cursor node { id } } }
      models { edges { cursor node { modelId } } } gpus { model } tasks { name }
      ordered: llmRuns(first: 3, orderBy: {field: GPU_MODEL}) { edges { cursor } }
    }""")
    cursors = {
        name: [edge["cursor"] for edge in answer[name]["edges"]] for name in ("llmRuns", "diffusionRuns", "models")
    }
    cursors["llmRuns"] = cursors["llmRuns"][:6] + [edge["cursor"] for edge in answer["ordered"]["edges"]]
    cursors["diffusionRuns"] = cursors["diffusionRuns"][:6] + cursors["llmRuns"][:1]
    return Known(
        keys={
            "llmRun": ["none", *(edge["node"]["id"] for edge in answer["llmRuns"]["edges"][:3])],
            "diffusionRun": ["none", *(edge["node"]["id"] for edge in answer["diffusionRuns"]["edges"][:3])],
            "model": ["none", *(edge["node"]["modelId"] for edge in answer["models"]["edges"][:3])],
            "gpu": ["none", *(gpu["model"] for gpu in answer["gpus"])],
            "task": ["none", *(task["name"] for task in answer["tasks"])],
        },
        cursors=cursors,
    )


def outcome(result: ExecutionResult) -> tuple[bytes, list[str]]:
    """Return all that a client can tell answers apart by: the data to the byte, and the errors in any order."""
    errors = [
        str((error.message, error.path, error.extensions, [place.formatted for place in error.locations or []]))
        for error in result.errors or []
    ]
    return orjson.dumps(result.data), sorted(errors)


def check(each_way: dict[str, Graph], query: str, variables: dict[str, Any]) -> tuple[bytes, list[str]]:
    """Ask in each way, and compare."""
    answers = {way: outcome(graph.answer(query, **variables)) for way, graph in each_way.items()}
    for times in ("the second time", "the third time"):  # templates are made the second time, and filled from then on
        answers[f"columns, {times}"] = outcome(each_way["columns"].answer(query, **variables))
    expected = answers["row by row"]
    for way, answer in answers.items():
        assert answer == expected, way
    return expected


def reject_if_too_long(schema: GraphQLSchema, query: str) -> None:
    """Draw another query in place of one that is longer than a document may be."""
    try:
        Documents(schema).document(query)
    except QueryTooComplex:
        reject()


@MANY
@given(data=st.data())
def test_drawn_queries_have_one_answer(
    each_way: dict[str, Graph], graphql_schema: GraphQLSchema, known: Known, data: st.DataObject
) -> None:
    """Aliases, fragments, directives, merged fields, nested pages, timelines, bad arguments: data and errors agree."""
    query, variables = data.draw(queries(graphql_schema, known))
    note(query)
    # Drawn in vain: fields of one name and different types, in fragments on two kinds of entity.
    assume(not validate(graphql_schema, parse(query)))
    reject_if_too_long(graphql_schema, query)
    _data, errors = check(each_way, query, variables)
    event("with errors" if errors else "without errors")


@pytest.fixture(scope="module")
def small(schema: Schema) -> dict[str, Graph]:
    """A dataset of a few runs: a query that hypothesis-graphql draws may select all of everything, many times over."""
    cells: dict[Any, Any] = {
        kind: {
            column.name: [
                _cell("int" if column.whole else column.type.value, row, nullable=column.nullable) for row in range(4)
            ]
            for column in columns
        }
        for kind, columns in (("llm", LLM_COLUMNS), ("diffusion", DIFFUSION_COLUMNS))
    }
    for kind, table in cells.items():
        table["domain"] = [kind] * 4
        table["results_path"] = [None, "a", "b", None]
    return both_ways(schema, dataset_of(cells))


def _cell(kind: str, row: int, *, nullable: bool) -> object:
    if nullable and row == 1:
        return None
    return {"string": f"text {row // 2}", "int": row, "float": row / 3, "boolean": row != 2}[kind]


_FIELDS = ["llmRuns", "diffusionRuns", "models", "dataset", "gpus", "tasks", "llmRun", "diffusionRun", "model", "gpu"]


@MANY
@given(data=st.data())
def test_queries_of_the_whole_schema_have_one_answer(
    small: dict[str, Graph], graphql_schema: GraphQLSchema, data: st.DataObject
) -> None:
    """Whatever hypothesis-graphql finds in the schema, with any argument of the right type: data and errors agree."""
    query = data.draw(hypothesis_graphql.queries(graphql_schema, fields=_FIELDS))
    assert isinstance(query, str)
    reject_if_too_long(graphql_schema, query)
    _data, errors = check(small, query, {})
    event("with errors" if errors else "without errors")


def fields(columns: Sequence[Column]) -> str:
    """Return the selection of all of a table's columns."""
    return " ".join(graph_name(column.name) for column in columns)


EVERY_COLUMN = f"""{{
  llmRuns(first: 2000, stability: ANY) {{ nodes {{ {fields(LLM_COLUMNS)} id }} }}
  diffusionRuns(first: 2000) {{ nodes {{ {fields(DIFFUSION_COLUMNS)} id }} }}
  models(first: 2000) {{ nodes {{ {fields(MODEL_COLUMNS)} }} }}
}}"""


@MANY
@given(dataset=datasets())
def test_every_cell_arrives_as_it_is(schema: Schema, dataset: Dataset) -> None:
    """Quotation marks, control characters, numbers at both ends and nulls: what is in the table is in the answer."""
    data, errors = check(both_ways(schema, dataset), EVERY_COLUMN, {})
    assert not errors
    for name, connection in orjson.loads(data).items():
        for node, row in zip(connection["nodes"], rows_of(dataset, name), strict=True):
            assert {field: (type(value), str(value)) for field, value in node.items()} == {
                field: (type(row[field]), str(row[field])) for field in node
            }
