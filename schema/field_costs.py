"""Costs of fields: units per field, parent, selected row, column and object."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from typing import Any, TypeAlias

from execution.cost import Level
from execution.field_metadata import Cardinality
from resolvers.views.frontier import MAX_FRONTIER, PLANE
from schema.cost_levels import Arguments, Below, each, lengths, rows_with_file
from schema.sizes import Sizes
from tables.dataset import Dataset

Relation: TypeAlias = Callable[[Dataset], Cardinality]


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost of a field that computes from the rows of its parents.

    Args:
        reason: The work or the objects that the units stand for, for the documentation.
        call: Units of each field in the document, for all its parents together.
        parent: Units per parent.
        row: Units per row that the parents select.
        column: Units per column that the arguments `columns` name.
        cell: Units per selected row and such column.
        item: Units per object that the field returns, or per item of a list of scalars.
        columns: Arguments that name columns, each of which is computed separately.
        below: Returns the level of the field's objects.
        table: Units per parent and row of the largest run table.
        file: Units per raw file of the selected rows, as many as a request may open.
        condition: Units of each field and condition of its parents' filters.
        order: Units per value in the order, which is compiled for each field.
        ordered: Units per parent and value in the order of the parents.
        relations: Relations whose rows are read instead of the rows of the parents. In the table of costs, the names of
            fields of the same type that return these rows.
    """

    reason: str
    _: KW_ONLY
    call: float = 0
    parent: float = 0
    row: float = 0
    column: float = 0
    cell: float = 0
    item: float = 0
    columns: tuple[str, ...] = ()
    below: Below = each
    table: float = 0
    file: float = 0
    condition: float = 0
    order: float = 0
    ordered: float = 0
    relations: tuple[Any, ...] = ()

    def estimate(self, above: Level, arguments: Arguments, sizes: Sizes) -> tuple[float, Level]:
        """Return the units of the field, and the level of its objects; see `FieldCost`."""
        level = self.below(above, arguments, sizes)
        rows = above.rows
        if self.relations:
            rows = sum(related_rows(above, sizes.cardinality(relation)) for relation in self.relations)
        work = self.call + self.parent * above.count + self.row * rows + self.item * level.count
        if "where" in arguments:
            work += filter_cost(conditions_of(arguments), sizes)
        if self.columns:
            columns = number_of_columns(arguments, self.columns)
            work += columns * (self.column + self.cell * rows)
        if self.table:
            work += self.table * above.count * sizes.runs
        if self.condition:
            work += self.condition * above.conditions
        if self.order:
            work += self.order * arguments.get("orderBy", 0)
        if self.ordered:
            work += self.ordered * above.order * above.count
        if self.file:
            work += self.file * rows_with_file(above, sizes)
        return work, level


def number_of_columns(arguments: Arguments, names: tuple[str, ...]) -> int:
    """Return the number of columns in some arguments."""
    return sum(len(arguments.get(name, ())) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierCost(Cost):
    """Cost of Pareto frontiers: with three objectives or more, each run on a frontier is compared with its group.

    Args:
        compared: Units per run on a frontier.
        pair: Units per objective, run on a frontier, and other run of its group.
        group: Units per objective and frontier.
    """

    compared: float = 0
    pair: float = 0
    group: float = 0

    def estimate(self, above: Level, arguments: Arguments, sizes: Sizes) -> tuple[float, Level]:
        """Return the units of the field, and the level of its objects; see `FieldCost`."""
        work, level = Cost.estimate(self, above, arguments, sizes)
        alternatives = len(arguments.get("against", ()))
        objectives = number_of_columns(arguments, ("minimize", "maximize")) + bool(alternatives)
        if objectives > PLANE and level.count:
            of_a_group = min(level.rows / level.count, MAX_FRONTIER)
            work += level.rows * (self.compared + self.pair * objectives * of_a_group)
            work += self.group * objectives * level.count
        return work, level


@dataclass(frozen=True, slots=True)
class RelationCost:
    """Cost of a field that returns rows of a table: the related rows of each parent, as a list or a connection.

    Args:
        reason: The work or the objects that the units stand for, for the documentation.
        relation: The relation; None for the rows that the parents have selected, as in a group.
        is_connection: Whether the field returns connections, which page their rows.
        call: Units of each field in the document.
        parent: Units per parent.
        row: Units per related row.
        key: Units per value in the order and per row of the whole table.
        ordered: Units per related row, with an order.
        search: Units per model, with a search.
        character: Units per model and character of the search.
        reads: Relations whose rows decide which related rows are returned.
        read: Units per row of these relations.
    """

    reason: str
    _: KW_ONLY
    relation: Relation | None = None
    is_connection: bool = False
    call: float = 0
    parent: float = 0
    row: float = 0
    key: float = 0
    ordered: float = 0
    search: float = 0
    character: float = 0
    reads: tuple[Relation, ...] = ()
    read: float = 0

    def estimate(self, above: Level, arguments: Arguments, sizes: Sizes) -> tuple[float, Level]:
        """Return the units of the field, and the level of its objects; see `FieldCost`."""
        if self.relation is None:
            rows, distinct = above.rows, above.distinct
        else:
            cardinality = sizes.cardinality(self.relation)
            rows, distinct = related_rows(above, cardinality), above.distinct and not cardinality.shared
        conditions = conditions_of(arguments)
        work = self.call + self.parent * above.count + self.row * rows + filter_cost(conditions, sizes)
        order = arguments.get("orderBy", 0)
        if order:
            work += order * (6 + self.key * sizes.runs) + self.ordered * rows
        for relation in self.reads:
            work += self.read * related_rows(above, sizes.cardinality(relation))
        if "search" in arguments:
            work += (self.search + self.character * arguments["search"]) * (50 + sizes.models)
        conditions += above.conditions + 1  # the stability is a condition
        if not self.is_connection:
            return work, Level(rows, rows, distinct, conditions=conditions)
        paged = sizes.page(arguments)
        return work, Level(above.count, rows, distinct, page=paged, conditions=conditions, order=order)


def conditions_of(arguments: Arguments) -> float:
    """Return the number of conditions of a field's filters."""
    conditions: float = arguments.get("where", 0) + arguments.get("diffusionWhere", 0)
    return conditions


def filter_cost(conditions: float, sizes: Sizes) -> float:
    """Return the units of some conditions: each is compiled, 15 µs, and evaluated for a table, 1 to 13 µs."""
    return conditions * (25 + 0.01 * sizes.runs)


def related_rows(above: Level, cardinality: Cardinality) -> float:
    """Return an upper bound of the rows that are related to the objects of a level."""
    rows = above.count * cardinality.most
    return min(rows, cardinality.total) if above.distinct else rows


MAX_BINS = 1_000
KEY = Cost("one object per key column", item=1.3, below=lengths("keys"))
SERIES = Cost("one number per point or bin", item=0.15, below=lengths("size"))
