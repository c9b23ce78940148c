"""Fields of a schema by kind, and random paths between its types."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphql import (
    GraphQLObjectType,
    SchemaMetaFieldDef,
    TypeMetaFieldDef,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
)

from execution.field_metadata import COST
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from random import Random

    from graphql import GraphQLField, GraphQLNamedType, GraphQLSchema

# Kinds of a query that are not a single field.
COLUMNS, ALIASES, LONG_ALIASES, WHERE, ORDER = "columns", "aliases", "long aliases", "where", "orderBy"
INTROSPECTION = "introspection"
_MIDDLE = 4  # fields of a path, after which it takes the shortest way
_LONGEST = 9
_TRIES = 1_000
_FAULTY = {"isOneOf"}  # of a list or a non-null type it raises AttributeError in graphql-core 3.3


@dataclass(frozen=True, slots=True)
class Target:
    """A field of a type.

    Args:
        parent: The type.
        name: The field's name.
        definition: The field.
        objects: The types of its objects: none for a leaf, several for an interface or a union.
    """

    parent: GraphQLObjectType
    name: str
    definition: GraphQLField
    objects: Sequence[GraphQLObjectType] = ()

    @property
    def is_leaf(self) -> bool:
        """Whether no fields are selected below it."""
        return is_leaf_type(get_named_type(self.definition.type))

    @property
    def is_list(self) -> bool:
        """Whether it returns a list."""
        return is_list_type(get_nullable_type(self.definition.type))

    @property
    def is_abstract(self) -> bool:
        """Whether its objects are of several types: those of an interface or a union."""
        return is_abstract_type(get_named_type(self.definition.type))

    @property
    def run_kind(self) -> str:
        """The kind of run that it concerns; empty for any."""
        names = f"{self.name} {self.parent.name} {get_named_type(self.definition.type)}".lower()
        return next((kind for kind in RUN_KINDS if kind in names), "")


def mixes_runs(path: Iterable[Target]) -> bool:
    """Return whether a path leads from one kind of run to another through a model or a task, which has no other."""
    current = ""
    for target in path:
        current = "" if target.parent.name == "GPU" else current
        kind = target.run_kind
        if kind and current and kind != current:
            return True
        current = kind or current
    return False


class SchemaWalk:
    """The fields of a schema and the paths between its types.

    Args:
        schema: The schema.
        random: The source of randomness.
        raw_files: Whether to include the fields that read raw files.

    Attributes:
        root: The type of the root.
    """

    def __init__(self, schema: GraphQLSchema, random: Random, *, raw_files: bool) -> None:
        root = schema.query_type
        assert root is not None  # noqa: S101 - for the type checker
        self.root = root
        self._schema = schema
        self._random = random
        self._raw_files = raw_files
        self._types = [kind for kind in schema.type_map.values() if isinstance(kind, GraphQLObjectType)]
        self._parents: dict[str, list[Target]] = defaultdict(list)
        for parent in self._types:
            for target in self.fields(parent):
                for kind in target.objects:
                    self._parents[kind.name].append(target)

    def fields(self, parent: GraphQLObjectType) -> list[Target]:
        """Return the fields of a type; the root has those of introspection too."""
        fields = dict(parent.fields)
        if parent is self.root:
            fields |= {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef}
        return [
            Target(parent, name, definition, self._objects(get_named_type(definition.type)))
            for name, definition in fields.items()
            if name not in _FAULTY and (self._raw_files or not getattr(definition.extensions.get(COST), "file", 0))
        ]

    def _objects(self, kind: GraphQLNamedType) -> Sequence[GraphQLObjectType]:
        if is_abstract_type(kind):
            return self._schema.get_possible_types(kind)
        return [kind] if isinstance(kind, GraphQLObjectType) else []

    def path(self, to: GraphQLObjectType, *, start: GraphQLObjectType) -> list[Target]:
        """Return a random path of at least one field between two types; empty if none was found."""
        path: list[Target] = []
        kind = to
        for _ in range(_TRIES):
            ways = self._parents[kind.name]
            near = [each for each in ways if each.parent is start]
            if near and (len(path) >= _MIDDLE or self._random.random() < 0.3):  # noqa: PLR2004 - long ones too
                ways = near
            if not ways or len(path) > _LONGEST:
                path, kind = [], to
                continue
            path.append(self._random.choice(ways))
            kind = path[-1].parent
            if kind is start:
                return path[::-1]
        return []

    def kinds(self, row_types: Collection[str]) -> dict[str, list[Target]]:
        """Return all reachable fields with arguments or objects, by kind of query.

        Args:
            row_types: Names of the types of table rows, whose leaves are columns.
        """
        kinds: dict[str, list[Target]] = defaultdict(list)
        for parent in self._types:
            if parent is self.root or self._parents[parent.name]:
                targets = [each for each in self.fields(parent) if each.definition.args or each.objects]
                for target in targets:
                    for kind in _kinds_of(target):
                        kinds[kind].append(target)
                if parent.name in row_types:
                    kinds[COLUMNS] += targets[:1]
                    kinds[LONG_ALIASES] += targets[:1]
        return dict(sorted(kinds.items()))


def _kinds_of(target: Target) -> Iterator[str]:
    if target.parent.name.startswith("__"):
        yield INTROSPECTION
    elif target.definition.args or target.name not in {"node", "nodes"}:  # they are part of the kinds of connections
        yield target.name
    yield from (kind for kind in (WHERE, ORDER) if kind in target.definition.args)
    if target.definition.args and target.parent.name.endswith("Connection"):
        yield ALIASES
