"""Paging of connections: the type `PageInfo`, and the page arguments."""

import strawberry
from strawberry import UNSET

from resolvers.paging import PageArguments
from schema.batch_fields import batch_field


@strawberry.federation.type(shareable=True, description="Position of a page in the list.")
class PageInfo:
    """Position of a page in the list."""

    has_next_page = batch_field("has_next_page", bool, "Whether rows follow the page.")
    has_previous_page = batch_field("has_previous_page", bool, "Whether rows precede the page.")
    start_cursor = batch_field("start_cursor", str | None, "Cursor of the first row; null if the page is empty.")
    end_cursor = batch_field("end_cursor", str | None, "Cursor of the last row; null if the page is empty.")


def page_arguments(
    first: int | None, after: str | None, last: int | None, before: str | None, offset: int | None
) -> PageArguments:
    """Return a connection's page arguments, with None for omitted ones."""
    return PageArguments(
        None if first is UNSET else first,
        None if after is UNSET else after,
        None if last is UNSET else last,
        None if before is UNSET else before,
        None if offset is UNSET else offset,
    )
