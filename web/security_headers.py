"""Headers that keep a page from being framed, sniffed, or made to run or reach what is not ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


PAGE_POLICY: Mapping[str, str] = {
    "default-src": "'none'",
    "script-src": "'self'",
    # Monaco writes <style> elements and style attributes of its own, whose text is not known beforehand: with 'self'
    # alone it loses its colours and guides. Under this policy a style runs nothing and fetches nothing from elsewhere.
    "style-src": "'self' 'unsafe-inline'",
    "font-src": "'self' data:",  # GraphiQL's fonts stand in its style sheet
    "img-src": "'self' data:",  # so do Monaco's squiggles
    "connect-src": "'self'",
    "worker-src": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "form-action": "'none'",
}

Header = tuple[bytes, bytes]

# A worker runs under the policy that its own script came with, so scripts carry it as documents do.
_POLICED_TYPES = (b"text/html", b"text/javascript")


class SecurityHeaders:
    """The headers below; one that an app has set itself stays as it is.

    Every answer gets `X-Content-Type-Options`, `Referrer-Policy` and `X-Frame-Options`; HTML and scripts also get
    `Content-Security-Policy`, and HTML `Cross-Origin-Opener-Policy`. `Strict-Transport-Security` is left to whatever
    ends TLS in front of this server.

    Args:
        policy: Content security policy, directive to sources.
    """

    def __init__(self, policy: Mapping[str, str] = PAGE_POLICY) -> None:
        self.always: tuple[Header, ...] = (
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"DENY"),  # frame-ancestors, for browsers that do not know it
        )
        text = "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
        self.policed: tuple[Header, ...] = (*self.always, (b"content-security-policy", text.encode("ascii")))
        self.html: tuple[Header, ...] = (*self.policed, (b"cross-origin-opener-policy", b"same-origin"))

    def missing(self, own: Mapping[bytes, bytes]) -> list[Header]:
        """Return the headers that an answer with these of its own lacks."""
        content_type = own.get(b"content-type", b"")
        if content_type.startswith(b"text/html"):
            wanted = self.html
        elif content_type.startswith(_POLICED_TYPES):
            wanted = self.policed
        else:
            wanted = self.always
        return [(name, value) for name, value in wanted if name not in own]
