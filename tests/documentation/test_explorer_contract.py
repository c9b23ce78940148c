"""docs/explorer.md lists the routes and URL parameters that the Explorer has."""

from __future__ import annotations

import re

from tests.server_process import ROOT

PAGE = (ROOT / "docs" / "explorer.md").read_text(encoding="utf-8").partition("## Routes and URL parameters")[2]
SOURCE = (ROOT / "ui" / "src" / "explorer" / "state" / "routes.ts").read_text(encoding="utf-8")


def quoted(text: str) -> list[str]:
    """Return the texts in single quotes."""
    return re.findall(r"'([^']*)'", text)


def test_the_page_lists_the_parameters_of_each_route() -> None:
    """Each path with its own parameters, in no order."""
    routes = re.findall(r"route\('([^']*)', (?:'[^']*'|null), \[([^\]]*)\]", SOURCE)
    rows = re.findall(r"^\| `(/\w*)` \| (.*) \|$", PAGE, re.MULTILINE)
    # In brackets are the values of a parameter.
    documented = {path: set(re.findall(r"`(\w+)`", re.sub(r"\([^)]*\)", "", cell))) for path, cell in rows}
    assert len(routes) == 8
    assert documented == {path: set(quoted(own)) for path, own in routes}


def test_the_page_lists_the_shared_parameters() -> None:
    """Those that every page has, and no others."""
    shared = re.search(r"SHARED: readonly Parameter\[\] = \[(.*?)\]", SOURCE)
    assert shared
    assert re.findall(r"^\| `(\w+)` \| .* \| .* \|$", PAGE, re.MULTILINE) == quoted(shared[1])


def test_the_page_names_the_reserved_paths() -> None:
    """And the pages without filters."""
    reserved = re.search(r"RESERVED_PATHS = \[(.*?)\]", SOURCE)
    assert reserved
    assert f"{' and '.join(f'`{path}`' for path in quoted(reserved[1]))} are reserved." in PAGE
    unfiltered = re.findall(r"route\('([^']*)'[^\n]*, false\)", SOURCE)
    named = re.search(r"All pages but (.*?)\s+take them", PAGE, re.DOTALL)
    assert named
    assert set(re.findall(r"`(/\w+)`", named[1])) == set(unfiltered)
