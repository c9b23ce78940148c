"""The documentation site at `/docs`: the pages that `make docs` builds."""

from __future__ import annotations

import os
import re
from http import HTTPStatus
from pathlib import PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.caching import IMMUTABLE
from web.compression import CompressionMiddleware

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import Scope

DOCS_PATH = "/docs"

_NOT_BUILT = """The documentation site is not built.

Run this command in the project directory, and reload the page:

    make docs

The same pages are Markdown files in the folder docs/ of the project.
"""
_NOT_FOUND = "The documentation has no such page. Its first page is docs/ below the address of the server.\n"

# Not from `mimetypes`, which depends on the machine. Copied sources, which the pages link to, are text.
_MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_TEXT = "text/plain; charset=utf-8"
_SOURCES = "source"
_HASHED_NAME = re.compile(r"\.[0-9a-f]{8}\.min\.(js|css)$")

# Written by `make docs`: stricter than the policy of the other pages, and dependent on the theme's inline scripts.
_POLICY_FILE = ".content-security-policy"


def documentation_routes(site: Path) -> list[BaseRoute]:
    """Return the routes of the documentation.

    Args:
        site: The directory that `make docs` writes; it may be created while the server runs.
    """
    return [
        Route(DOCS_PATH, _to_first_page),
        Mount(DOCS_PATH, app=CompressionMiddleware(DocumentationPages(site))),
    ]


def _to_first_page(request: Request) -> Response:
    return _to_directory(request.scope)


def _to_directory(scope: Scope) -> Response:
    """Redirect to the URL with a slash, which a page's relative links need; relatively, as a proxy may add a prefix."""
    path: str = scope["path"]
    return RedirectResponse(f"{quote(path.rpartition('/')[2])}/", status_code=307)


class DocumentationPages(StaticFiles):
    """Pages in directories, each as its `index.html`, with their assets.

    Args:
        site: The directory of the pages.
    """

    def __init__(self, site: Path) -> None:
        super().__init__(directory=site, html=True, check_dir=False)
        self._site = site

    async def check_config(self) -> None:
        """Accept a missing directory."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a page or an asset, a redirect to the directory of a page, or 404 with a plain message."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != HTTPStatus.NOT_FOUND:
                raise
            built = (self._site / "index.html").is_file()
            return PlainTextResponse(_NOT_FOUND if built else _NOT_BUILT, status_code=HTTPStatus.NOT_FOUND)
        return _to_directory(scope) if isinstance(response, RedirectResponse) else response

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file, or 304, with its cache header, media type and content security policy."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        path = PurePath(full_path)
        # `no-cache`: pages are revalidated by their `ETag`, because they refer to assets that a new build replaces.
        response.headers["Cache-Control"] = IMMUTABLE if _HASHED_NAME.search(path.name) else "no-cache"
        if "Content-Type" in response.headers:  # a 304 has none
            is_source = _SOURCES in path.relative_to(os.path.realpath(self._site)).parts
            response.headers["Content-Type"] = _TEXT if is_source else _MEDIA_TYPES.get(path.suffix, _TEXT)
            if path.suffix == ".html":
                response.headers.update(self._policy())
        return response

    def _policy(self) -> dict[str, str]:
        """Return the policy of the pages as a header; none, and so that of the other pages, if the file is missing."""
        try:
            policy = (self._site / _POLICY_FILE).read_text(encoding="ascii")
        except OSError:
            return {}
        return {"Content-Security-Policy": " ".join(policy.split())}
