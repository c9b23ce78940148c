"""Filters: one operator input per type of column, and inputs that translate themselves into conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

import strawberry
from strawberry import UNSET

from errors import BadUserInput, QueryTooComplex
from schema.columns import graphql_name
from tables.catalogue import ColumnType
from tables.conditions import All, AnyOf, Compare, Condition, Not

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tables.catalogue import Column
    from tables.vocabulary import Vocabulary

Class = TypeVar("Class", bound=type)

_IS_NULL = "True selects rows without a value, false rows with one."
_MAX_LIST = 1_000


@strawberry.input(description="Conditions on a text; all that are given must hold. A row without a value meets none.")
class StringFilter:
    """Conditions on a text."""

    eq: str | None = UNSET
    neq: str | None = UNSET
    in_: list[str] | None = strawberry.field(name="in", default=UNSET, description="An empty list matches nothing.")
    not_in: list[str] | None = UNSET
    contains: str | None = strawberry.field(default=UNSET, description="Case-insensitive.")
    starts_with: str | None = strawberry.field(default=UNSET, description="Case-insensitive.")
    is_null: bool | None = strawberry.field(default=UNSET, description=_IS_NULL)


@strawberry.input(description="Conditions on an id; all that are given must hold.")
class IDFilter:
    """Conditions on an id."""

    eq: strawberry.ID | None = UNSET
    neq: strawberry.ID | None = UNSET
    in_: list[strawberry.ID] | None = strawberry.field(
        name="in", default=UNSET, description="An empty list matches nothing."
    )
    not_in: list[strawberry.ID] | None = UNSET


@strawberry.input(description="Conditions on a whole number; all that are given must hold. A null meets none.")
class IntFilter:
    """Conditions on a whole number."""

    eq: int | None = UNSET
    neq: int | None = UNSET
    in_: list[int] | None = strawberry.field(name="in", default=UNSET, description="An empty list matches nothing.")
    not_in: list[int] | None = UNSET
    lt: int | None = UNSET
    lte: int | None = UNSET
    gt: int | None = UNSET
    gte: int | None = UNSET
    is_null: bool | None = strawberry.field(default=UNSET, description=_IS_NULL)


@strawberry.input(description="Conditions on a number; all that are given must hold. A null meets none.")
class FloatFilter:
    """Conditions on a number."""

    eq: float | None = UNSET
    neq: float | None = UNSET
    in_: list[float] | None = strawberry.field(name="in", default=UNSET, description="An empty list matches nothing.")
    not_in: list[float] | None = UNSET
    lt: float | None = UNSET
    lte: float | None = UNSET
    gt: float | None = UNSET
    gte: float | None = UNSET
    is_null: bool | None = strawberry.field(default=UNSET, description=_IS_NULL)


@strawberry.input(description="Conditions on a yes or no; all that are given must hold. A null meets none.")
class BooleanFilter:
    """Conditions on a yes or no."""

    eq: bool | None = UNSET
    neq: bool | None = UNSET
    is_null: bool | None = strawberry.field(default=UNSET, description=_IS_NULL)


_OPERATORS = {
    "eq": "eq",
    "neq": "neq",
    "in_": "in",
    "not_in": "notIn",
    "lt": "lt",
    "lte": "lte",
    "gt": "gt",
    "gte": "gte",
    "contains": "contains",
    "starts_with": "startsWith",
    "is_null": "isNull",
}
_FILTERS: dict[ColumnType, type] = {
    ColumnType.STRING: StringFilter,
    ColumnType.INT: IntFilter,
    ColumnType.FLOAT: FloatFilter,
    ColumnType.BOOLEAN: BooleanFilter,
}


class TableFilter:
    """What every filter of a table has: and, or, not, and the way to a condition.

    Attributes:
        columns: The catalogue columns that it has a field for.
    """

    columns: ClassVar[Sequence[Column]]

    def condition(self, vocabularies: Mapping[str, Vocabulary]) -> Condition:
        """Return what the filter says.

        Raises:
            BadUserInput: An operator is null, or a value of an open vocabulary is not in the dataset.
        """
        given = {name: value for name, value in vars(self).items() if value is not UNSET and value is not None}
        parts: list[Condition] = [
            All(tuple(part.condition(vocabularies) for part in _capped("and", given.pop("and_", ()))))
        ]
        if "or_" in given:
            parts.append(AnyOf(tuple(part.condition(vocabularies) for part in _capped("or", given.pop("or_")))))
        if "not_" in given:
            parts.append(Not(given.pop("not_").condition(vocabularies)))
        if "id" in given:
            parts.extend(_comparisons("id", "id", given.pop("id")))
        for column in self.columns:
            if column.name in given:
                parts.extend(_column_comparisons(column, given[column.name], vocabularies))
        return All(tuple(parts))


def filter_fields(columns: Sequence[Column]) -> Callable[[Class], Class]:
    """Give a class, before it becomes a Strawberry input, one operator input per column."""

    def add(cls: Class) -> Class:
        cls.columns = tuple(columns)  # type: ignore[attr-defined] # a TableFilter
        for column in columns:
            cls.__annotations__[column.name] = _FILTERS[column.type] | None
            # Named here, or Strawberry works the name out anew for every column of every filter of every request.
            name = graphql_name(column)
            setattr(cls, column.name, strawberry.field(name=name, default=UNSET, description=column.description))
        return cls

    return add


def condition_of(where: TableFilter | None, vocabularies: Mapping[str, Vocabulary]) -> Condition | None:
    """Return what an optional filter says, or None where there is none."""
    return where.condition(vocabularies) if where else None


def _column_comparisons(
    column: Column,
    operators: Any,  # noqa: ANN401 - any of the operator inputs
    vocabularies: Mapping[str, Vocabulary],
) -> list[Compare]:
    comparisons = _comparisons(column.name, graphql_name(column), operators)
    if column.vocabulary:
        for compare in comparisons:
            if compare.operator in ("eq", "neq"):
                vocabularies[column.name].check([compare.value])
            elif compare.operator in ("in", "notIn"):
                vocabularies[column.name].check(compare.value)
    return comparisons


def _comparisons(column: str, spelled: str, operators: Any) -> list[Compare]:  # noqa: ANN401 - as above
    comparisons: list[Compare] = []
    for name, value in vars(operators).items():
        if value is UNSET:
            continue
        operator = _OPERATORS[name]
        if value is None:
            raise BadUserInput(
                f"{spelled}: {{{operator}: null}} compares with nothing; use isNull, or leave {operator} out.",
                argument=f"{spelled}.{operator}",
            )
        operand = tuple(_capped(f"{spelled}.{operator}", value)) if isinstance(value, list) else value
        comparisons.append(Compare(column, operator, operand))  # type: ignore[arg-type] # one of the table's values
    return comparisons


def _capped(name: str, items: Sequence[Any]) -> Sequence[Any]:
    if len(items) > _MAX_LIST:
        raise QueryTooComplex(
            f"{name} has {len(items)} items; at most {_MAX_LIST} are allowed.",
            limit="list_length",
            asked=len(items),
            allowed=_MAX_LIST,
        )
    return items
