"""Orders: the enum of a table's columns, and the input with a column, a direction and the position of nulls."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING, Any

import strawberry

from errors import check_length
from schema.columns import described
from schema.enums import NullsOrder, SortDirection
from tables.order import OrderKey

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tables.catalogue import Column

_MAX_KEYS = 32  # of an order; no more than a few are of use
ORDER_DIRECTION = "Direction of the order."


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
    """Return the column of an enum value."""
    return str(value.value)


class TableOrder:
    """Order input of a table: a column, a direction and the position of nulls."""

    field: Any
    direction: SortDirection
    nulls: NullsOrder

    @cached_property
    def key(self) -> OrderKey:
        """Order key of this input; an order without variables is one object for all requests."""
        return OrderKey(
            self.field.value,
            descending=self.direction is SortDirection.DESC,
            nulls_first=self.nulls is NullsOrder.FIRST,
        )


def table_order(name: str, columns: type[Enum], *, description: str) -> type[TableOrder]:
    """Return the order input over the columns of an enum."""
    fields = {
        "__annotations__": {"field": columns, "direction": SortDirection, "nulls": NullsOrder},
        "field": strawberry.field(description="Column to order by."),
        "direction": strawberry.field(default=SortDirection.ASC, description=ORDER_DIRECTION),
        "nulls": strawberry.field(
            default=NullsOrder.LAST, description="Position of rows without a value, in either direction."
        ),
    }
    order: type[TableOrder] = strawberry.input(type(name, (TableOrder,), fields), name=name, description=description)
    return order


def order_keys(order_by: Sequence[TableOrder] | None) -> list[OrderKey]:
    """Return the keys of an optional list of orders.

    Raises:
        QueryTooComplex: The list is too long.
    """
    if not order_by:
        return []
    check_length("orderBy", order_by, _MAX_KEYS)
    return [order.key for order in order_by]
