"""The content security policy of the built site: no origin but its own, and no inline code but that of the theme."""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The server sends the text of this file with every page (web/documentation.py).
POLICY_FILE = ".content-security-policy"

# The theme has short inline scripts, which restore the colour scheme before the page is drawn, and its search adds one
# style element to a shadow root. Each is allowed by its hash, so that neither needs 'unsafe-inline'. The theme's script
# can also load Mermaid, Pyodide and others from a CDN; no page uses them, and 'self' prevents it.
_POLICY = {
    "default-src": "'none'",
    "img-src": "'self' data:",  # icons of the style sheet are data: URLs
    "connect-src": "'self'",  # the search index
    "worker-src": "'self'",  # the search
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}

_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<code>.*?)</script>", re.DOTALL)
_NOT_INLINE = re.compile(r"\bsrc=|\btype=\"application/json\"")
_SHADOW_STYLE = re.compile(r'attachShadow\(\{mode:"open"\}\);\w+\.appendChild\(\w+\("style",\{\},(\w+)\.toString\(\)\)')


def policy(site: Path) -> str:
    """Return the policy for all pages of a site.

    Raises:
        ValueError: The theme's script is not the one whose style element this function knows how to find.
    """
    scripts = {
        _hash(script["code"])
        for page in site.rglob("*.html")
        for script in _SCRIPT.finditer(page.read_text(encoding="utf-8"))
        if not _NOT_INLINE.search(script["attributes"])
    }
    allowed = {
        **_POLICY,
        "script-src": " ".join(["'self'", *sorted(scripts)]),
        "style-src": f"'self' {_hash(_search_style(site))}",
    }
    return "; ".join(f"{directive} {sources}" for directive, sources in allowed.items())


def _search_style(site: Path) -> str:
    """Return the text of the style element that the search adds: a string of the theme's script without escapes."""
    for bundle in site.glob("assets/javascripts/bundle.*.js"):
        code = bundle.read_text(encoding="utf-8")
        if name := _SHADOW_STYLE.search(code):
            style = re.search(rf"\b{re.escape(name[1])}='([^'\\]*)'", code)
            if style:
                return style[1]
    raise ValueError("the style of the search was not found in the theme's script; see documentation/policy.py")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
