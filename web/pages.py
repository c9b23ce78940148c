"""Browser pages: the Explorer, GraphiQL, their assets, and a plain page if they have not been built."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from html import escape
from pathlib import Path, PurePath
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.caching import IMMUTABLE, matches
from web.compression import CompressionMiddleware

if TYPE_CHECKING:
    import os

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

# The names of files in this folder contain a hash of the content (assetsDir in ui/vite.config.ts).
STATIC = "static"

# Paths of the Explorer, one HTML file for all. Of one segment each, so that the relative URLs of the page hold below
# any prefix. `/calculator` and `/mine` are reserved for views to come.
EXPLORER_PATHS = ("/", "/runs", "/sweep", "/gpus", "/models", "/model", "/run", "/compare")

# `mimetypes` depends on the machine, which may lack ".woff2" or map JavaScript to text/plain; with `nosniff`, browsers
# then reject the file.
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

_NOT_BUILT = Path(__file__).with_name("not_built.html")
_END_OF_HEAD = "</head>"
_SAFE = "%/?:@!$&'()*+,;=-._~"  # characters of a query string (RFC 3986); clients send others too


def page_routes(dist: Path, *, root_field: str | None) -> list[BaseRoute]:
    """Return the routes of the Explorer and of the assets.

    Args:
        dist: The directory that `npm run build` writes; it may be created while the server runs.
        root_field: The field that nests all fields of the root; None if they are at the root.
    """
    explorer = CompressionMiddleware(BuiltPage(dist / "index.html", root_field=root_field))
    files = HashedFiles(directory=dist / STATIC, check_dir=False)
    return [
        *(Route(path, explorer, methods=["GET"]) for path in EXPLORER_PATHS),  # Starlette adds HEAD
        *(Route(f"{path}/", without_slash, methods=["GET"]) for path in EXPLORER_PATHS if path != "/"),
        Mount(f"/{STATIC}", app=CompressionMiddleware(files), name=STATIC),
    ]


class BuiltPage:
    """A page of the build, or a page with instructions to build it.

    The server states the root field in the page: its queries are the same for every server, and cannot ask for it.

    Args:
        file: The HTML file; it may be created or replaced while the server runs.
        root_field: The field that nests all fields of the root; None if they are at the root.
        negotiated: Whether the URL sends the page only to requests whose `Accept` prefers it.
    """

    def __init__(self, file: Path, *, root_field: str | None, negotiated: bool = False) -> None:
        self._file = file
        self._root_field = root_field
        self._negotiated = negotiated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page, or 304 if the browser has it."""
        try:
            text = self._file.read_text(encoding="utf-8")
        except FileNotFoundError:
            text = _NOT_BUILT.read_text(encoding="utf-8")
        body, tag = _sent(text, self._root_field)
        # `no-cache`, because a page from before an upgrade refers to assets that no longer exist.
        headers = {"Cache-Control": "no-cache", "ETag": tag}
        if_none_match = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
        response: Response
        if matches(if_none_match, tag):
            response = Response(status_code=304, headers=headers)
            response.headers.add_vary_header("Accept-Encoding")  # which the compression adds to a body
        else:
            response = HTMLResponse(body, headers=headers)
        if self._negotiated:
            response.headers.add_vary_header("Accept")
        await response(scope, receive, send)


@lru_cache(maxsize=4)
def _sent(text: str, root_field: str | None) -> tuple[bytes, str]:
    """Return the body of a page and its entity tag: weak, because it stands for all encodings."""
    if root_field is not None:
        meta = f'<meta name="mlenergy-root-field" content="{escape(root_field)}">'
        text = text.replace(_END_OF_HEAD, f"{meta}{_END_OF_HEAD}", 1)
    body = text.encode()
    return body, f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


async def without_slash(request: Request) -> Response:
    """Redirect to the URL without the trailing slash, to which the relative URLs of a page refer.

    The redirect is relative too, and so independent of a proxy's scheme and prefix.
    """
    name = request.scope["path"].rstrip("/").rpartition("/")[2]
    query = quote(request.scope["query_string"], safe=_SAFE)
    return Response(status_code=307, headers={"Location": f"../{name}{'?' if query else ''}{query}"})


class HashedFiles(StaticFiles):
    """Static files whose names change with their content: cached for a year without revalidation."""

    async def check_config(self) -> None:
        """Accept a missing directory: its files are not found until they are built."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the file, or 304, with its cache header and media type."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = IMMUTABLE
        media_type = _MEDIA_TYPES.get(PurePath(full_path).suffix)
        if media_type is not None and "Content-Type" in response.headers:  # a 304 has none
            response.headers["Content-Type"] = media_type
        return response
