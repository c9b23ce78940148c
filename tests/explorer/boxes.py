"""Boxes of elements on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Letters do not fill their boxes: texts that share less than this are apart.
_OVERLAPPING = """texts => {
  const boxes = texts
    .filter((text) => text.textContent.trim() !== '')
    .map((text) => [text.textContent, text.getBoundingClientRect()]);
  const shared = (a, b, start, end) => Math.min(a[end], b[end]) - Math.max(a[start], b[start]);
  return boxes.flatMap(([one, a], index) => boxes.slice(index + 1)
    .filter(([, b]) => shared(a, b, 'left', 'right') > 1 && shared(a, b, 'top', 'bottom') > 2)
    .map(([other]) => [one, other]));
}"""


def overlapping_texts(page: Page, selector: str) -> list[list[str]]:
    """Return the pairs of texts whose boxes overlap."""
    found: list[list[str]] = page.locator(selector).evaluate_all(_OVERLAPPING)
    return found
