"""Cache scope of an operation: its answer holds for a revision of the data, a release of the server, or one process."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, cast

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    NonNullTypeNode,
    VariableNode,
    get_named_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from graphql import (
        FragmentDefinitionNode,
        GraphQLCompositeType,
        GraphQLField,
        GraphQLSchema,
        OperationDefinitionNode,
        SelectionNode,
        SelectionSetNode,
    )

# The key of a Strawberry field's metadata under which its `CacheScope` stands; a field without it has `REVISION`.
CACHE_SCOPE = "cache scope"

_PAGE_SIZES = ("first", "last")


class CacheScope(IntEnum):
    """Within what the value of a field is always the same; the narrowest scope of its fields is an answer's."""

    PROCESS = 0  # differs between two starts over the same revision: when it was loaded, from where
    RELEASE = 1  # differs between releases, or by a setting: the toolkit's fits, the schema, the default page
    REVISION = 2


def cache_scope(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> CacheScope:
    """Return the narrowest scope of all fields of a valid operation, those under `@skip` and `@include` too."""
    return _Walk(schema, operation, fragments).scope()


class _Walk:
    def __init__(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
    ) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._seen: set[str] = set()
        self._required = {
            each.variable.name.value
            for each in operation.variable_definitions or ()
            if isinstance(each.type, NonNullTypeNode)
        }

    def scope(self) -> CacheScope:
        root = self._schema.get_root_type(self._operation.operation)
        return CacheScope.PROCESS if root is None else self._of_all(root, self._operation.selection_set)

    def _of_all(self, parent: GraphQLCompositeType, selections: SelectionSetNode) -> CacheScope:
        return min((self._of(parent, each) for each in selections.selections), default=CacheScope.REVISION)

    def _of(self, parent: GraphQLCompositeType, selection: SelectionNode) -> CacheScope:
        match selection:
            case FieldNode():
                return self._of_field(parent, selection)
            case FragmentSpreadNode(name=name) if name.value in self._seen:
                return CacheScope.REVISION  # it is counted where it was met first
            case FragmentSpreadNode(name=name):
                self._seen.add(name.value)
                fragment: FragmentDefinitionNode | InlineFragmentNode = self._fragments[name.value]
            case InlineFragmentNode():
                fragment = selection
            case _:
                return CacheScope.PROCESS
        condition = fragment.type_condition
        inner = parent if condition is None else self._schema.get_type(condition.name.value)
        return self._of_all(cast("GraphQLCompositeType", inner), fragment.selection_set)

    def _of_field(self, parent: GraphQLCompositeType, node: FieldNode) -> CacheScope:
        name = node.name.value
        if name == "__typename":
            return CacheScope.REVISION
        field = self._schema.get_field(parent, name)
        if field is None or (name.startswith("_") and _scope_of(field) is None):
            return CacheScope.RELEASE  # introspection, `_service`: the schema
        own = _scope_of(field)
        scope = CacheScope.REVISION if own is None else own
        if _PAGE_SIZES[0] in field.args and not self._has_page_size(node):
            scope = min(scope, CacheScope.RELEASE)
        if node.selection_set is None:
            return scope
        kind = cast("GraphQLCompositeType", get_named_type(field.type))
        return min(scope, self._of_all(kind, node.selection_set))

    def _has_page_size(self, node: FieldNode) -> bool:
        """Say whether a field says how long its page is; a variable that may be null may not say it."""
        sizes = (each.value for each in node.arguments or () if each.name.value in _PAGE_SIZES)
        return any(
            isinstance(size, IntValueNode) or (isinstance(size, VariableNode) and size.name.value in self._required)
            for size in sizes
        )


def _scope_of(field: GraphQLField) -> CacheScope | None:
    definition = field.extensions.get("strawberry-definition")
    return None if definition is None else definition.metadata.get(CACHE_SCOPE)
