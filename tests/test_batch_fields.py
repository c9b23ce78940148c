"""`batch_field`: the column of a batch as a field, with the Arrow type of the field's GraphQL type."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from schema.batch_fields import batch_field
from tables.struct_batch import StructBatch


class Color(Enum):
    """An enum whose values are not the names of its members."""

    RED = "red"
    BLUE = "blue"


@dataclass
class Things(StructBatch):
    """A batch with a column and a batch inside."""

    values: Any
    inner: Any = None

    @property
    def doubled(self) -> np.ndarray[Any, Any]:
        """A computed column."""
        found: np.ndarray[Any, Any] = self.values * 2
        return found


def column(batch: Things, graphql_type: Any, attribute: Any = "values") -> Any:  # noqa: ANN401 - any type, any column
    """Return the column that the field resolves to."""
    resolver: Any = batch_field(attribute, graphql_type, "A column.").base_resolver
    return resolver(batch)


@pytest.mark.parametrize(
    ("values", "graphql_type", "expected"),
    [
        (["a", None], str | None, pa.array(["a", None])),
        ([], str, pa.array([], pa.string())),
        ([1, 2], int, pa.array([1, 2])),
        ([1, None], float | None, pa.array([1.0, None])),
        (np.array([1.0, np.nan]), float | None, pa.array([1.0, None])),
        ([np.array([1.0, 2.0]), np.empty(0)], list[float], pa.array([[1.0, 2.0], []])),
        ([["x"], []], list[str], pa.array([["x"], []])),
        (["blue", "red"], Color, pa.array(["BLUE", "RED"])),
        (["blue", None], Color | None, pa.array(["BLUE", None])),
    ],
)
def test_a_list_or_array_becomes_an_arrow_array(values: Any, graphql_type: Any, expected: Any) -> None:  # noqa: ANN401
    """NaN becomes null, and the value of an enum the name of its member."""
    found = column(Things(values), graphql_type)
    assert found.equals(expected)
    assert found.type == expected.type


def test_other_columns_are_returned_as_they_are() -> None:
    """An array of integers and a column of objects are columns already."""
    integers, objects = np.array([1, 2]), Things([1])
    assert column(Things(integers), int) is integers
    assert column(Things(objects), list[Things]) is objects


def test_a_column_is_an_attribute_or_a_function_of_the_batch() -> None:
    """A member, a property, an attribute of a member, or a function."""
    batch = Things(np.array([1, 2]), Things(np.array([3, 4])))
    assert column(batch, int, "doubled").tolist() == [2, 4]
    assert column(batch, int, "inner.values").tolist() == [3, 4]
    assert column(batch, int, lambda things: things.inner.doubled).tolist() == [6, 8]
