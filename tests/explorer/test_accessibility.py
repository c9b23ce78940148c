"""No view has a serious violation that axe-core finds, in light, in dark and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser import DESKTOP, DIST, PHONE
from tests.explorer.addresses import VIEWS, address

if TYPE_CHECKING:
    from tests.browser import Visit, Visits

_AXE = DIST.parent / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] });
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .map(({ id, nodes }) => `${id}: ${nodes.slice(0, 5).map(({ html, failureSummary }) => html + failureSummary)}`);
}"""


def serious_violations(visit: Visit) -> list[str]:
    """Return the serious and critical violations on the page."""
    visit.page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[str] = visit.page.evaluate(_RUN)
    return found


@pytest.mark.parametrize(
    ("kind", "size", "dark"),
    [("llm", DESKTOP, False), ("llm", DESKTOP, True), ("llm", PHONE, False), ("diffusion", DESKTOP, False)],
    ids=["light", "dark", "phone", "diffusion"],
)
@pytest.mark.parametrize("path", VIEWS)
def test_no_serious_violation(
    open_view: Visits, explorer: str, path: str, kind: str, size: tuple[int, int], *, dark: bool
) -> None:
    """As loaded, with the chart and with its table."""
    visit = open_view(explorer, address(explorer, path, kind=kind), size=size, dark=dark, still=True)
    assert serious_violations(visit) == []
    switch = visit.page.get_by_role("button", name="Chart as table")
    if switch.count():
        switch.first.click()
        assert serious_violations(visit) == []
