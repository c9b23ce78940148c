"""A query as a tree of fields with Python values as arguments; as text with literals, or with variables."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, get_nullable_type, is_leaf_type, is_list_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.schema_walk import Target


@dataclass(slots=True, eq=False)
class Selected:
    """A selected field.

    Args:
        target: The field in the schema.
        alias: Name in the response; empty for the name itself.
        arguments: JSON values by name.
        fields: The fields below.
        in_fragment: Whether the field above returns an interface or a union: an inline fragment surrounds this one.
    """

    target: Target
    alias: str = ""
    arguments: dict[str, Any] = field(default_factory=dict)
    fields: list[Selected] = field(default_factory=list)
    in_fragment: bool = False

    def copy(self) -> Selected:
        """Return a deep copy of the tree; argument values are shared, because they are only replaced as a whole."""
        below = [each.copy() for each in self.fields]
        return Selected(self.target, self.alias, dict(self.arguments), below, self.in_fragment)

    def walk(self) -> Iterator[Selected]:
        """Yield this field and all below it."""
        yield self
        for each in self.fields:
            yield from each.walk()


@dataclass(slots=True)
class _Text:
    """A document under construction."""

    with_variables: bool
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def selection(self, fields: Sequence[Selected]) -> str:
        names: dict[str, int] = {}
        parts = []
        for each in fields:
            # Two fields with the same response name must have the same arguments.
            name = each.alias or each.target.name
            names[name] = names.get(name, -1) + 1
            alias = f"{name}_{names[name]}" if names[name] else each.alias
            text = f"{alias + ':' if alias else ''}{each.target.name}{self._arguments(each)}"
            text += self.selection(each.fields) if each.fields else ""
            parts.append(f"... on {each.target.parent.name}{{{text}}}" if each.in_fragment else text)
        return f"{{{' '.join(parts)}}}"

    def _arguments(self, selected: Selected) -> str:
        kinds = {name: each.type for name, each in selected.target.definition.args.items()}
        parts = [f"{name}:{self._value(value, kinds[name])}" for name, value in selected.arguments.items()]
        return f"({' '.join(parts)})" if parts else ""

    def _value(self, value: object, kind: Any) -> str:  # noqa: ANN401 - any input type
        if not self.with_variables or is_leaf_type(get_nullable_type(kind)):
            return literal(value, kind)
        name = f"v{len(self.declared)}"
        self.declared.append(f"${name}:{kind}")
        self.variables[name] = value
        return f"${name}"


def as_request(roots: Sequence[Selected], *, with_variables: bool) -> tuple[str, dict[str, Any]]:
    """Return the text of a query and its variables.

    Args:
        roots: Fields of the root.
        with_variables: Whether lists and objects in arguments become variables; else all values are literals.
    """
    text = _Text(with_variables)
    selection = text.selection(roots)
    declared = f"query({' '.join(text.declared)})" if text.declared else ""
    return declared + selection, text.variables


def literal(value: object, kind: Any) -> str:  # noqa: ANN401 - any input type
    """Return a JSON value as a literal of a type."""
    kind = get_nullable_type(kind)
    if isinstance(value, list):
        item = kind.of_type if is_list_type(kind) else kind
        return f"[{' '.join(literal(each, item) for each in value)}]"
    if isinstance(value, dict):
        kinds = {name: each.type for name, each in kind.fields.items()} if _is_input(kind) else {}
        return f"{{{' '.join(f'{name}:{literal(each, kinds.get(name, kind))}' for name, each in value.items())}}}"
    return str(value) if isinstance(kind, GraphQLEnumType) else json.dumps(value)


def _is_input(kind: object) -> bool:
    return isinstance(kind, GraphQLInputObjectType)
