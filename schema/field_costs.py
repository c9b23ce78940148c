"""Costs of fields: units per call, parent, selected row and object; and the objects that a field returns."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from execution.cost import Level
from execution.field_metadata import Cardinality
from resolvers.views.common_timelines import MAX_GRID_POINTS
from resolvers.views.frontier import MAX_FRONTIER, PLANE
from schema.orders import column_of
from schema.sizes import Sizes
from tables.dataset import Dataset

Arguments: TypeAlias = Mapping[str, Any]
# Returns the level of a field's objects, given the level of its parents.
Below: TypeAlias = Callable[[Level, Arguments, Sizes], Level]
Relation: TypeAlias = Callable[[Dataset], Cardinality]


def each(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of one object per parent, over the same rows."""
    return above


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Cost of a field that computes from the rows of its parents.

    Args:
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
        relations: Relations whose rows are read instead of the rows of the parents. In the table of costs, the names of
            fields of the same type that return these rows.
    """

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
        if self.file:
            work += self.file * min(rows, sizes.max_files)
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
    """

    compared: float = 0
    pair: float = 0

    def estimate(self, above: Level, arguments: Arguments, sizes: Sizes) -> tuple[float, Level]:
        """Return the units of the field, and the level of its objects; see `FieldCost`."""
        work, level = Cost.estimate(self, above, arguments, sizes)
        alternatives = len(arguments.get("against", ()))
        objectives = number_of_columns(arguments, ("minimize", "maximize")) + bool(alternatives)
        if objectives > PLANE and level.count:
            of_a_group = min(level.rows / level.count, MAX_FRONTIER)
            work += level.rows * (self.compared + self.pair * objectives * of_a_group)
        return work, level


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationCost:
    """Cost of a field that returns rows of a table: the related rows of each parent, as a list or a connection.

    Args:
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

    relation: Relation | None
    is_connection: bool
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
        whole = sizes.runs  # a filter or an order is evaluated for the whole table
        work = self.call + self.parent * above.count + self.row * rows + filter_cost(conditions, sizes)
        if order := arguments.get("orderBy"):
            work += self.key * order * whole + self.ordered * rows
        for relation in self.reads:
            work += self.read * related_rows(above, sizes.cardinality(relation))
        if "search" in arguments:
            work += (self.search + self.character * arguments["search"]) * (50 + sizes.models)
        conditions += above.conditions + 1  # the stability is a condition
        if not self.is_connection:
            return work, Level(rows, rows, distinct, conditions=conditions)
        return work, Level(above.count, rows, distinct, page=sizes.page(arguments), conditions=conditions)


def conditions_of(arguments: Arguments) -> float:
    """Return the number of conditions of a field's filters."""
    conditions: float = arguments.get("where", 0) + arguments.get("diffusionWhere", 0)
    return conditions


def filter_cost(conditions: float, sizes: Sizes) -> float:
    """Return the units of some conditions, each evaluated for a whole table: 1.4 to 13 µs for 838 rows."""
    return conditions * (10 + 0.025 * sizes.runs)


def related_rows(above: Level, cardinality: Cardinality) -> float:
    """Return an upper bound of the rows that are related to the objects of a level."""
    rows = above.count * cardinality.most
    return min(rows, cardinality.total) if above.distinct else rows


def page(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of the rows of each parent's page."""
    count = min(above.rows, above.count * above.page)
    return Level(count, count, above.distinct)


def one(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of one row per parent."""
    return Level(above.count, above.count, above.distinct)


def runners_up(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of the runners-up of each parent."""
    count = min(above.rows, above.count * above.size)
    return Level(count, count, above.distinct)


def rows(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of all rows of the parents."""
    return Level(above.rows, above.rows, above.distinct, size=above.size, keys=above.keys)


def matched(match: str, compare: str) -> Below:
    """Return a function for one object per parent, whose pairs are equal in the columns of an argument."""

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        keys = [column_of(value) for value in arguments.get(match, ())]
        pairs = min(above.rows / 2, above.count * sizes.combinations(keys))
        return Level(above.count, pairs, distinct=False, size=len(arguments.get(compare, ())), keys=len(keys))

    return level


def groups(argument: str, *, alternatives: str = "", size: str = "") -> Below:
    """Return a function for groups of the parents' rows by the columns in an argument.

    Args:
        argument: The argument with the columns.
        alternatives: Argument with columns of which each has groups of its own.
        size: Argument whose number of columns is the size of the lists of a group.
    """

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        columns = [column_of(value) for value in arguments.get(argument, ())]
        count = min(above.rows, above.count * sizes.combinations(columns))
        if "limit" in arguments:
            count = min(count, above.count * max(0, arguments["limit"]))
        times = max(1, len(arguments.get(alternatives, ()))) if alternatives else 1
        return Level(
            count * times,
            above.rows * times,
            above.distinct,
            size=len(arguments.get(size, ())) if size else arguments.get("runnersUp", 0),
            keys=len(columns),
            conditions=above.conditions,
        )

    return level


def best_of_groups(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
    """Return the level of connections over the best row of each group."""
    found = groups("per")(above, arguments, sizes)
    return Level(
        above.count,
        found.count,
        above.distinct,
        page=sizes.page(arguments),
        conditions=above.conditions + 1,  # that there is a value
    )


def values_of(argument: str) -> Below:
    """Return a function for the distinct values of the columns in an argument, one list per column."""

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        columns = [column_of(value) for value in arguments.get(argument, ())]
        values = sum(min(above.rows, above.count * sizes.distinct(column)) for column in columns)
        return Level(above.count * len(columns), values, distinct=False)

    return level


def items(argument: str | None = None, *, count: float = 1, of: Below = each) -> Below:
    """Return a function for `count` objects per object of `of`, and per item of an argument if one is given."""

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        times = count * (1 if argument is None else len(arguments.get(argument, ())))
        return Level(of(above, arguments, sizes).count * times, above.rows, distinct=False, size=above.size)

    return level


def sized(argument: str, *, default: float, most: float, objects: Below = each) -> Below:
    """Return a function for objects whose lists have as many items as a numeric argument states."""

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        size = min(max(0, arguments.get(argument, default)), most)
        if isinstance(edges := arguments.get("edges"), list):
            size = len(edges)
        return replace(objects(above, arguments, sizes), size=size)

    return level


def lengths(name: str, *, count: float = 1) -> Below:
    """Return a function for as many objects per parent as an attribute of their level states, times `count`."""

    def level(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
        return Level(above.count * getattr(above, name) * count, above.rows, distinct=False, size=above.size)

    return level


def files(above: Level, _arguments: Arguments, sizes: Sizes) -> Level:
    """Return the level of the parents' rows with a raw file, as many as a request may open."""
    return Level(min(above.rows, sizes.max_files), distinct=False, size=above.size)


def grid(below: Below, *, seconds: float) -> Below:
    """Return a function for objects whose lists have a point per step of a time in seconds."""

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        found = below(above, arguments, sizes)
        step = arguments.get("stepS", 1)
        points = seconds / step if step > 0 else 0
        return replace(found, count=min(found.count, sizes.max_files), size=min(points, MAX_GRID_POINTS))

    return level
