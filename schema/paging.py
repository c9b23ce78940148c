"""Paging as every connection has it: the page's own type, and the arguments that cut it."""

from typing import Any

import strawberry
from strawberry import UNSET

from resolvers.connections import Connection
from resolvers.paging import PageArguments


def has_next_page(page: strawberry.Parent[Connection]) -> Any:
    """Say of each page whether rows follow it."""
    return page.has_next_page()


def has_previous_page(page: strawberry.Parent[Connection]) -> Any:
    """Say of each page whether rows precede it."""
    return page.has_previous_page()


def start_cursor(page: strawberry.Parent[Connection]) -> Any:
    """Return the cursor of each page's first row."""
    return page.start_cursor()


def end_cursor(page: strawberry.Parent[Connection]) -> Any:
    """Return the cursor of each page's last row."""
    return page.end_cursor()


@strawberry.federation.type(shareable=True, description="Where a page lies among the rows that it is cut from.")
class PageInfo:
    """Where a page lies."""

    has_next_page = strawberry.field(
        resolver=has_next_page, graphql_type=bool, description="Whether rows follow the page."
    )
    has_previous_page = strawberry.field(
        resolver=has_previous_page, graphql_type=bool, description="Whether rows precede the page."
    )
    start_cursor = strawberry.field(
        resolver=start_cursor, graphql_type=str | None, description="Of the first row; null where there is none."
    )
    end_cursor = strawberry.field(
        resolver=end_cursor, graphql_type=str | None, description="Of the last row; null where there is none."
    )


def page_arguments(
    first: int | None, after: str | None, last: int | None, before: str | None, offset: int | None
) -> PageArguments:
    """Return a connection's page arguments, None for those that were left out."""
    return PageArguments(
        first=None if first is UNSET else first,
        after=None if after is UNSET else after,
        last=None if last is UNSET else last,
        before=None if before is UNSET else before,
        offset=None if offset is UNSET else offset,
    )
