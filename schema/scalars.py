"""The built-in Float, limited to what float64 holds: graphql-core reads the literal `1e999` as infinity."""

from math import isfinite
from sys import float_info
from typing import Any, ClassVar

from graphql import ConstValueNode, GraphQLError, GraphQLFloat, GraphQLNamedType, GraphQLScalarType

from errors import clipped
from execution.strawberry_internals import ScalarDefinition


def _check_finite(value: float, written: object, node: ConstValueNode | None = None) -> float:
    if isfinite(value):
        return value
    raise GraphQLError(
        f"Float cannot represent {clipped(str(written))}; allowed are finite numbers from -{float_info.max} to "
        f"{float_info.max}.",
        node,
    )


def _coerce_value(value: Any) -> float:
    if isinstance(value, float):
        _check_finite(value, value)
    return float(GraphQLFloat.coerce_input_value(value))


def _coerce_literal(node: ConstValueNode) -> float:
    coerce = GraphQLFloat.coerce_input_literal
    assert coerce is not None  # noqa: S101 - for the type checker: graphql-core defines it for Float
    return _check_finite(float(coerce(node)), getattr(node, "value", None), node)


class _FiniteFloat(GraphQLScalarType):
    """A Float in place of graphql-core's, which reserves the name for its own."""

    reserved_types: ClassVar[dict[str, GraphQLNamedType]] = {}  # type: ignore[misc] # an attribute of the class there


_FINITE_FLOAT = _FiniteFloat(
    name=GraphQLFloat.name,
    description=GraphQLFloat.description,
    coerce_output_value=GraphQLFloat.coerce_output_value,
    coerce_input_value=_coerce_value,
    coerce_input_literal=_coerce_literal,
    value_to_literal=GraphQLFloat.value_to_literal,
)

FINITE_FLOAT = ScalarDefinition(
    name=_FINITE_FLOAT.name,
    description=_FINITE_FLOAT.description,
    specified_by_url=None,
    serialize=_FINITE_FLOAT.coerce_output_value,
    parse_value=_FINITE_FLOAT.coerce_input_value,
    parse_literal=None,
    origin=_FINITE_FLOAT,
    implementation=_FINITE_FLOAT,
)
