"""Checks of the built site: each reference and anchor resolves, and nothing is loaded from another origin."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from pathlib import Path

# Attributes that make a browser load a file; the `href` of other elements is only followed.
_LOADED = {
    *(("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src")),
    *(("link", "href"), ("object", "data")),
}
_CSS_URL = re.compile(r"""url\(\s*["']?(?!["']?(?:data:|#))([^"')]+)|@import""")


@dataclass
class Page(HTMLParser):
    """The ids and references of a page.

    Args:
        path: The file.
        ids: Values of `id`, and of `name` of anchors.
        references: (element, attribute, value) of each reference, in order.
        styled: Whether an element has a style attribute, which the content security policy of the site forbids.
    """

    path: Path
    ids: set[str] = field(default_factory=set)
    references: list[tuple[str, str, str]] = field(default_factory=list)
    styled: bool = False

    def __post_init__(self) -> None:
        """Read the file."""
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Record what a tag defines and refers to."""
        for name, value in attrs:
            if name == "id" or (tag == "a" and name == "name"):
                self.ids.add(value or "")
            elif name in {"href", "src", "data"}:
                self.references.append((tag, name, value or ""))
            elif name == "style":
                self.styled = True


def problems(site: Path) -> list[str]:
    """Return one line per broken or foreign reference of a built site."""
    pages = {path: Page(path) for path in sorted(site.rglob("*.html"))}
    found = [
        f"{path.relative_to(site)}: {problem}"
        for path, page in pages.items()
        for tag, attribute, value in page.references
        for problem in [_problem(site, pages, page, (tag, attribute), value)]
        if problem
    ]
    found += [f"{path.relative_to(site)}: an element has a style attribute" for path in pages if pages[path].styled]
    for path in sorted(site.rglob("*.css")):
        found += [
            f"{path.relative_to(site)}: loads {url[0]}"
            for url in _CSS_URL.finditer(path.read_text(encoding="utf-8"))
            if not (url[1] and (path.parent / url[1]).is_file())
        ]
    return found


def _problem(site: Path, pages: dict[Path, Page], page: Page, kind: tuple[str, str], value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme or parts.netloc:
        loaded = kind in _LOADED and parts.scheme != "data"
        return f"loads {value} from elsewhere" if loaded else None
    if parts.path.startswith("/"):
        return f"{value} is absolute, and would be wrong below a prefix"
    target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
    if not target.is_relative_to(site.resolve()):
        return f"{value} leaves the site"
    if target.is_dir():
        target /= "index.html"
    if not target.is_file():
        return f"{value} does not exist"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].ids:
        return f"{value}: there is no such heading"
    return None
