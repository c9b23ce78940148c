"""GraphiQL's page has no serious violation that axe-core finds and that is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import DESKTOP, DIST, PHONE

if TYPE_CHECKING:
    from tests.web.graphiql_page import Editors

_AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
# Monaco's syntax colours, and GraphiQL's tabs, which contain buttons: without the panes, the rest must have none.
_RUN = """async () => {
  const page = { exclude: ['.monaco-editor', '.graphiql-tab'] };
  const { violations } = await axe.run(page, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map(({ html, failureSummary }) => html + failureSummary)}`);
}"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_graphiql_has_no_serious_violation(open_editor: Editors, size: tuple[int, int], *, dark: bool) -> None:
    """With warnings in the banner, the notice of a link, a response, and the list of examples."""
    editor = open_editor("/graphql?query={__typename}&revision=abcdef012345", size=size, dark=dark)
    editor.page.evaluate(_AXE.read_text(encoding="utf-8"))
    assert editor.page.evaluate(_RUN) == []
    editor.run()
    editor.show("Example queries")
    assert editor.page.evaluate(_RUN) == []
