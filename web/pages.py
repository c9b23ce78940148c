"""Browser pages: GraphiQL and its assets, or a plain page if they have not been built."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.caching import IMMUTABLE
from web.compression import CompressionMiddleware

if TYPE_CHECKING:
    import os

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

# The names of files in this folder contain a hash of the content (assetsDir in ui/vite.config.ts).
STATIC = "static"

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


def page_routes(dist: Path) -> list[BaseRoute]:
    """Return the routes of the assets, and the redirect from `/` to `/graphql`.

    Args:
        dist: The directory that `npm run build` writes; it may be created while the server runs.
    """
    files = HashedFiles(directory=dist / STATIC, check_dir=False)
    return [
        Route("/", _to_graphql, name="root"),
        Mount(f"/{STATIC}", app=CompressionMiddleware(files), name=STATIC),
    ]


class ExplorerPage:
    """GraphiQL, or a page with instructions to build it.

    The page refers to `static/` and the graph by relative URLs, so a URL with a trailing slash is redirected to the one
    without. The redirect is relative too, and so independent of a proxy's scheme and prefix.
    """

    def __init__(self, dist: Path) -> None:
        self._index = dist / "graphiql.html"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page."""
        path: str = scope["path"]
        response: Response
        if path.endswith("/"):
            response = RedirectResponse(f"../{path.rstrip('/').rpartition('/')[2]}", status_code=307)
        else:
            # `Vary`, because the URL also serves queries. `no-cache`, because a page from before an upgrade refers to
            # assets that no longer exist.
            headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
            file = self._index if self._index.is_file() else _NOT_BUILT
            response = FileResponse(file, media_type="text/html", headers=headers)
        await response(scope, receive, send)


def _to_graphql(_: Request) -> Response:
    # Relative, and so independent of a proxy's prefix.
    return RedirectResponse("graphql", status_code=307)


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
