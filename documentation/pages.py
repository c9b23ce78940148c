"""The files of the site: those of docs/, the changelog, and everything that they link to."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path, PurePosixPath

# Fenced blocks and inline code, in which nothing is a link, and the destination of a link or an image.
_LINK = re.compile(r"^```.*?^```|`[^`\n]+`|\]\((?P<path>[^()\s#]*)(?P<anchor>#[^()\s]*)?\)", re.MULTILINE | re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
# Files that are no pages are served as text below this folder.
SOURCES = "source"
CHANGELOG = "CHANGELOG.md"


def gather(root: Path, folder: Path) -> list[Path]:
    """Write the sources of the site into a folder; return the files of the project that it consists of.

    GitHub shows the same Markdown files, with links relative to the checkout. A linked Markdown file outside docs/
    becomes a page, and any other file is copied, so that the site has no link that leaves it and needs no repository's
    address. Links to them are rewritten.

    Raises:
        ValueError: A link leads to a path that does not exist.
    """
    waiting = [root / CHANGELOG, *(path for path in (root / "docs").rglob("*") if path.is_file())]
    seen = set(waiting)
    while waiting:
        path = waiting.pop()
        target = folder / destination(path.relative_to(root))
        target.parent.mkdir(parents=True, exist_ok=True)
        if not is_page(path):
            shutil.copyfile(path, target)
            continue
        text, linked = rewritten(path, root)
        target.write_text(text, encoding="utf-8")
        waiting += linked - seen
        seen |= linked
    return sorted(seen)


def is_page(path: Path) -> bool:
    """Return whether a file is shown as a page; a skill is not, since programs read it."""
    return path.suffix == ".md" and path.name != "SKILL.md"


def destination(path: Path) -> PurePosixPath:
    """Return where a file of the checkout lies among the sources of the site."""
    if path.parts[0] == "docs":
        return PurePosixPath(*path.parts[1:])
    if not is_page(path):
        return PurePosixPath(SOURCES, path.as_posix() + (".txt" if path.suffix == ".md" else ""))
    named = path.parent if path.stem == "README" and len(path.parts) > 1 else path
    return PurePosixPath(named.as_posix().lower()).with_suffix(".md")


def rewritten(path: Path, root: Path) -> tuple[str, set[Path]]:
    """Return a page with its links as they are on the site, and the files that these lead to."""
    linked: set[Path] = set()
    here = destination(path.relative_to(root)).parent

    def link(found: re.Match[str]) -> str:
        written = found["path"]
        if not written or _ELSEWHERE.match(written):
            return found[0]
        target = _file(path, written)
        linked.add(target)
        relative = os.path.relpath(destination(target.relative_to(root)), here)
        return f"]({relative}{found['anchor'] or ''})"

    return _LINK.sub(link, path.read_text(encoding="utf-8")), linked


def _file(page: Path, written: str) -> Path:
    """Return the file that a link leads to: of a folder, its README."""
    target = (page.parent / written).resolve()
    if target.is_dir():
        target /= "README.md"
    if not target.is_file():
        raise ValueError(f"{page}: the link to {written} leads to no file")
    return target
