"""Coercion of variables: compiled, with the results of graphql-core."""

from __future__ import annotations

from math import inf, nan
from typing import TYPE_CHECKING, Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
    coerce_input_value,
    is_input_type,
)

from execution.coercion import Coercion
from execution.strawberry_internals import core_schema
from schema.build import build_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCALARS: tuple[Any, ...] = (
    *(None, True, False, 0, -0.0, 1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**53 + 1, 10**400, 0.5, 3.0, 1e308),
    *(inf, -inf, nan, "", "x", "1", "\ud800", "TASK", "task", [], [1], ["TASK"], [None], {}, {"eq": 1}),
)
FILTERS: tuple[Any, ...] = (
    *({}, {"task": None}, {"task": {}}, {"task": {"eq": None}}, {"task": {"eq": 5}}, {"unknown": {}}, {"task": [{}]}),
    {"numGpus": {"lt": 4, "in": [1, 2, None]}, "task": {"in": ["gpqa"], "eq": "x"}, "or": [{"not": {"task": {}}}]},
    {"and": {"numGpus": {"eq": 1}}, "id": {"eq": 7}, "energyPerTokenJoules": {"gt": 1}},
    {"and": [{"numGpus": {"eq": 1.5}}]},
)
ORDERS: tuple[Any, ...] = (
    *({}, {"field": None}, {"direction": "DESC"}, {"field": "TASK"}, {"field": "TASK", "nulls": "FIRST"}),
    *({"nulls": None, "field": "TASK"}, {"field": "task"}, {"field": "TASK", "more": 1}),
)


def equal(left: object, right: object) -> bool:
    """Compare values with their types and the order of their members."""
    return repr(left) == repr(right)


@pytest.fixture(scope="module")
def types() -> dict[str, Any]:
    """The input types of the schema by name."""
    named = core_schema(build_schema()).type_map
    return {name: kind for name, kind in named.items() if is_input_type(kind)}


def wrapped(kind: Any) -> Iterator[Any]:  # noqa: ANN401 - any input type
    """Yield a type, and lists and non-nulls of it."""
    yield from (kind, GraphQLNonNull(kind), GraphQLList(kind), GraphQLNonNull(GraphQLList(GraphQLNonNull(kind))))


def test_leaves_coerce_as_in_graphql_core(types: dict[str, Any]) -> None:
    """Values of all JSON types for every scalar and enum; a misfit is Undefined."""
    coercion = Coercion()
    leaves = [kind for kind in types.values() if isinstance(kind, GraphQLScalarType | GraphQLEnumType)]
    assert {"Float", "Int", "String", "ID", "Boolean", "LLMRunField"} <= {kind.name for kind in leaves}
    for leaf in leaves:
        for kind in wrapped(leaf):
            coerce = coercion.of(kind)
            for value in SCALARS:
                assert equal(coerce(value), coerce_input_value(value, kind)), (kind, value)


@pytest.mark.parametrize("name", ["LLMRunFilter", "LLMRunOrder", "MLEnergyModelFilter", "MLEnergyModelOrder"])
def test_input_objects_coerce_as_in_graphql_core(types: dict[str, Any], name: str) -> None:
    """Defaults, required and unknown fields, recursion, and the order of the fields."""
    coercion = Coercion()
    for kind in wrapped(types[name]):
        coerce = coercion.of(kind)
        for value in (*SCALARS, *FILTERS, *ORDERS, [*FILTERS], *([each] for each in ORDERS)):
            assert equal(coerce(value), coerce_input_value(value, kind)), (kind, value)


@pytest.mark.parametrize(("is_one_of", "out_type"), [(True, None), (False, lambda given: tuple(given.items()))])
def test_special_input_objects_are_left_to_graphql_core(
    *, is_one_of: bool, out_type: Callable[..., Any] | None
) -> None:
    """Types of which exactly one field is given, and types with a conversion of their own."""
    fields = {"one": GraphQLInputField(GraphQLInt), "two": GraphQLInputField(GraphQLInt)}
    kind = GraphQLInputObjectType("Special", fields, out_type=out_type, is_one_of=is_one_of)
    coerce = Coercion().of(kind)
    for value in ({"one": 1}, {"one": 1, "two": 2}, {"one": None}, {}, None):
        assert equal(coerce(value), coerce_input_value(value, kind))
    assert (coerce({"one": 1, "two": 2}) is Undefined) is is_one_of
