"""The engine gives the same answers as graphql-core row by row."""

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

LIMITS = Limits(default_page=2, max_page=2_000, max_raw_files=1_000, max_cost=10**9)


# Twice as many examples as for other properties, which depend on this one.
MANY = settings(max_examples=2 * settings().max_examples)


class MemoizedRawFiles:
    """Raw files that are generated once."""

    def __init__(self, raw: RawFiles) -> None:
        self._raw = raw
        self.immutable = raw.immutable
        self._files: dict[str, bytes] = {}

    def version(self, path: str) -> str:
        """Return the version of the source."""
        return self._raw.version(path)

    def read(self, path: str, **_wanted: object) -> bytes:
        """Return the whole file."""
        if path not in self._files:
            self._files[path] = bytes(self._raw.read(path))
        return self._files[path]


@pytest.fixture(scope="module")
def schema() -> Schema:
    """The schema of the server."""
    return build_schema()


def both_ways(schema: Schema, dataset: Dataset) -> dict[str, Graph]:
    """Return the same graph executed row by row by graphql-core, and as columns."""
    return {
        "row by row": Graph(schema, dataset, limits=LIMITS, row_by_row=True),
        "columns": Graph(schema, dataset, limits=LIMITS),
    }


@pytest.fixture(scope="module")
def each_way(schema: Schema, sample: Dataset) -> dict[str, Graph]:
    """The sample with memoized raw files, executed in both ways."""
    return both_ways(schema, replace(sample, raw=MemoizedRawFiles(sample.raw)))


@pytest.fixture(scope="module")
def graphql_schema(schema: Schema) -> GraphQLSchema:
    """The schema that validates the drawn queries."""
    return core_schema(schema)


def outcome(result: ExecutionResult) -> tuple[bytes, list[str]]:
    """Return everything that a client can observe: the bytes of the data, and the errors in any order."""
    errors = [
        str((error.message, error.path, error.extensions, [place.formatted for place in error.locations or []]))
        for error in result.errors or []
    ]
    return orjson.dumps(result.data), sorted(errors)


def check(each_way: dict[str, Graph], query: str, variables: dict[str, Any]) -> tuple[bytes, list[str]]:
    """Execute in both ways and repeatedly, compare all answers, and return them."""
    answers = {way: outcome(graph.answer(query, **variables)) for way, graph in each_way.items()}
    for times in ("the second time", "the third time"):  # a template is made the second time, and used from then on
        answers[f"columns, {times}"] = outcome(each_way["columns"].answer(query, **variables))
    expected = answers["row by row"]
    for way, answer in answers.items():
        assert answer == expected, way
    return expected


def reject_if_too_long(schema: GraphQLSchema, query: str) -> None:
    """Reject a query that exceeds the length limit of documents."""
    try:
        Documents(schema).document(query)
    except QueryTooComplex:
        reject()


@MANY
@given(data=st.data())
def test_drawn_queries_have_the_same_answer(
    each_way: dict[str, Graph], graphql_schema: GraphQLSchema, known: Known, data: st.DataObject
) -> None:
    """With aliases, fragments, directives, merged fields, nested pages, timelines and bad arguments."""
    query, variables = data.draw(queries(graphql_schema, known))
    note(query)
    # Invalid: fields of the same name and different types, in fragments on two types of entities.
    assume(not validate(graphql_schema, parse(query)))
    reject_if_too_long(graphql_schema, query)
    _data, errors = check(each_way, query, variables)
    event("with errors" if errors else "without errors")


@pytest.fixture(scope="module")
def small(schema: Schema) -> dict[str, Graph]:
    """A dataset of a few runs: queries of hypothesis-graphql may select everything many times."""
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
def test_queries_of_the_whole_schema_have_the_same_answer(
    small: dict[str, Graph], graphql_schema: GraphQLSchema, data: st.DataObject
) -> None:
    """With any fields and any arguments of the right type, as drawn by hypothesis-graphql."""
    query = data.draw(hypothesis_graphql.queries(graphql_schema, fields=_FIELDS))
    assert isinstance(query, str)
    reject_if_too_long(graphql_schema, query)
    _data, errors = check(small, query, {})
    event("with errors" if errors else "without errors")


def fields(columns: Sequence[Column]) -> str:
    """Return the selection of all columns of a table."""
    return " ".join(graph_name(column.name) for column in columns)


EVERY_COLUMN = f"""{{
  llmRuns(first: 2000, stability: ANY) {{ nodes {{ {fields(LLM_COLUMNS)} id }} }}
  diffusionRuns(first: 2000) {{ nodes {{ {fields(DIFFUSION_COLUMNS)} id }} }}
  models(first: 2000) {{ nodes {{ {fields(MODEL_COLUMNS)} }} }}
}}"""


@MANY
@given(dataset=datasets())
def test_every_cell_is_returned_unchanged(schema: Schema, dataset: Dataset) -> None:
    """Including quotation marks, control characters, extreme numbers and nulls."""
    data, errors = check(both_ways(schema, dataset), EVERY_COLUMN, {})
    assert not errors
    for name, connection in orjson.loads(data).items():
        for node, row in zip(connection["nodes"], rows_of(dataset, name), strict=True):
            assert {field: (type(value), str(value)) for field, value in node.items()} == {
                field: (type(row[field]), str(row[field])) for field in node
            }
