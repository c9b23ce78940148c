"""Filters: one operator input per type of column, and inputs that translate themselves into conditions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import strawberry
from strawberry import UNSET

from errors import BadUserInput, QueryTooComplex
from tables.catalogue import ColumnType, graph_name
from tables.conditions import All, AnyOf, Compare, Condition, Not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tables.catalogue import Column
    from tables.conditions import Operator
    from tables.vocabulary import Vocabulary

Class = TypeVar("Class", bound=type)

ALL_HOLD = "All of these must hold too."
ONE_HOLDS = "At least one must hold; an empty list matches nothing."
NOT_HELD = "This must not hold."
_IS_NULL = "True selects rows without a value, false rows with one."
_MAX_LIST = 1_000
_NAMES_A_VALUE = frozenset({"eq", "neq"})
_NO_VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType({})


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


_FILTERS: dict[ColumnType, type] = {
    ColumnType.STRING: StringFilter,
    ColumnType.INT: IntFilter,
    ColumnType.FLOAT: FloatFilter,
    ColumnType.BOOLEAN: BooleanFilter,
}


class TableFilter:
    """What every filter of a table has: the way to a condition.

    Attributes:
        columns: The catalogue columns that it has a field for, by the name in the graph.
        given: What the client gave, by the name in the graph; what it left out is not in it.
    """

    columns: ClassVar[Mapping[str, Column]]
    given: Mapping[str, Any]

    def condition(self, vocabularies: Mapping[str, Vocabulary]) -> Condition:
        """Return what the filter says.

        Raises:
            BadUserInput: An operator is null, or `eq` or `neq` outside any `or` has a value of an open vocabulary that
                the dataset lacks. In a list and in an `or` such a value is one of several, and matches nothing.
            QueryTooComplex: A list is too long.
        """
        return _condition(self.given, self.columns, vocabularies)


def filter_fields(columns: Sequence[Column]) -> Callable[[Class], Class]:
    """Give a class, before it becomes a Strawberry input, one operator input per column."""

    def add(cls: Class) -> Class:
        cls.columns = {graph_name(column.name): column for column in columns}  # type: ignore[attr-defined] # a TableFilter
        for column in columns:
            cls.__annotations__[column.name] = _FILTERS[column.type] | None
            setattr(cls, column.name, strawberry.field(default=UNSET, description=column.description))
        return cls

    return add


def read_as_given(cls: Class) -> Class:
    """Let a Strawberry input keep what the client gave, instead of walking all its fields for the few that were."""

    def reading(filter_type: type[TableFilter], given: Mapping[str, Any], _context: object) -> TableFilter:
        read = filter_type.__new__(filter_type)
        read.given = given
        return read

    cls.__strawberry_definition__.from_input = reading  # type: ignore[attr-defined] # it is an input
    return cls


def condition_of(where: TableFilter | None, vocabularies: Mapping[str, Vocabulary]) -> Condition | None:
    """Return what an optional filter says, or None where there is none."""
    return where.condition(vocabularies) if where else None


def _condition(
    given: Mapping[str, Any], columns: Mapping[str, Column], vocabularies: Mapping[str, Vocabulary]
) -> Condition:
    parts: list[Condition] = []
    for name, value in given.items():
        if value is None:  # a filter that is null says nothing
            continue
        match name:
            case "and":
                parts.append(All(_conditions(name, value, columns, vocabularies)))
            case "or":
                parts.append(AnyOf(_conditions(name, value, columns, _NO_VOCABULARIES)))
            case "not":
                parts.append(Not(_condition(value, columns, vocabularies)))
            case _:
                parts.extend(_comparisons(name, columns.get(name), value, vocabularies))
    return All(tuple(parts))


def _conditions(
    name: str, given: Sequence[Mapping[str, Any]], columns: Mapping[str, Column], vocabularies: Mapping[str, Vocabulary]
) -> tuple[Condition, ...]:
    return tuple(_condition(part, columns, vocabularies) for part in _capped(name, given))


def _comparisons(
    name: str, column: Column | None, operators: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> Iterator[Compare]:
    """Yield what the operators of one column say; a column that the catalogue lacks is the id."""
    for operator, value in operators.items():
        if value is None:
            raise BadUserInput(
                f"{name}: {{{operator}: null}} compares with nothing; use isNull, or leave {operator} out.",
                argument=f"{name}.{operator}",
            )
        operand = tuple(_capped(f"{name}.{operator}", value)) if isinstance(value, list) else value
        if column and column.name in vocabularies and operator in _NAMES_A_VALUE:
            vocabularies[column.name].check([value])
        yield Compare(column.name if column else name, cast("Operator", operator), operand)


def _capped(name: str, items: Sequence[Any]) -> Sequence[Any]:
    if len(items) > _MAX_LIST:
        raise QueryTooComplex(
            f"{name} has {len(items)} items; at most {_MAX_LIST} are allowed.",
            limit="list_length",
            asked=len(items),
            allowed=_MAX_LIST,
        )
    return items
