"""Report of the search for the worst query: a Markdown table, and the whole queries as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from benchmarks.report import RESULTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.worst_client import Executed

_ROWS = 10
_SIGNIFICANT_MS = 20.0
_SHOWN_CHARACTERS = 140
_ORDERS: dict[str, Callable[[Executed], float]] = {
    "blocking": lambda each: each.blocking_ms,
    "length of the answer": lambda each: each.megabytes,
    "memory": lambda each: each.resident_mb,
    "CPU time per unit of cost": lambda each: each.cpu_ms / each.cost if each.cpu_ms > _SIGNIFICANT_MS else 0,
}


def worst(executed: Sequence[Executed], by: str) -> list[Executed]:
    """Return the worst query of each kind, worst first."""
    of_kind: dict[str, Executed] = {}
    for each in sorted(executed, key=_ORDERS[by]):
        of_kind[each.query.kind] = each
    return sorted(of_kind.values(), key=_ORDERS[by], reverse=True)


def markdown(executed: Sequence[Executed]) -> Iterator[str]:
    """Yield the lines of a table for each order."""
    for by in _ORDERS:
        yield f"The ten worst by {by}, one per kind of field:"
        yield "| kind | cost | blocking, ms | CPU of its thread, ms | answer, MB | resident, MB | encoding | query |"
        yield "|---|---|---|---|---|---|---|---|"
        yield from (_row(each) for each in worst(executed, by)[:_ROWS])


def write_queries(executed: Sequence[Executed], *, seed: int) -> Path:
    """Write the worst queries of each kind and return the path."""
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"worst-{seed}.json"
    found = {by: [asdict(each) for each in worst(executed, by)] for by in _ORDERS}
    file.write_text(json.dumps({"seed": seed, **found}, indent=1) + "\n")
    return file


def _row(each: Executed) -> str:
    query = each.query
    text = query.text if len(query.text) <= _SHOWN_CHARACTERS else f"{query.text[:_SHOWN_CHARACTERS]}…"
    length = len(query.text) + (len(json.dumps(query.variables)) if query.variables else 0)
    numbers = (
        f"{each.cost:,} | {each.blocking_ms:,.0f} | {each.cpu_ms:,.0f} | {each.megabytes:.1f} | {each.resident_mb:,.0f}"
    )
    return f"| {query.kind} | {numbers} | {query.encoding} | `{text}` ({length:,} bytes) |"
