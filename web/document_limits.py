"""Limits of a parsed document, checked before validation: nesting, aliases, and size with its fragments expanded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
)

from errors import shown
from web.parsing import too_complex

if TYPE_CHECKING:
    from collections.abc import Iterable

    from graphql import DocumentNode, SelectionNode, SelectionSetNode, ValueNode

MAX_DEPTH = 20
MAX_ALIAS = 256  # an answer repeats an alias in every row and every error path
MAX_ALIASES = 100  # each is a resolver call
# Validation and compilation take up to 20 µs for each, at each spread of its fragment.
MAX_NODES = 5_000
_MAX_NESTING = 200  # fragments included; each level is two frames of the stack, of which there are 1,000


@dataclass(slots=True)
class _Extent:
    """Extent of a selection with its fragments expanded.

    Args:
        depth: Greatest number of fields in each other.
        nodes: Number of fields and of values in their arguments.
        aliases: Aliases of each field at the top level.
    """

    depth: int = 0
    nodes: int = 0
    aliases: dict[str, set[str]] = field(default_factory=dict)


def check_document(tree: DocumentNode) -> None:
    """Check a document, valid or not; one pass over it, in which each fragment is visited once.

    Raises:
        QueryTooComplex: The fields are nested too deeply, a field has too many aliases or a long one, or the document
            is too large once its fragments are expanded.
    """
    limits = _Limits({node.name.value: node for node in tree.definitions if isinstance(node, FragmentDefinitionNode)})
    depth = nodes = 0
    for definition in tree.definitions:
        if isinstance(definition, OperationDefinitionNode):
            extent = limits.selection(definition.selection_set, 0)
            depth = max(depth, extent.depth)
            nodes += extent.nodes
    if depth > MAX_DEPTH:
        raise too_complex(f"The document is {depth} fields deep", "depth", depth, MAX_DEPTH)
    if nodes > MAX_NODES:
        problem = f"The document has {nodes} fields and argument values, with fragments expanded"
        raise too_complex(problem, "document_nodes", nodes, MAX_NODES)


class _Limits:
    """Extents of selections; those of fragments are memoized, because expanding each spread is exponential."""

    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._extents: dict[str, _Extent] = {}

    def selection(self, selections: SelectionSetNode, nesting: int) -> _Extent:
        if nesting > _MAX_NESTING:
            raise too_complex("The document's fragments are nested too deeply", "nesting", nesting, _MAX_NESTING)
        extent = _Extent()
        plain = 0
        for each in selections.selections:
            if isinstance(each, FieldNode):
                if each.alias or each.arguments or each.selection_set:
                    self._add_field(extent, each, nesting)
                else:
                    plain += 1
            elif (part := self._fragment(each, nesting)) is not None:
                extent.depth = max(extent.depth, part.depth)
                extent.nodes += part.nodes
                for name, aliases in part.aliases.items():
                    _add_aliases(extent, name, aliases)
        if plain:
            extent.nodes += plain
            extent.depth = extent.depth or 1
        return extent

    def _add_field(self, extent: _Extent, node: FieldNode, nesting: int) -> None:
        if node.alias:
            alias = node.alias.value
            if len(alias) > MAX_ALIAS:
                problem = f"The alias {shown(alias)} has {len(alias)} characters"
                raise too_complex(problem, "alias", len(alias), MAX_ALIAS)
            _add_aliases(extent, node.name.value, (alias,))
        depth = nodes = 1
        if node.arguments:
            nodes += sum(_values(argument.value) for argument in node.arguments)
        if node.selection_set:
            below = self.selection(node.selection_set, nesting + 1)
            depth += below.depth
            nodes += below.nodes
        extent.depth = max(extent.depth, depth)
        extent.nodes += nodes

    def _fragment(self, node: SelectionNode, nesting: int) -> _Extent | None:
        if isinstance(node, InlineFragmentNode):
            return self.selection(node.selection_set, nesting + 1)
        assert isinstance(node, FragmentSpreadNode)  # noqa: S101 - for the type checker: there is no other selection
        name = node.name.value
        if name not in self._extents and name in self._fragments:
            self._extents[name] = _Extent()  # of a cycle, which validation reports
            self._extents[name] = self.selection(self._fragments[name].selection_set, nesting + 1)
        return self._extents.get(name)


def _add_aliases(extent: _Extent, name: str, added: Iterable[str]) -> None:
    aliases = extent.aliases.setdefault(name, set())
    aliases.update(added)
    if len(aliases) > MAX_ALIASES:
        problem = f"The field {shown(name)} has {len(aliases)} aliases in one selection"
        raise too_complex(problem, "aliases", len(aliases), MAX_ALIASES)


def _values(node: ValueNode) -> int:
    """Return the number of values in a value, itself included."""
    if isinstance(node, ObjectValueNode):
        return 1 + sum(_values(member.value) for member in node.fields)
    if isinstance(node, ListValueNode):
        return 1 + sum(map(_values, node.values))
    return 1
