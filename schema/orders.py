"""Orders: an enum of a table's columns, and the input that names one with direction and null placement."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import strawberry

from schema.columns import described
from schema.enums import NullsOrder, SortDirection
from tables.order import OrderKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tables.catalogue import Column

ORDER_FIELD = "What to order by."
ORDER_DIRECTION = "Which way."
ORDER_NULLS = "Where rows without a value stand, whichever way the others go."


def column_enum(name: str, columns: Sequence[Column], *, source: str | None, description: str) -> type[Enum]:
    """Return an enum with one value per column, spelled as the column in capitals."""
    values = {
        column.name.upper(): strawberry.enum_value(column.name, description=described(column, source))
        for column in columns
    }
    # mypy knows the functional form for literal names only.
    members: type[Enum] = Enum(name, values)  # type: ignore[misc]
    return strawberry.enum(members, name=name, description=description)


def column_of(value: Any) -> str:
    """Return the column that a value of such an enum stands for."""
    return str(value.value)


class TableOrder:
    """What every order input has: a field, a direction and the place of nulls."""

    field: Any
    direction: SortDirection
    nulls: NullsOrder

    @cached_property
    def key(self) -> OrderKey:
        """The order key that it states; an order without variables is one object for all requests."""
        return OrderKey(
            self.field.value,
            descending=self.direction is SortDirection.DESC,
            nulls_first=self.nulls is NullsOrder.FIRST,
        )


def order_keys(order_by: Sequence[TableOrder] | None) -> list[OrderKey]:
    """Return the keys of an optional list of orders."""
    return [order.key for order in order_by or ()]
