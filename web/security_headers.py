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

# A worker runs under the policy of its own script, so scripts have the policy too.
_POLICED_TYPES = (b"text/html", b"text/javascript")


class SecurityHeaders:
    """Security headers of all responses; a header that the application sets itself is not replaced.

    HTML and scripts also get `Content-Security-Policy`, and HTML `Cross-Origin-Opener-Policy`. A proxy that terminates
    TLS sets `Strict-Transport-Security`.

    Args:
        policy: Content security policy: sources by directive.
    """

    def __init__(self, policy: Mapping[str, str] = PAGE_POLICY) -> None:
        self.always: tuple[Header, ...] = (
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"DENY"),  # for browsers without frame-ancestors
        )
        text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
        self.policed: tuple[Header, ...] = (*self.always, (b"content-security-policy", text.encode("ascii")))
        self.html: tuple[Header, ...] = (*self.policed, (b"cross-origin-opener-policy", b"same-origin"))

    def missing(self, own: Mapping[bytes, bytes]) -> list[Header]:
        """Return the headers that a response with these headers lacks."""
        content_type = own.get(b"content-type", b"")
        if content_type.startswith(b"text/html"):
            wanted = self.html
        elif content_type.startswith(_POLICED_TYPES):
            wanted = self.policed
        else:
            wanted = self.always
        return [(name, value) for name, value in wanted if name not in own]
