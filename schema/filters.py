"""Filter inputs: one operator input per type of column, and one input per table that compiles to a condition."""

from __future__ import annotations

from functools import partial
from keyword import iskeyword
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, cast

import strawberry
from strawberry import UNSET

from errors import BadUserInput, QueryTooComplex, check_length
from execution.arguments import NoTemplateError, Variable, filled
from execution.strawberry_internals import set_input_reader
from resolvers.filters import CompiledFilter, Filter
from tables.catalogue import ColumnType, graph_name
from tables.conditions import LIST_OPERATORS, All, AnyOf, Compare, Condition, Not

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from tables.catalogue import Column
    from tables.conditions import Operand, Operator
    from tables.vocabulary import Vocabulary

_MAX_LIST = 1_000
_MAX_VALUES = 2_000  # of all `in` and `notIn` of a filter
_NAMES_A_VALUE = frozenset({"eq", "neq"})
_NO_VOCABULARIES: Mapping[str, Vocabulary] = MappingProxyType({})

# Description of each operator, and whether its operand is a single value, a list or a truth value.
_OPERATORS: dict[str, str] = {
    "eq": "Equal to this value.",
    "neq": "Not equal to this value.",
    "in": "Equal to one of these values. An empty list matches nothing.",
    "notIn": "Equal to none of these values.",
    "lt": "Less than this value.",
    "lte": "Less than or equal to this value.",
    "gt": "Greater than this value.",
    "gte": "Greater than or equal to this value.",
    "contains": "Contains this text; case-insensitive.",
    "startsWith": "Starts with this text; case-insensitive.",
    "isNull": "True matches rows without a value, false rows with a value.",
}
_EQUALITY = ("eq", "neq", "in", "notIn")
_NUMERIC = (*_EQUALITY, "lt", "lte", "gt", "gte", "isNull")


def _operator_input(name: str, value: Any, operators: Sequence[str], description: str) -> type:
    """Return the input with these operators over one type of value."""
    operands = dict.fromkeys(operators, value) | dict.fromkeys(LIST_OPERATORS & set(operators), list[value])
    if "isNull" in operators:
        operands["isNull"] = bool
    names = {
        operator: operator if operator.isidentifier() and not iskeyword(operator) else f"{operator}_"
        for operator in operators
    }
    fields: dict[str, Any] = {
        names[operator]: strawberry.field(name=operator, default=UNSET, description=_OPERATORS[operator])
        for operator in operators
    }
    fields["__annotations__"] = {names[operator]: operands[operator] | None for operator in operators}
    return strawberry.input(
        type(name, (), fields), name=name, description=f"{description} All given conditions must hold."
    )


IDFilter = _operator_input("IDFilter", strawberry.ID, _EQUALITY, "Conditions on an id.")
_FILTERS: dict[ColumnType, type] = {
    ColumnType.STRING: _operator_input(
        "StringFilter",
        str,
        (*_EQUALITY, "contains", "startsWith", "isNull"),
        "Conditions on a text. A null matches only `isNull`.",
    ),
    ColumnType.INT: _operator_input(
        "IntFilter", int, _NUMERIC, "Conditions on a whole number. A null matches only `isNull`."
    ),
    ColumnType.FLOAT: _operator_input(
        "FloatFilter", float, _NUMERIC, "Conditions on a number. A null matches only `isNull`."
    ),
    ColumnType.BOOLEAN: _operator_input(
        "BooleanFilter", bool, ("eq", "neq", "isNull"), "Conditions on a truth value. A null matches only `isNull`."
    ),
}


class TableFilter(Filter):
    """Base of the filter inputs of tables: compiles a value, or a literal of a document, to a filter.

    Attributes:
        columns: Catalogue columns with a field each, by the name in the graph.
    """

    columns: ClassVar[Mapping[str, Column]]

    @classmethod
    def compile(cls, template: Any) -> Callable[[Mapping[str, Any]], Filter]:
        """Return a function from the variables of a request to the filter.

        Args:
            template: Filter of a document, with variables in it.
        """
        try:
            compiled = cls._of(template)
        except NoTemplateError:  # a variable stands for more than an operand, so each request compiles its own filter
            fill = filled(template)
            return lambda variables: cls.read(fill(variables))
        return partial(Filter, compiled)

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Filter:
        """Return the filter of a value without variables."""
        return Filter(cls._of(given), {})

    @classmethod
    def _of(cls, template: Any) -> CompiledFilter:
        def check(variables: Mapping[str, Any], vocabularies: Mapping[str, Vocabulary]) -> Condition:
            return _bounded(_condition(filled(template)(variables), cls.columns, vocabularies))

        try:
            condition = _bounded(_condition(template, cls.columns, _NO_VOCABULARIES))
        except (BadUserInput, QueryTooComplex):  # `check` raises it again, or an earlier error
            condition = None
        return CompiledFilter(condition, _operand, check)


def table_filter(name: str, columns: Sequence[Column], *, has_id: bool, description: str) -> type[TableFilter]:
    """Return the filter input of a table: one operator input per column, and the connectives `and`, `or` and `not`.

    Args:
        name: Name of the input, without the graph's prefix.
        columns: Columns with a field each.
        has_id: Whether rows have an id that is not one of these columns.
        description: Description of the input.
    """
    cls: Any = type(name, (TableFilter,), {"columns": {graph_name(column.name): column for column in columns}})
    fields = [
        ("and_", list[cls], "and", "All of these conditions must hold too."),
        ("or_", list[cls], "or", "At least one of these conditions must hold. An empty list matches nothing."),
        ("not_", cls, "not", "This condition must not hold."),
        *([("id", IDFilter, "id", "Id of the run.")] if has_id else []),
        *((column.name, _FILTERS[column.type], None, column.description) for column in columns),
    ]
    cls.__annotations__ = {field: graphql_type | None for field, graphql_type, _, _ in fields}
    for field, _, field_name, field_description in fields:
        setattr(cls, field, strawberry.field(name=field_name, default=UNSET, description=field_description))
    strawberry.input(cls, name=name, description=description)
    # A `Filter` is read from the input in place of an instance with all its fields.
    set_input_reader(cls, lambda kind, given: kind.read(given))
    filter_type: type[TableFilter] = cls
    return filter_type


def _operand(compare: Compare) -> Operand:
    value = compare.value
    if compare.operator in LIST_OPERATORS and isinstance(value, Variable):
        name, items = f"{graph_name(compare.column)}.{compare.operator}", filled(value)
        return lambda variables: _capped(name, items(variables))
    return filled(value) if isinstance(value, Variable | tuple) else lambda _variables: value


def _condition(given: Any, columns: Mapping[str, Column], vocabularies: Mapping[str, Vocabulary]) -> Condition:
    """Return the condition of a filter; variables of a template stay in place of their values.

    Raises:
        NoTemplateError: A variable stands for more than an operand.
        BadUserInput: An operator is null, or `eq` or `neq` outside any `or` has a value that is not in its open
            vocabulary. In a list or an `or`, such a value matches nothing.
        QueryTooComplex: A list is too long.
    """
    parts: list[Condition] = []
    for name, value in _closed(given).items():
        if value is None:  # a null filter has no effect
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
    """Yield the comparisons of one column; a column that is not in the catalogue is the id."""
    for operator, value in _closed(operators).items():
        if value is None:
            raise BadUserInput(
                f"{name}: {{{operator}: null}} is not allowed; use isNull, or omit {operator}.",
                argument=f"{name}.{operator}",
            )
        operand = tuple(_capped(f"{name}.{operator}", value)) if isinstance(value, list) else value
        if column and column.name in vocabularies and operator in _NAMES_A_VALUE:
            vocabularies[column.name].check([value])
        yield Compare(column.name if column else name, cast("Operator", operator), operand)


def _closed(template: Any) -> Any:
    """Return a part of a template, if it is not a variable."""
    if isinstance(template, Variable):
        raise NoTemplateError
    return template


def _capped(name: str, items: Sequence[Any]) -> Sequence[Any]:
    check_length(name, items, _MAX_LIST)
    return items


def _bounded(condition: Condition) -> Condition:
    """Refuse a condition with too many parts, which may be nested in lists that are each short enough."""
    conditions: list[Condition] = []
    values: list[object] = []
    pending = [condition]
    while pending:
        part = pending.pop()
        match part:
            case Compare(value=value):
                conditions.append(part)
                values += value if isinstance(value, tuple) else ()
            case Not(of=inner):
                pending.append(inner)
            case All(of=()) | AnyOf(of=()):
                conditions.append(part)
            case All(of=parts) | AnyOf(of=parts):
                pending += parts
    check_length("The filter", conditions, _MAX_LIST, noun="conditions")
    check_length("The filter", values, _MAX_VALUES, noun="values in lists")
    return condition
