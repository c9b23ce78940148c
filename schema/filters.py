"""Filters: one operator input per type of column, and inputs that translate themselves into conditions."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

import strawberry
from strawberry import UNSET

from errors import BadUserInput, QueryTooComplex
from execution.arguments import NoTemplateError, Variable, filled
from execution.strawberry_internals import set_input_reader
from resolvers.filters import CompiledFilter, Filter
from tables.catalogue import ColumnType, graph_name
from tables.conditions import LISTS, All, AnyOf, Compare, Condition, Not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tables.catalogue import Column
    from tables.conditions import Operand, Operator
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


class TableFilter(Filter):
    """What every filter of a table has: the way from its value, or its literal in a document, to a compiled filter.

    Attributes:
        columns: The catalogue columns that it has a field for, by the name in the graph.
    """

    columns: ClassVar[Mapping[str, Column]]

    @classmethod
    def compile(cls, template: Any) -> Callable[[Mapping[str, Any]], Filter]:
        """Return a function from a request's variables to the filter.

        Args:
            template: The filter as it stands in a document, with variables in it.
        """
        try:
            compiled = cls._of(template)
        except NoTemplateError:  # a variable stands for more than an operand: each request has a filter of its own
            fill = filled(template)
            return lambda variables: cls.read(fill(variables))
        return lambda variables: Filter(compiled, variables)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Filter:
        """Return the filter that a value without variables states."""
        return Filter(cls._of(given), {})

    @classmethod
    def _of(cls, template: Any) -> CompiledFilter:
        def check(variables: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Condition:
            return _condition(filled(template)(variables), cls.columns, vocabularies)

        try:
            condition = _condition(template, cls.columns, _NO_VOCABULARIES)
        except (BadUserInput, QueryTooComplex):  # `check` raises it again, or what precedes it: an unknown value
            condition = None
        return CompiledFilter(condition, _operand, check)


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
    """Let a Strawberry input become a `Filter` when it is read, in place of an instance with all its fields."""
    set_input_reader(cls, lambda kind, given: kind.read(given))
    return cls


def _operand(compare: Compare) -> Operand:
    value = compare.value
    if compare.operator in LISTS and isinstance(value, Variable):
        name, items = f"{graph_name(compare.column)}.{compare.operator}", filled(value)
        return lambda variables: _capped(name, items(variables))
    return filled(value) if isinstance(value, Variable | tuple) else lambda _variables: value


def _condition(given: Any, columns: Mapping[str, Column], vocabularies: Mapping[str, Vocabulary]) -> Condition:
    """Return what a filter states, a template's variables standing for their values.

    Raises:
        NoTemplateError: A variable stands for more than an operand.
        BadUserInput: An operator is null, or `eq` or `neq` outside any `or` has a value of an open vocabulary that the
            dataset lacks. In a list and in an `or` such a value is one of several, and matches nothing.
        QueryTooComplex: A list is too long.
    """
    parts: list[Condition] = []
    for name, value in _closed(given).items():
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
    return tuple(_condition(part, columns, vocabularies) for part in _capped(name, _closed(given)))


def _comparisons(
    name: str, column: Column | None, operators: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]
) -> Iterator[Compare]:
    """Yield what the operators of one column say; a column that the catalogue lacks is the id."""
    for operator, value in _closed(operators).items():
        if value is None:
            raise BadUserInput(
                f"{name}: {{{operator}: null}} compares with nothing; use isNull, or leave {operator} out.",
                argument=f"{name}.{operator}",
            )
        operand = tuple(_capped(f"{name}.{operator}", value)) if isinstance(value, list) else value
        if column and column.name in vocabularies and operator in _NAMES_A_VALUE:
            vocabularies[column.name].check([value])
        yield Compare(column.name if column else name, cast("Operator", operator), operand)


def _closed(template: Any) -> Any:
    """Return a part of a template whose shape depends on no variable."""
    if isinstance(template, Variable):
        raise NoTemplateError
    return template


def _capped(name: str, items: Sequence[Any]) -> Sequence[Any]:
    if len(items) > _MAX_LIST:
        raise QueryTooComplex(
            f"{name} has {len(items)} items; at most {_MAX_LIST} are allowed.",
            limit="list_length",
            asked=len(items),
            allowed=_MAX_LIST,
        )
    return items
