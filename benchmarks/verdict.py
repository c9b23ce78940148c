"""How the tables say whether a target is reached."""

from __future__ import annotations

TIMES = "×"  # noqa: RUF001 - the multiplication sign is meant


def verdict(*, ok: bool, missed: str) -> str:
    """Return the last cell of a row: ok, or on which side the target was missed."""
    return "[green]ok[/green]" if ok else f"[red]{missed}[/red]"
