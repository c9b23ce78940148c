"""Cost of an operation before execution: levels, nodes of fields, and the limit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from errors import QueryTooComplex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from execution.arguments import RawArguments

# One unit is about 0.3 µs of one core: 1,000,000 units are about 300 ms.
_REQUEST = 100  # reads the request and composes the answer
_STEP = 40  # a field that is executed for all its parents at once, even if there are none
_MAX_VISITS = 5_000  # fields below repeated fragments multiply: a refusal counts no further
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
    """

    count: float = 1
    rows: float = 1
    distinct: bool = True
    page: float = 0
    size: float = 1
    keys: float = 0
    conditions: float = 0


class FieldCost(Protocol):
    """The cost of a field of the schema."""

    def estimate(self, above: Level, arguments: Arguments, sizes: Any) -> tuple[float, Level]:  # noqa: ANN401
        """Return the units of the field for all its parents, without the fields below, and the level of its objects.

        Args:
            above: The level of the parents.
            arguments: Arguments by name in the graph, in the form of `RawArguments`.
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
    arguments: RawArguments | None
    per_parent: float = 0
    per_object: float = 0
    children: Sequence[CostNode] = ()
    alternatives: Sequence[CostNode] = ()

    def level(self, above: Level, variables: Mapping[str, Any], sizes: Any) -> tuple[float, Level]:  # noqa: ANN401
        """Return the units of the field and its constant fields, and the level of its objects."""
        if self.cost is None:
            return _STEP + above.count * (self.per_parent + self.per_object), replace(above, distinct=False)
        arguments = self.arguments.values(variables) if self.arguments is not None else {}
        work, level = self.cost.estimate(above, arguments, sizes)
        return _STEP + work + above.count * self.per_parent + level.count * self.per_object, level


@dataclass(frozen=True, slots=True)
class CostLimit:
    """Maximum cost of a request.

    Args:
        sizes: Sizes of the data, passed to each `FieldCost`.
        maximum: Maximum cost.
    """

    sizes: Any
    maximum: int

    def check(self, nodes: Sequence[CostNode], variables: Mapping[str, Any]) -> int:
        """Return the cost of an operation.

        Args:
            nodes: The costs of the operation's root fields.
            variables: Coerced variables.

        Raises:
            QueryTooComplex: The cost exceeds the maximum.
        """
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
            f"The query costs {'at least ' * found.is_partial}{cost} units; allowed: {self.maximum} "
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
        _ExceededError: They exceed the maximum. The sum stops there, since repeated fragments multiply the fields.
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
    visits: int = 0

    @property
    def is_partial(self) -> bool:
        return self.visits >= _MAX_VISITS


def _collect(
    node: CostNode,
    above: Level,
    path: tuple[str, ...],
    variables: Mapping[str, Any],
    sizes: Any,  # noqa: ANN401 - opaque here
    found: _Found,
) -> None:
    if found.is_partial:
        return
    found.visits += 1
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
