"""docs/explorer.md names the reserved paths and the pages without filters; tests/explorer has the parameters."""

from __future__ import annotations

import re

from tests.server_process import ROOT

PAGE = (ROOT / "docs" / "explorer.md").read_text(encoding="utf-8").partition("## Routes and URL parameters")[2]
SOURCE = (ROOT / "ui" / "src" / "explorer" / "state" / "routes.ts").read_text(encoding="utf-8")


def quoted(text: str) -> list[str]:
    """Return the texts in single quotes."""
    return re.findall(r"'([^']*)'", text)


def test_the_page_names_the_reserved_paths() -> None:
    """And the pages that take no filters."""
    reserved = re.search(r"RESERVED_PATHS = \[(.*?)\]", SOURCE)
    assert reserved
    assert f"{' and '.join(f'`{path}`' for path in quoted(reserved[1]))} are reserved." in PAGE
    unfiltered = re.findall(r"route\('([^']*)'[^\n]*, false\)", SOURCE)
    named = re.search(r"All pages but (.*?)\s+take them", PAGE, re.DOTALL)
    assert named
    assert set(re.findall(r"`(/\w+)`", named[1])) == set(unfiltered)
