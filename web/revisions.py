"""The revision that a request may name, whole or by its first characters."""

from __future__ import annotations

from errors import RequestRefused, shown

# As many hexadecimal digits tell any two revisions apart, and a paper has room for them.
SHORTEST_PREFIX = 12


def check_revision(named: str | None, served: str) -> None:
    """Refuse a request for other data than is served: a citation must not silently give other numbers.

    Args:
        named: The revision that the request names: whole, or 12 or more of its first characters; None for any.
        served: The revision that is served.

    Raises:
        RequestRefused: Another revision was named (412), or too few characters to tell which (400).
    """
    if named is None or named == served:
        return
    if not served.startswith(named):
        raise RequestRefused(
            412,
            f"revision {shown(named)} was asked for, and {served} is served; leave `revision` out to ask that one.",
        )
    if len(named) < SHORTEST_PREFIX:
        raise RequestRefused(
            400,
            f"revision {named!r} is {len(named)} characters long; allowed: the whole revision, or at least its first "
            f"{SHORTEST_PREFIX} characters.",
        )
