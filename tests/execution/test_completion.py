"""Completion of cases that the graph itself never has: nulls in non-null fields, failing resolvers."""

import asyncio
import gc
import json
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import strawberry

from errors import BadUserInput
from execution.row_by_row import RowByRowExecutor
from tables.batch import ObjectColumn
from tables.dataset import Dataset
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.table import Table
from tests.graph import Graph

ROWS = Table(
    "Row",
    {
        "key": pa.array(["a", "b", "c"]),
        "gap": pa.array(["x", None, "z"]),
        "number": pa.array([1.0, None, -0.0]),
        "series": pa.array([[1.5, None], None, []], pa.list_(pa.float64())),
    },
    key="key",
)
COMPUTED = {
    "number": pa.array([1.0, math.nan, -math.inf]),
    "series": pa.array([[1.5, math.inf], None, [math.nan]], pa.list_(pa.float64())),
}


def from_column(name: str) -> Callable[..., Any]:
    """Return a resolver of a column."""

    def resolve(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
        return rows.column(name)

    return resolve


def an_array(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Return an array that is not a column of a table."""
    return rows.column("series").array()


def computed(name: str) -> Callable[..., Any]:
    """Return a resolver of computed, partly non-finite values."""

    def resolve(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
        return COMPUTED[name].take(pa.array(rows.indices))

    return resolve


def computed_one_by_one(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Return Python floats, some of them non-finite."""
    return ObjectColumn(COMPUTED["number"].take(pa.array(rows.indices)).to_pylist())


def one_by_one(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Return Python values, and an exception for one row."""
    keys = rows.column("key").array().to_pylist()
    return ObjectColumn([ValueError(f"no {key}") if key == "b" else key for key in keys])


async def later(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Return the values of `one_by_one` asynchronously."""
    return one_by_one(rows)


async def breaks(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Raise an unexpected error."""
    raise ValueError(f"broken for any {type(rows).__name__}")


async def refuses(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Raise a client error."""
    raise BadUserInput(f"refused for any {type(rows).__name__}")


def objects(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Return a Python object for each row, whose field is asynchronous."""
    return ObjectColumn(rows.column("key").array().to_pylist())


async def own_field(key: strawberry.Parent[str]) -> str:
    """Return an object's name, and fail for one of them."""
    await asyncio.sleep(0)
    if key == "b":
        raise ValueError(f"too late for {key}")
    return key


def all_rows(rows: strawberry.Parent[RowSet]) -> Any:  # noqa: ANN401 - a column
    """Return all rows for each row."""
    return Grouped(ROWS, np.arange(0, 3 * len(rows) + 1, 3), np.tile(np.arange(3), len(rows)))


def the_rows() -> Any:  # noqa: ANN401 - a column
    """Return all rows."""
    return Grouped.of_one(RowSet.whole(ROWS))


def object_type(name: str, fields: dict[str, tuple[Callable[..., Any], Any]]) -> Any:  # noqa: ANN401 - a type
    """Return a type with fields of these resolvers and types."""
    made = {
        field: strawberry.field(resolver=resolver, graphql_type=graphql_type)
        for field, (resolver, graphql_type) in fields.items()
    }
    return strawberry.type(type(name, (), made), name=name)


Thing: Any = object_type("Thing", {"name": (own_field, str | None), "known": (own_field, str)})
Row: Any = object_type(
    "Row",
    {
        "key": (from_column("key"), str),
        "gap": (from_column("gap"), str | None),
        "strict": (from_column("gap"), str),
        "number": (from_column("number"), float | None),
        "series": (an_array, list[float | None] | None),
        "tight": (an_array, list[float] | None),
        "overflown": (computed("number"), float | None),
        "strictFigure": (computed("number"), float),
        "overflownSeries": (computed("series"), list[float | None] | None),
        "tightSeries": (computed("series"), list[float] | None),
        "overflownEach": (computed_one_by_one, float | None),
        "strictEach": (computed_one_by_one, float),
        "each": (one_by_one, str | None),
        "later": (later, str | None),
        "sure": (later, str),
        "broken": (breaks, str | None),
        "refused": (refuses, str | None),
        "denied": (refuses, str),
        "thing": (objects, Thing | None),
    },
)
Level: Any = object_type("Level", {"sound": (all_rows, list[Row]), "loose": (all_rows, list[Row | None] | None)})
Query: Any = object_type(
    "Query",
    {"sound": (the_rows, list[Row]), "loose": (the_rows, list[Row | None] | None), "levels": (the_rows, list[Level])},
)
FIELDS = (
    *("gap", "strict", "number", "series", "tight", "each", "later", "sure", "broken", "refused", "denied"),
    *("overflown", "strictFigure", "overflownSeries", "tightSeries", "overflownEach", "strictEach"),
    *("thing { name }", "thing { known }", "thing { __typename }"),
)


@pytest.mark.parametrize("root", ["sound", "loose"])
@pytest.mark.parametrize("selection", [*FIELDS, *(f"later each {name} key" for name in FIELDS)])
@pytest.mark.parametrize("nested", [False, True])
def test_errors_and_nulls_are_those_of_the_specification(
    sample: Dataset, root: str, selection: str, *, nested: bool
) -> None:
    """A null propagates to the next nullable field; each error is reported once, at its row and field."""
    rows = f"{root} {{ key {selection} }}"
    query = f"{{ levels {{ {rows} }} }}" if nested else f"{{ {rows} }}"
    schema = strawberry.federation.Schema(Query, execution_context_class=RowByRowExecutor)
    expected = Graph(schema, sample, row_by_row=True).answer(query)
    answer = Graph(schema, sample).answer(query)
    assert answer.data == expected.data
    if expected.data is not None:
        assert _errors(answer) == _errors(expected)
    else:  # an error that nulls the answer may hide others
        assert set(_errors(answer)) & set(_errors(expected))
    gc.collect()  # a coroutine that was never awaited warns now, and warnings are errors


@pytest.mark.parametrize("row_by_row", [False, True])
def test_non_finite_results_of_resolvers_are_null(sample: Dataset, *, row_by_row: bool) -> None:
    """In columns, lists and Python values; in a non-null field, the result is the usual error."""
    schema = strawberry.federation.Schema(Query, execution_context_class=RowByRowExecutor)
    graph = Graph(schema, sample, row_by_row=row_by_row)
    answer = graph.answer("{ loose { overflown overflownSeries tightSeries overflownEach } }")
    assert json.loads(json.dumps(answer.data, allow_nan=False))["loose"] == [
        {"overflown": 1.0, "overflownSeries": [1.5, None], "tightSeries": None, "overflownEach": 1.0},
        {"overflown": None, "overflownSeries": None, "tightSeries": None, "overflownEach": None},
        {"overflown": None, "overflownSeries": [None], "tightSeries": None, "overflownEach": None},
    ]
    for field in ("strictFigure", "strictEach"):
        answer = graph.answer(f"{{ loose {{ key {field} }} }}")
        expected = [{"key": "a", field: 1.0}, None, None]
        assert json.loads(json.dumps(answer.data, allow_nan=False))["loose"] == expected
        messages = {error.message for error in answer.errors or ()}
        assert messages == {f"Cannot return null for non-nullable field Row.{field}."}


def _errors(answer: Any) -> list[str]:  # noqa: ANN401 - an execution result
    return sorted(f"{error.path} {error.message}" for error in answer.errors or [])
