"""Measures of a field's arguments, on which its cost depends: numbers, names of columns, lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLNonNull, is_leaf_type

from execution.arguments import Variable, variables_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import GraphQLInputType

    from execution.arguments import ArgumentDefinitions, Reader

_OMITTED = object()
_POSITIONS = frozenset({"offset", "after", "before"})  # of a page, whose cost does not depend on them


class MeasuredArguments:
    """The arguments of one field of a document by name in the graph, measured.

    All values are hashable: a list is a tuple, a text its length, and an input object, or a list of them, the number of
    scalars in it. A null argument is absent, and an omitted one has its default.

    Args:
        definitions: The field's argument definitions.
        templates: Template of each given argument, by name in the graph.
        required: Types of the non-null variables, by name.
    """

    def __init__(
        self, definitions: ArgumentDefinitions, templates: Mapping[str, Any], required: Mapping[str, GraphQLInputType]
    ) -> None:
        # Neither a default of a number nor one of an enum needs `_hashable`.
        self._fixed = dict(definitions.coerced_defaults)
        self._open: list[tuple[str, Reader]] = []
        for name, template in templates.items():
            if name in _POSITIONS:
                continue
            is_leaf = name in definitions.leaves
            variables = set(variables_in(template))
            if template is None:
                self._fixed.pop(name, None)
            elif not is_leaf and all(_is_scalar(required.get(each)) for each in variables):
                self._fixed[name] = count_scalars(template)  # the same for all values
            elif variables:
                self._open.append((name, _filled_or_omitted(template) if is_leaf else _number_of_scalars(template)))
            else:
                self._fixed[name] = _hashable(template)

    def readers(self) -> list[Reader]:
        """Return the functions that read the arguments with variables."""
        return [read for _, read in self._open]

    def values(self, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the values, without arguments that are null or have no value."""
        if not self._open:
            return self._fixed
        values = dict(self._fixed)
        for name, read in self._open:
            value = read(variables)
            if value is None:
                values.pop(name, None)
            elif value is not _OMITTED:
                values[name] = value
        return values


def _is_scalar(kind: GraphQLInputType | None) -> bool:
    """Return whether a non-null variable, if it is one, has a scalar or enum value."""
    return isinstance(kind, GraphQLNonNull) and is_leaf_type(kind.of_type)


def _filled_or_omitted(template: Any) -> Reader:  # noqa: ANN401 - a value of a leaf type, or a list of them
    """Return a function that inserts the values of variables, `_OMITTED` for an omitted one."""
    match template:
        case Variable(name):
            return lambda variables: _hashable(variables.get(name, _OMITTED))
        case list():
            items = [_filled_or_omitted(part) for part in template]
            return lambda variables: tuple([read(variables) for read in items])
        case _:
            value = _hashable(template)
            return lambda _variables: value


def _hashable(value: Any) -> Any:  # noqa: ANN401 - a value of a leaf type, or a list of them
    match value:
        case list():
            return tuple(map(_hashable, value))
        case str():
            return len(value)
        case dict():  # a reference to an entity
            return len(value)
        case _:
            return value


def _number_of_scalars(template: Any) -> Reader:  # noqa: ANN401 - a value of any input type
    """Return a function that counts the scalars in an input object."""
    names = list(variables_in(template))
    fixed = count_scalars(template) - len(names)

    def read(variables: Mapping[str, Any]) -> int:
        count = fixed
        for name in names:
            value = variables.get(name)
            count += count_scalars(value) if isinstance(value, (dict, list)) else value is not None
        return count

    return read


def count_scalars(value: Any) -> int:  # noqa: ANN401 - a value of any input type
    """Return the number of scalars and enum values in an input value; a list of 32 scalars counts as two."""
    if isinstance(value, dict):
        return max(1, sum(map(count_scalars, value.values())))
    if isinstance(value, list):
        return sum(map(count_scalars, value)) if value and isinstance(value[0], dict) else 1 + len(value) // 32
    return int(value is not None)
