"""Our server beside others, as a table and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.table import Table

from benchmarks.comparisons import Missing
from benchmarks.verdict import TIMES, verdict

if TYPE_CHECKING:
    from rich.console import Console

    from benchmarks.comparisons import Comparison
    from benchmarks.load import Shape
    from benchmarks.over_http import OverHTTP
    from benchmarks.source import Source


def show_over_http(measured: OverHTTP, source: Source, shape: Shape, console: Console) -> None:
    """Print the table, and below it why a server is missing."""
    load = f"{shape.connections} connections, {shape.rounds} rounds of {shape.seconds} s in turns"
    table = Table(
        title=f"Requests/s on {source.title}",
        caption=f"{load}; variables never repeat, documents do, but for first requests; ratios are round by round",
    )
    table.add_column("what is asked")
    table.add_column(f"runs {TIMES} fields")
    table.add_column("ours", justify="right")
    table.add_column("beside")
    for name in ("theirs", "ratio", "its rounds", "target"):
        table.add_column(name, justify="right")
    table.add_column("")
    last = ""
    for entry in measured.compared:
        if entry.measure.name != last:
            table.add_section()
        last = entry.measure.name
        table.add_row(*_missing_row(entry) if isinstance(entry, Missing) else _row(entry))
    console.print(table)
    for name, why in measured.without.items():
        console.print(f"{name} was not measured: {why}", markup=False, highlight=False)


def _row(entry: Comparison) -> tuple[str, ...]:
    # Ratios near 1 need their second digit.
    digits = 1 if entry.target > 2 else 2  # noqa: PLR2004 - where one digit stops to tell enough
    return (
        f"{entry.measure.title}{entry.measure.workload.title}",
        f"{entry.rows} {TIMES} {len(entry.measure.workload.fields)}",
        f"{entry.ours_per_second:,.1f}",
        entry.peer,
        f"{entry.theirs_per_second:,.1f}",
        f"{entry.ratio:.{digits}f}{TIMES}",
        f"{min(entry.ratios):.{digits}f} to {max(entry.ratios):.{digits}f}",
        f"≥ {entry.target:g}{TIMES}",
        verdict(ok=entry.ratio >= entry.target, missed="below"),
    )


def _missing_row(entry: Missing) -> tuple[str, ...]:
    title = f"{entry.measure.title}{entry.measure.workload.title}"
    return title, "", "", entry.peer, "", "", "", f"≥ {entry.target:g}{TIMES}", "[red]not to be had[/red]"


def over_http_as_json(measured: OverHTTP) -> dict[str, Any]:
    """Return the comparisons, and why a server is missing, under their names in the file of results."""
    return {
        "comparisons": [_as_json(entry) for entry in measured.compared if not isinstance(entry, Missing)],
        "without": measured.without,
    }


def _as_json(entry: Comparison) -> dict[str, Any]:
    workload = entry.measure.workload
    return {
        "measure": entry.measure.name,
        "workload": workload.name,
        "title": workload.title,
        "rows": entry.rows,
        "fields": len(workload.fields),
        "peer": entry.peer,
        "answer_bytes": {"ours": entry.answer_bytes, "theirs": entry.peer_bytes},
        "ours_per_second": entry.ours_per_second,
        "theirs_per_second": entry.theirs_per_second,
        "ratio": entry.ratio,
        "ratios": entry.ratios,
        "target": entry.target,
        "ok": entry.ratio >= entry.target,
        "rounds": {
            "ours": [asdict(load) for load in entry.ours],
            "theirs": [asdict(load) for load in entry.theirs],
        },
    }
