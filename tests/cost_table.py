"""Table of the costs of fields in the documentation; `python -m tests.cost_table` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schema.costs import CONNECTION, COSTS, ENTRIES, LIST
from tests.server_process import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schema.field_costs import Cost, RelationCost

PAGE = ROOT / "docs" / "limits.md"
_START, _END = "<!-- costs -->\n", "<!-- end of costs -->\n"
_HEAD = (
    "| field | once | per parent | per selected run | per column | per column and run | per object | because |\n"
    "|---|---:|---:|---:|---:|---:|---:|---|\n"
)
_RELATIONS: dict[str, RelationCost] = {
    "lists of GPUs, tasks and models": LIST,
    "`llmRuns`, `diffusionRuns`, `models`, `runs` of a group": CONNECTION,
    "`modelRuns`, `runsByGpu`, `runsByTask`": ENTRIES,
}


def cost_table() -> str:
    """Return the table: one row for all fields of a type with the same cost."""
    rows = [_row(name, cost.reason, (cost.call, cost.parent, cost.row, 0, 0, 0)) for name, cost in _RELATIONS.items()]
    rows += [_row(names, cost.reason, _figures(cost)) for names, cost in _merged()]
    return _HEAD + "".join(rows)


def page_with_table(page: str) -> str:
    """Return the page with the current table."""
    before, rest = page.split(_START)
    return f"{before}{_START}\n{cost_table()}\n{_END}{rest.split(_END)[1]}"


def _merged() -> Iterator[tuple[str, Cost]]:
    """Yield the fields with one cost, such as the four statistics of a summary."""
    merged: dict[tuple[object, ...], tuple[list[str], Cost]] = {}
    for key, cost in COSTS.items():
        merged.setdefault((cost.reason, *_figures(cost)), ([], cost))[0].append(key)
    for keys, cost in merged.values():
        fields = ", ".join(f"`{key}`" for key in keys)
        yield fields.replace("`Entity.", "`Model/GPU/Task."), cost


def _figures(cost: Cost) -> tuple[float, ...]:
    """Return the units of a field; those for a whole table or a raw file count per parent."""
    return (cost.call, cost.parent + cost.file, cost.row + cost.table, cost.column, cost.cell, cost.item)


def _row(fields: str, reason: str, figures: tuple[float, ...]) -> str:
    cells = " | ".join(f"{figure:,g}" if figure else "" for figure in figures)
    return f"| {fields} | {cells} | {reason} |\n"


if __name__ == "__main__":
    PAGE.write_text(page_with_table(PAGE.read_text()))
