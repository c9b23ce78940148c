"""Relative links in the documentation lead to files and headings that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/*/README.md")]

_WORKFLOW = re.compile(r"\.\./\.\./actions/workflows/([\w.-]+\.yml)(?:/badge\.svg)?")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")


def links(path: Path) -> list[tuple[str, str]]:
    """Return (file, anchor) of each relative link outside code; either may be empty."""
    text = re.sub(r"^```.*?^```|`[^`\n]+`", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return _LINK.findall(text)


def anchors(path: Path) -> set[str]:
    """Return the anchors that GitHub gives the headings of a page."""
    text = re.sub(r"^```.*?^```", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def is_workflow(file: str) -> bool:
    """Return whether a link leads to a workflow of this checkout, as GitHub resolves it on a repository's page."""
    found = _WORKFLOW.fullmatch(file)
    return found is not None and (ROOT / ".github" / "workflows" / found[1]).is_file()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_to_files_and_headings(path: Path) -> None:
    """Each link names an existing file or folder, and an anchor names one of its headings."""
    broken = [
        f"{file}#{anchor}"
        for file, anchor in links(path)
        if not is_workflow(file)
        for target in [(path.parent / file) if file else path]
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]

    assert broken == []
