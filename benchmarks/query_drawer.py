"""Random queries from the schema, each with a given kind of field at the end of a random path from the root."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from graphql import TypeNameMetaFieldDef

from benchmarks.drawn_arguments import DEFAULT_RUN_KIND, Arguments
from benchmarks.drawn_query import Selected
from benchmarks.schema_walk import ALIASES, COLUMNS, LONG_ALIASES, ORDER, WHERE, SchemaWalk, Target, mixes_runs
from execution.field_metadata import CARDINALITY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from graphql import GraphQLObjectType, GraphQLSchema

    from benchmarks.drawn_arguments import Values
    from tables.dataset import Dataset

_LIST = 5  # assumed length of a list without a cardinality
_MAX_FIELDS = 8
_MAX_ALIASES = 30
_MAX_ALIAS = 240
_MAX_COLUMNS = 100
_MAX_PAGE = 2_000


class Drawer:
    """Draws queries.

    Args:
        schema: The schema.
        dataset: The dataset, for cardinalities.
        values: The values that arguments refer to.
        random: The source of randomness.
        rows: Approximate maximum of the rows at any level.

    Attributes:
        random: The source of randomness.
        arguments: Draws arguments.
        walk: The fields of the schema.
        kinds: Targets by kind of query.
    """

    def __init__(self, schema: GraphQLSchema, dataset: Dataset, values: Values, random: Random, *, rows: int) -> None:
        self.random = random
        self.arguments = Arguments(random, values)
        self.walk = SchemaWalk(schema, random, raw_files=bool(dataset.raw_paths()))
        self.kinds = self.walk.kinds(values.keys)
        self._dataset = dataset
        self._rows = rows

    def draw(self, kind: str) -> list[Selected]:
        """Draw a query of a kind: the fields of the root."""
        target = self.random.choice(self.kinds[kind])
        path = self._path(target)
        self.arguments.run_kind = next((each.run_kind for each in (*path, target) if each.run_kind), DEFAULT_RUN_KIND)
        above = self.nested(path)
        if kind in {COLUMNS, LONG_ALIASES}:
            fields = self._columns(target.parent, long_aliases=kind == LONG_ALIASES)
        else:
            rows = prod(self._fan_out(each.target, each.arguments) for each in above)
            aliases = range(self.arguments.number(_MAX_ALIASES) if kind == ALIASES else 1)
            wanted = kind if kind in {WHERE, ORDER} else ""
            fields = [self._target(target, rows, number, wanted=wanted) for number in aliases]
        if not above:
            return fields
        self._put_below(above[-1], fields)
        return above[:1]

    def _path(self, target: Target) -> list[Target]:
        if target.parent is self.walk.root:
            return []
        while mixes_runs((*(path := self.walk.path(target.parent, start=self.walk.root)), target)):
            pass
        return path

    def nested(self, path: Sequence[Target]) -> list[Selected]:
        """Return the fields of a path, each below the one before it."""
        fields: list[Selected] = []
        rows = 1
        for step in path:
            selected = self._selected(step, rows, optional=0.1)
            rows *= self._fan_out(step, selected.arguments)
            if fields:
                self._put_below(fields[-1], [selected])
            fields.append(selected)
        return fields

    def _put_below(self, above: Selected, fields: Sequence[Selected]) -> None:
        above.fields += fields
        for each in fields:
            each.in_fragment = above.target.is_abstract
        given, kind = above.arguments, fields[0].target.parent.name  # entities that have the fields
        if "representations" in given:
            given["representations"] = self.arguments.representations(len(given["representations"]), kind=kind)
        elif "ids" in given:
            given["ids"] = self.arguments.ids(len(given["ids"]), kind=kind)
        elif above.target.name == "node" and given:
            [given["id"]] = self.arguments.ids(1, kind=kind)

    def selection(self, target: Target, *, depth: int) -> list[Selected]:
        """Draw fields below a field: leaves, and objects down to a depth; none with arguments."""
        if not target.objects:
            return []
        kind = self.random.choice(target.objects)
        fields = [each for each in self.walk.fields(kind) if not each.definition.args]
        # A path leads to rows of a table, not a selection.
        fields = [
            each for each in fields if each.is_leaf or (depth > 0 and CARDINALITY not in each.definition.extensions)
        ]
        chosen = self.random.sample(fields, min(len(fields), self.arguments.number(_MAX_FIELDS)))
        drawn = [Selected(each, fields=self.selection(each, depth=depth - 1)) for each in chosen]
        drawn = drawn or [Selected(Target(kind, "__typename", TypeNameMetaFieldDef))]
        for selected in drawn:
            selected.in_fragment = target.is_abstract
        return drawn

    def _target(self, target: Target, rows: int, number: int, *, wanted: str) -> Selected:
        selected = self._selected(target, rows, wanted=wanted)
        selected.alias = f"a{number}" if number else ""
        selected.fields = self.selection(target, depth=2)
        if target.is_abstract:  # more of its types
            for other in range(self.random.randrange(3)):
                for each in self.selection(target, depth=1):
                    each.alias = f"u{other}{each.target.name}"
                    selected.fields.append(each)
        return selected

    def _selected(self, target: Target, rows: int, *, optional: float = 0.4, wanted: str = "") -> Selected:
        arguments = self.arguments.draw(target.name, target.definition, optional=optional, wanted=wanted)
        if "first" in target.definition.args:
            arguments["first"] = self.arguments.number(max(1, min(_MAX_PAGE, self._rows // rows)))
        return Selected(target, arguments=arguments)

    def _columns(self, parent: GraphQLObjectType, *, long_aliases: bool) -> list[Selected]:
        leaves = [each for each in self.walk.fields(parent) if each.is_leaf and not each.definition.args]
        if not long_aliases:
            return [Selected(each) for each in self.random.sample(leaves, self.arguments.number(len(leaves)))]
        length = self.arguments.number(_MAX_ALIAS)
        leaves.append(Target(parent, "__typename", TypeNameMetaFieldDef))
        chosen = [self.random.choice(leaves) for _ in range(self.arguments.number(_MAX_COLUMNS))]
        return [Selected(each, f"a{number}{'x' * length}"[:_MAX_ALIAS]) for number, each in enumerate(chosen)]

    def _fan_out(self, target: Target, arguments: Mapping[str, Any]) -> int:
        """Return an upper bound of the objects per parent; a guess for lists without a cardinality."""
        cardinality = target.definition.extensions.get(CARDINALITY)
        if target.name in {"nodes", "edges"}:  # their connection has the number
            return 1
        most: int = cardinality(self._dataset).most if cardinality else _LIST if target.is_list else 1
        page: int = arguments.get("first", most)
        return max(1, min(most, page))
