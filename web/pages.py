"""Browser pages: GraphiQL and its assets, or a plain page if they have not been built."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from web.caching import IMMUTABLE

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

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
<p>The server is running, but the query editor of this page has not been built.</p>
<h2>Build the editor</h2>
<p>Install Node&nbsp;20.19 or later, run this command in the project directory, and reload the page:</p>
<pre><code>make ui</code></pre>
<h2>Query without it</h2>
<p>Send GraphQL by POST to the address of this page, for example:</p>
<pre><code>curl http://localhost:8000/graphql \\
  -H 'Content-Type: application/json' \\
  -d '{"query": "{ models(first: 3) { nodes { nickname } } }"}'</code></pre>
</body>
</html>
"""


def page_routes(dist: Path) -> list[BaseRoute]:
    """Return the routes of the assets, and the redirect from `/` to `/graphql`.

    Args:
        dist: The directory that `npm run build` writes; it may be created while the server runs.
    """
    return [
        Route("/", _to_graphql, name="root"),
        Mount(f"/{STATIC}", app=HashedFiles(directory=dist / STATIC, check_dir=False), name=STATIC),
    ]


def explorer_page(dist: Path) -> Response:
    """Return GraphiQL, or a page with instructions to build it.

    The page refers to `static/` by a relative URL, so its own URL must be `/graphql` after any prefix.
    """
    # `Vary`, because the URL also serves queries. `no-cache`, because a page from before an upgrade refers to assets
    # that no longer exist.
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    index = dist / "index.html"
    if index.is_file():
        return FileResponse(index, media_type="text/html", headers=headers)
    return HTMLResponse(_NOT_BUILT, headers=headers)


def explorer_app(dist: Path) -> ASGIApp:
    """Return the application for the page.

    It redirects from a URL with a trailing slash, because the page refers to assets and graph by relative URLs. The
    redirect is relative too, and so independent of a proxy's scheme and prefix.
    """

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        response: Response = explorer_page(dist)
        if path.endswith("/"):
            response = RedirectResponse(f"../{path.rstrip('/').rpartition('/')[2]}", status_code=307)
        await response(scope, receive, send)

    return page


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
