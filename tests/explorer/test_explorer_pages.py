"""Every view of the Explorer: opens from its address, asks only its own origin, and fits a phone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser import DESKTOP
from tests.explorer.addresses import VIEWS, address

if TYPE_CHECKING:
    from tests.browser import Visits


@pytest.mark.parametrize("source", ["explorer", "published"])
@pytest.mark.parametrize("kind", ["llm", "diffusion"])
@pytest.mark.parametrize("size", [DESKTOP], ids=["desktop"])
def test_every_view_opens(
    open_view: Visits, request: pytest.FixtureRequest, source: str, kind: str, size: tuple[int, int]
) -> None:
    """With a heading, no complaint of the browser, no request to another origin, and no horizontal scrolling."""
    base: str = request.getfixturevalue(source)
    visit = open_view(base, address(base, "/", kind=kind), size=size)
    for path in VIEWS:
        visit.open(address(base, path, kind=kind))
        visit.page.locator("h1").wait_for()
        assert visit.complaints == [], path
        assert visit.overflow <= 0, path
        assert not visit.page.get_by_role("alert").count(), path
    assert [url for url in visit.requests if not url.startswith((f"{base}/", "data:"))] == []


def test_the_bundle_of_graphiql_is_not_loaded(open_view: Visits, explorer: str) -> None:
    """No view of the Explorer loads the editor."""
    visit = open_view(explorer)
    for path in VIEWS:
        visit.open(address(explorer, path, kind="llm"))
    assert [url for url in visit.requests if re.search("graphiql|monaco|/graphql-", url)] == []
