"""Cost of introspection, which graphql-core executes field by field, from the sizes of the schema."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    InlineFragmentNode,
    is_abstract_type,
    is_wrapping_type,
)

from execution.cost import CostNode, Level

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from graphql import FragmentDefinitionNode, GraphQLSchema, SelectionSetNode

    from execution.cost import Arguments

_FIELD = 7  # 4 µs
_LIST = 15


@dataclass(frozen=True, slots=True)
class _List:
    """Cost of a list of the introspection schema.

    Args:
        most: Items of one parent.
        total: Items of all parents together, each parent once.
    """

    most: int
    total: int

    def estimate(self, above: Level, _arguments: Arguments, _sizes: Any) -> tuple[float, Level]:  # noqa: ANN401
        """Return the level of the items; see `FieldCost`."""
        count = above.count * self.most
        if above.distinct:
            count = min(count, self.total)
        return above.count * _LIST, Level(count, count, above.distinct)


class IntrospectionCosts:
    """Costs of the introspection fields of a schema.

    Args:
        schema: The schema.
    """

    def __init__(self, schema: GraphQLSchema) -> None:
        kinds = [*schema.type_map.values()]
        composite = [kind for kind in kinds if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)]
        fields = [field for kind in composite for field in kind.fields.values()]
        arguments = [len(each.args) for each in (*fields, *schema.directives)]
        inputs = [each for kind in kinds if isinstance(kind, GraphQLInputObjectType) for each in kind.fields.values()]
        arguments_of_fields = [each for field in fields for each in field.args.values()]
        self._wrapped = _wrapped(each.type for each in (*fields, *arguments_of_fields, *inputs))
        self._lists = {
            "types": _list_of([len(kinds)]),
            "directives": _list_of([len(schema.directives)]),
            "fields": _list_of(len(kind.fields) for kind in composite),
            "args": _list_of(arguments),
            "inputFields": _list_of(len(kind.fields) for kind in kinds if isinstance(kind, GraphQLInputObjectType)),
            "enumValues": _list_of(len(kind.values) for kind in kinds if isinstance(kind, GraphQLEnumType)),
            "possibleTypes": _list_of(len(schema.get_possible_types(kind)) for kind in kinds if is_abstract_type(kind)),
            "interfaces": _list_of(len(kind.interfaces) for kind in composite),
        }

    def node(self, name: str, sets: Sequence[SelectionSetNode | None], fragments: Mapping[str, Any]) -> CostNode:
        """Return the cost of a root field.

        Args:
            name: The field's name in the response.
            sets: The selections of the field.
            fragments: Fragments of the document by name.
        """
        return CostNode(name, _List(1, 1), None, 0, *_Selections(self._lists, self._wrapped, fragments).below(sets))


def _wrapped(types: Iterable[Any]) -> list[float]:
    """Return for each number of wrappers of a type, such as non-null, the share of types with at least one more."""
    wrappers = sorted(map(_wrappers, types))
    at_least = [len(wrappers) - bisect_left(wrappers, least) for least in range(wrappers[-1] + 2)]
    return [more / count for count, more in pairwise(at_least)]


def _wrappers(kind: Any) -> int:  # noqa: ANN401 - any type
    return 1 + _wrappers(kind.of_type) if is_wrapping_type(kind) else 0


def _list_of(counts: Iterable[int]) -> _List:
    known = [0, *counts]
    return _List(max(known), sum(known))


class _Selections:
    def __init__(
        self, lists: Mapping[str, _List], wrapped: Sequence[float], fragments: Mapping[str, FragmentDefinitionNode]
    ) -> None:
        self._lists = lists
        self._wrapped = wrapped
        self._fragments = fragments
        self._of_fragments: dict[str, tuple[float, list[CostNode]]] = {}

    def below(self, sets: Iterable[SelectionSetNode | None], wrappers: int = 0) -> tuple[float, list[CostNode]]:
        """Return the units per object of leaves and to-one fields, and the nodes of the others."""
        units, nodes = 0.0, []
        for selection in (each for one in sets if one for each in one.selections):
            match selection:
                case FieldNode():
                    is_wrapped = selection.name.value == "ofType"
                    below, children = self.below([selection.selection_set], wrappers + is_wrapped)
                    if is_wrapped:
                        below *= self._wrapped[wrappers] if wrappers < len(self._wrapped) else 0
                    of_list = self._lists.get(selection.name.value)
                    if of_list is not None or children:
                        name = (selection.alias or selection.name).value
                        nodes.append(CostNode(name, of_list, None, 0, below + _FIELD, children))
                    else:
                        units += below + _FIELD
                case InlineFragmentNode():
                    below, children = self.below([selection.selection_set])
                    units, nodes = units + below, nodes + children
                case FragmentSpreadNode():
                    below, children = self._of_fragment(selection.name.value)
                    units, nodes = units + below, nodes + children
        return units, nodes

    def _of_fragment(self, name: str) -> tuple[float, list[CostNode]]:
        if name not in self._of_fragments:
            self._of_fragments[name] = self.below([self._fragments[name].selection_set])
        return self._of_fragments[name]
