"""Security headers: content policy, framing and type sniffing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    # Monaco creates <style> elements and style attributes at run time; with 'self' alone it loses colours and guides.
    # Under this policy a style runs no code and loads nothing from other origins.
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self' data:",  # GraphiQL embeds its fonts in the style sheet
    "img-src": "'self' data:",  # Monaco embeds its squiggles too
    "connect-src": "'self'",
    "worker-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}

Header = tuple[bytes, bytes]

_ALWAYS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),  # for browsers without frame-ancestors
)
_POLICY = "; ".join(f"{directive} {sources}" for directive, sources in PAGE_POLICY.items()).encode()
_POLICED: tuple[Header, ...] = (*_ALWAYS, (b"content-security-policy", _POLICY))
_HTML: tuple[Header, ...] = (*_POLICED, (b"cross-origin-opener-policy", b"same-origin"))
# A worker runs under the policy of its own script, so scripts have the policy too.
_POLICED_TYPES = (b"text/html", b"text/javascript")


def missing_headers(own: Mapping[bytes, bytes]) -> list[Header]:
    """Return the security headers that a response with these headers lacks.

    A proxy that terminates TLS sets `Strict-Transport-Security`.
    """
    content_type = own.get(b"content-type", b"")
    if content_type.startswith(b"text/html"):
        wanted = _HTML
    elif content_type.startswith(_POLICED_TYPES):
        wanted = _POLICED
    else:
        wanted = _ALWAYS
    return [(name, value) for name, value in wanted if name not in own]
