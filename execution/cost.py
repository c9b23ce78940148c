"""Cost of an operation before execution: levels, nodes of fields, and the limit."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from errors import QueryTooComplex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from execution.arguments import Reader
    from execution.measured_arguments import MeasuredArguments

# One unit is about 0.3 µs of one core: 1,000,000 units are about 300 ms.
_REQUEST = 50  # reads the request and composes the answer
_STEP = 20  # a field that is executed for all its parents at once, even if there are none
_MAX_KNOWN = 8  # costs of an operation
_LARGEST = 2**53 - 1  # JSON numbers of JavaScript

Arguments: TypeAlias = "Mapping[str, Any]"


@dataclass(slots=True)
class Level:
    """Upper bounds of the objects of one level, over all their parents.

    Args:
        count: Objects.
        rows: Rows of a table that these objects select, such as the runs of connections or groups, whether or not they
            are in the answer.
        distinct: Whether each of these rows belongs to a single object.
        page: Objects of a page.
        size: Items of each list below: bins, points, compared columns.
        keys: Key columns that an object states.
        conditions: Conditions of the filters above.
        order: Values in the order of a connection's rows: a column, a direction and a place of nulls each.
    """

    count: float = 1
    rows: float = 1
    distinct: bool = True
    page: float = 0
    size: float = 1
    keys: float = 0
    conditions: float = 0
    order: float = 0


class FieldCost(Protocol):
    """The cost of a field of the schema."""

    def estimate(self, above: Level, arguments: Arguments, sizes: Any) -> tuple[float, Level]:  # noqa: ANN401
        """Return the units of the field for all its parents, without the fields below, and the level of its objects.

        Args:
            above: The level of the parents.
            arguments: Arguments by name in the graph, in the form of `MeasuredArguments`.
            sizes: Sizes of the data.
        """
        ...


@dataclass(slots=True, eq=False)
class CostNode:
    """A field whose cost is not a constant per parent.

    Args:
        name: Its name in the response.
        cost: Its cost; None for one object per parent.
        arguments: Its arguments.
        per_parent: Units of each parent, for the text of the field.
        per_object: Units of each of its objects, for the fields of constant cost below it.
        children: The other fields below it.
        alternatives: Fields by type, of which each object has one.
    """

    name: str
    cost: FieldCost | None
    arguments: MeasuredArguments | None
    per_parent: float = 0
    per_object: float = 0
    children: Sequence[CostNode] = ()
    alternatives: Sequence[CostNode] = ()

    def level(self, above: Level, variables: Mapping[str, Any], sizes: Any) -> tuple[float, Level]:  # noqa: ANN401
        """Return the units of the field and its constant fields, and the level of its objects."""
        if self.cost is None:
            units = _STEP + above.count * (self.per_parent + self.per_object)
            return units, Level(above.count, above.count, distinct=False, order=above.order)
        arguments = self.arguments.values(variables) if self.arguments is not None else {}
        work, level = self.cost.estimate(above, arguments, sizes)
        return _STEP + work + above.count * self.per_parent + level.count * self.per_object, level


class OperationCosts:
    """The costs of an operation's fields.

    Args:
        nodes: The nodes of its root fields.

    Attributes:
        readers: Functions that read the measures of arguments with variables.
        known: Costs by sizes of the data and these measures. A page of a known document takes 1 to 2 µs with it, and 5
            to 15 without; few requests differ in more than the values of their conditions.
    """

    __slots__ = ("known", "nodes", "readers")

    def __init__(self, nodes: Sequence[CostNode]) -> None:
        self.nodes = nodes
        self.known: dict[Any, int] = {}
        self.readers = list(dict.fromkeys(_readers(nodes)))


def _readers(nodes: Sequence[CostNode]) -> Iterator[Reader]:
    pending, visited = [*nodes], set()
    while pending:
        node = pending.pop()
        if id(node) not in visited:
            visited.add(id(node))
            pending += (*node.children, *node.alternatives)
            if node.cost is not None and node.arguments is not None:
                yield from node.arguments.readers()


@dataclass(frozen=True, slots=True)
class CostLimit:
    """Maximum cost of a request.

    Args:
        sizes: Sizes of the data, passed to each `FieldCost`.
        maximum: Maximum cost.
    """

    sizes: Any
    maximum: int

    def check(self, costs: OperationCosts, variables: Mapping[str, Any]) -> int:
        """Return the cost of an operation.

        Args:
            costs: The costs of the operation's fields.
            variables: Coerced variables.

        Raises:
            QueryTooComplex: The cost exceeds the maximum.
        """
        key = (self.sizes, *[read(variables) for read in costs.readers]) if costs.readers else self.sizes
        cost = costs.known.get(key)
        if cost is None:
            cost = self._checked(costs.nodes, variables)
            if len(costs.known) >= _MAX_KNOWN:
                costs.known.clear()
            costs.known[key] = cost
        if cost > self.maximum:
            raise self._refusal(costs.nodes, variables)
        return cost

    def _checked(self, nodes: Sequence[CostNode], variables: Mapping[str, Any]) -> int:
        try:
            cost = _sum(nodes, Level(), variables, self.sizes, self.maximum - _REQUEST)
        except _ExceededError:
            raise self._refusal(nodes, variables) from None
        return ceil(_REQUEST + cost)

    def _refusal(self, nodes: Sequence[CostNode], variables: Mapping[str, Any]) -> QueryTooComplex:
        found = _Found(float(_REQUEST))
        for node in nodes:
            _collect(node, Level(), (), variables, self.sizes, found)
        cost = ceil(min(found.cost, _LARGEST))
        path = ".".join(found.path)
        return QueryTooComplex(
            f"The query costs {cost} units; allowed: {self.maximum} "
            f"(MLENERGY_MAX_COST). Most expensive field: {path}. Request fewer rows, fields or views at a time.",
            cost=cost,
            limit=self.maximum,
            path=list(found.path),
        )


class _ExceededError(Exception):
    """The cost exceeds the maximum."""


def _sum(
    nodes: Sequence[CostNode],
    above: Level,
    variables: Mapping[str, Any],
    sizes: Any,  # noqa: ANN401 - opaque here
    maximum: float,
) -> float:
    """Return the units of some fields and all fields below them.

    Raises:
        _ExceededError: They exceed the maximum.
    """
    total = 0.0
    for node in nodes:
        own, level = node.level(above, variables, sizes)
        total += own
        if total > maximum:
            raise _ExceededError
        if node.children:
            total += _sum(node.children, level, variables, sizes, maximum - total)
        if node.alternatives:
            total += max(_sum((each,), level, variables, sizes, maximum - total) for each in node.alternatives)
    return total


@dataclass(slots=True)
class _Found:
    """Sum of the costs of the visited fields, and the most expensive one."""

    cost: float
    path: tuple[str, ...] = ()
    most: float = -1


def _collect(
    node: CostNode,
    above: Level,
    path: tuple[str, ...],
    variables: Mapping[str, Any],
    sizes: Any,  # noqa: ANN401 - opaque here
    found: _Found,
) -> None:
    own, level = node.level(above, variables, sizes)
    path = (*path, node.name) if node.name else path
    found.cost += own
    if own > found.most:
        found.path, found.most = path, own
    for child in node.children:
        _collect(child, level, path, variables, sizes, found)
    if node.alternatives:
        before = found.cost
        largest = before
        for each in node.alternatives:
            found.cost = before
            _collect(each, level, path, variables, sizes, found)
            largest = max(largest, found.cost)
        found.cost = largest
