"""Check of the revision that a request may name, in full or by a prefix."""

from __future__ import annotations

from errors import RequestRefused, shown

# A prefix of 12 hexadecimal digits identifies a revision, and fits into a paper.
MIN_PREFIX = 12


def check_revision(named: str | None, served: str) -> None:
    """Reject a request for another revision, so that a citation never silently gives other numbers.

    Args:
        named: The revision in the request, or a prefix of at least 12 characters; None for any.
        served: The revision that is served.

    Raises:
        RequestRefused: The request names another revision (412), or too short a prefix (400).
    """
    if named is None or named == served:
        return
    if not served.startswith(named):
        raise RequestRefused(
            412, f"Revision {shown(named)} is not served; served: {served}. Omit `revision` to query that one."
        )
    if len(named) < MIN_PREFIX:
        raise RequestRefused(
            400,
            f"Revision {named!r} has {len(named)} characters; allowed: the full revision or a prefix of at least "
            f"{MIN_PREFIX} characters.",
        )
