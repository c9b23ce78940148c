"""The documentation site: its pages, its links, and what the build refuses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from documentation.__main__ import build
from documentation.links import problems
from documentation.pages import destination, gather, is_page, rewritten
from tests.server_process import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CONFIGURATION = '[project]\nsite_name = "Small"\ndocs_dir = "docs"\nsite_dir = "site"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with one page."""
    root = tmp_path / "checkout"
    (root / "docs").mkdir(parents=True)
    (root / "zensical.toml").write_text(f"{CONFIGURATION}[project.theme]\nfont = false\n", encoding="utf-8")
    (root / "CHANGELOG.md").write_text("# Changelog\n", encoding="utf-8")
    (root / "program.py").write_text("print()\n", encoding="utf-8")
    (root / "docs" / "index.md").write_text("# Small\n\n## Part one\n", encoding="utf-8")
    return root


def page(root: Path, text: str) -> None:
    """Append a paragraph to the page."""
    path = root / "docs" / "index.md"
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{text}\n", encoding="utf-8")


def test_every_page_of_the_project_is_on_the_site(built_site: Path) -> None:
    """All Markdown files of docs/, the changelog and CONTRIBUTING.md."""
    sources = [*(ROOT / "docs").rglob("*.md"), ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
    for source in sources:
        path = destination(source.relative_to(ROOT)).with_suffix("")
        folder = path.parent if path.name in {"index", "README"} else path
        assert (built_site / folder / "index.html").is_file(), source


def test_the_navigation_leads_to_every_page_of_docs(built_site: Path) -> None:
    """A page that is in no navigation is found by nobody; decisions are reached from their index."""
    navigation = set(re.findall(r'href="\./([^"#]*)"', (built_site / "index.html").read_text(encoding="utf-8")))
    pages = {f"{path.stem}/" for path in (ROOT / "docs").glob("*.md")} - {"index/"}
    assert pages | {"adr/", "changelog/", "contributing/"} <= navigation


def test_no_page_loads_anything_from_another_origin(built_site: Path) -> None:
    """Neither pages nor style sheets refer to another origin; the theme has no web font."""
    assert problems(built_site) == []
    assert "fonts.googleapis" not in "".join(path.read_text(encoding="utf-8") for path in built_site.rglob("*.html"))


def test_a_link_out_of_docs_leads_to_a_copy(checkout: Path) -> None:
    """To a page for Markdown, and to the text of any other file; code is no link."""
    page(checkout, "[changes](../CHANGELOG.md#changelog) [code](../program.py) `[x](../nothing.md)`")
    text, linked = rewritten(checkout / "docs" / "index.md", checkout)
    assert "[changes](changelog.md#changelog) [code](source/program.py) `[x](../nothing.md)`" in text
    assert linked == {checkout / "CHANGELOG.md", checkout / "program.py"}
    assert build(checkout, checkout / "site") == []
    assert (checkout / "site" / "source" / "program.py").read_text(encoding="utf-8") == "print()\n"


def test_a_link_to_no_file_is_refused(checkout: Path) -> None:
    """The message names the page and the link."""
    page(checkout, "[gone](../gone.py)")
    with pytest.raises(ValueError, match=r"index\.md: the link to \.\./gone\.py leads to no file"):
        build(checkout, checkout / "site")


def test_a_link_to_no_heading_is_refused(checkout: Path) -> None:
    """An anchor must exist; that of an existing heading is accepted."""
    page(checkout, "[part](#part-one)")
    assert build(checkout, checkout / "site") == []
    page(checkout, "[other](#part-two)")
    (found,) = build(checkout, checkout / "site")
    assert "anchor" in found


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ('<a href="../../elsewhere">x</a>', "../../elsewhere leaves the site"),
        ('<a href="/graphql">x</a>', "/graphql is absolute, and would be wrong below a prefix"),
        ('<a href="nothing/">x</a>', "nothing/ does not exist"),
        ('<a href="#nothing">x</a>', "#nothing: there is no such heading"),
        ('<img src="https://example.org/x.png">', "loads https://example.org/x.png from elsewhere"),
        ('<script src="//example.org/x.js"></script>', "loads //example.org/x.js from elsewhere"),
        ('<p style="color: red">x</p>', "an element has a style attribute"),
    ],
)
def test_a_problem_of_the_built_html_is_found(tmp_path: Path, html: str, problem: str) -> None:
    """Independent of the checks of the site generator."""
    (tmp_path / "index.html").write_text(f"<h1 id='here'>x</h1><a href='#here'>x</a>{html}", encoding="utf-8")
    assert problems(tmp_path) == [f"index.html: {problem}"]


@pytest.mark.parametrize("rule", ["@import 'x.css';", "p { background: url(https://example.org/x.png) }"])
def test_a_style_sheet_that_loads_something_is_found(tmp_path: Path, rule: str) -> None:
    """Embedded images are accepted."""
    (tmp_path / "page.css").write_text("p { background: url(data:image/png;base64,AA==) }", encoding="utf-8")
    assert problems(tmp_path) == []
    (tmp_path / "page.css").write_text(rule, encoding="utf-8")
    assert len(problems(tmp_path)) == 1


def test_a_failed_build_leaves_the_site_as_it_is(checkout: Path) -> None:
    """A server goes on with the last pages that were complete."""
    site = checkout / "site"
    assert build(checkout, site) == []
    before = (site / "index.html").read_text(encoding="utf-8")
    page(checkout, "[other](#part-two)")
    assert build(checkout, site)
    assert (site / "index.html").read_text(encoding="utf-8") == before


def test_a_skill_is_a_file_and_no_page(tmp_path: Path) -> None:
    """Programs read skills; a browser shows them as text."""
    skill = next(path for path in gather(ROOT, tmp_path) if path.name == "SKILL.md")
    assert not is_page(skill)
    assert destination(skill.relative_to(ROOT)).suffix == ".txt"
