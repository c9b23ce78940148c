"""Levels of the cost estimate: the objects that a field returns, given its parents and its arguments."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from execution.cost import Level
from resolvers.views.common_timelines import MAX_GRID_POINTS
from schema.orders import column_of
from schema.sizes import Sizes

Arguments: TypeAlias = Mapping[str, Any]
# Returns the level of a field's objects, given the level of its parents.
Below: TypeAlias = Callable[[Level, Arguments, Sizes], Level]


def each(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of one object per parent, over the same rows."""
    return above


def page(above: Level, _arguments: Arguments, _sizes: Sizes) -> Level:
    """Return the level of the rows of each parent's page."""
    count = min(above.rows, above.count * above.page)
    return Level(count, count, above.distinct, order=above.order)


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
            above.distinct and times == 1,
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
        order=arguments.get("orderBy", 0),
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


def rows_with_file(above: Level, sizes: Sizes) -> float:
    """Return an upper bound of the parents' rows with a raw file.

    A request opens a limited number of files, each once. If no row repeats, they are all that is read; if rows repeat,
    such as the best run of a GPU below each of its runs, each occurrence is an object of the answer.
    """
    most = sizes.max_files if above.distinct else above.count * sizes.max_files
    return min(above.rows, most)


def files(above: Level, _arguments: Arguments, sizes: Sizes) -> Level:
    """Return the level of the parents' rows with a raw file."""
    return Level(rows_with_file(above, sizes), distinct=False, size=above.size)


def grid(below: Below, *, seconds: float) -> Below:
    """Return a function for objects whose lists have a point per step of a time in seconds."""

    def level(above: Level, arguments: Arguments, sizes: Sizes) -> Level:
        found = below(above, arguments, sizes)
        step = arguments.get("stepS", 1)
        points = seconds / step if step > 0 else 0
        # A group without raw files has no points.
        share = min(1, sizes.max_files / found.count) if found.count else 0
        return replace(found, size=share * min(points, MAX_GRID_POINTS))

    return level
