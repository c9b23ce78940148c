"""The browser pages: the built GraphiQL page and its assets, or a plain page where they have not been built."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

# Every name that Vite writes into this folder carries a hash of the content (ui/vite.config.ts, assetsDir).
STATIC = "static"
_IMMUTABLE = "public, max-age=31536000, immutable"

# Stated here because `mimetypes` asks the machine, which may know no ".woff2" or call JavaScript text/plain; with
# `nosniff` a browser then refuses it.
_MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
}

_NOT_BUILT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The ML.ENERGY graph</title>
<link rel="icon" href="data:,">
<style>
body { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; font: 1rem/1.6 system-ui, sans-serif; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid; border-radius: 6px; }
</style>
</head>
<body>
<h1>The ML.ENERGY graph</h1>
<p>The graph is being served; the query editor that belongs on this page has not been built.</p>
<h2>To get the editor</h2>
<p>Install Node&nbsp;20.19 or newer, then run this in the project's folder and reload the page:</p>
<pre><code>make ui</code></pre>
<h2>To query without it</h2>
<p>Send GraphQL by POST to this page's own address, for instance:</p>
<pre><code>curl http://localhost:8000/graphql \\
  -H 'Content-Type: application/json' \\
  -d '{"query": "{ models(first: 3) { nodes { nickname } } }"}'</code></pre>
</body>
</html>
"""


def page_routes(dist: Path) -> list[BaseRoute]:
    """Routes of everything about the pages but the page itself: the assets, and `/` leading to `/graphql`.

    Args:
        dist: The folder that `npm run build` writes; it may be missing, and may appear while the server runs.
    """
    return [
        Route("/", _to_graphql, name="root"),
        Mount(f"/{STATIC}", app=HashedFiles(directory=dist / STATIC, check_dir=False), name=STATIC),
    ]


def explorer_page(dist: Path) -> Response:
    """The answer to a browser that opens the graph's address: GraphiQL, or how to get it where it is not built.

    The page refers to its assets relatively, so it belongs beside `/static`: at `/graphql`, whatever stands before.

    Args:
        dist: The folder that `npm run build` writes.
    """
    # The address also answers queries, by `Accept`; and a page kept past an upgrade asks for assets that are gone.
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    index = dist / "index.html"
    if index.is_file():
        return FileResponse(index, media_type="text/html", headers=headers)
    return HTMLResponse(_NOT_BUILT, headers=headers)


def explorer_app(dist: Path) -> ASGIApp:
    """Return the application that answers a browser with the page.

    With a slash behind the graph's address it redirects to the address without, since the page finds its assets and the
    graph relative to that. The redirect is relative, so that it keeps the scheme and a proxy's prefix.
    """

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        response: Response = explorer_page(dist)
        if path.endswith("/"):
            response = RedirectResponse(f"../{path.rstrip('/').rpartition('/')[2]}", status_code=307)
        await response(scope, receive, send)

    return page


def _to_graphql(_: Request) -> Response:
    # Relative, so that it holds below a proxy's prefix.
    return RedirectResponse("graphql", status_code=307)


class HashedFiles(StaticFiles):
    """Static files whose names change with their content: kept for a year and never asked for again."""

    async def check_config(self) -> None:
        """Accepts a folder that is not there: its files are simply not found until they are built."""

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file (or 304), with its caching and the type that its name says."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = _IMMUTABLE
        media_type = _MEDIA_TYPES.get(PurePath(full_path).suffix)
        if media_type is not None and "Content-Type" in response.headers:  # a 304 has none
            response.headers["Content-Type"] = media_type
        return response
