"""Naive reference of filters, orders and pages: plain rows and loops, independent of the server's code."""

from __future__ import annotations

from functools import cache, cmp_to_key
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tables.dataset import Dataset

Row = dict[str, Any]
Input = dict[str, Any]

LISTS: dict[str, str | None] = {"llmRuns": "llm", "diffusionRuns": "diffusion", "models": None}
KEYS = {"llmRuns": "id", "diffusionRuns": "id", "models": "modelId"}
_MODEL_FIELDS = (
    "modelId",
    "nickname",
    "architecture",
    "totalParamsBillions",
    "activatedParamsBillions",
    "weightPrecision",
)


def rows_of(dataset: Dataset, name: str) -> list[Row]:
    """Return the rows of a list of the graph in its default order, keyed by field name."""
    kind = LISTS[name]
    if kind is not None:
        columns = {graph_name(column): array for column, array in dataset.runs[kind].columns.items()}
        return list(pa.table(columns).to_pylist())
    models: dict[str, Row] = {}
    for run in rows_of(dataset, "llmRuns") + rows_of(dataset, "diffusionRuns"):
        if run["modelId"] not in models:
            model = {field: run.get(field) for field in _MODEL_FIELDS}
            model["org"] = run["modelId"].split("/")[0]
            models[run["modelId"]] = model
    return [models[model_id] for model_id in sorted(models)]


@cache
def graph_name(column: str) -> str:
    """Return the field name of a column."""
    first, *others = column.split("_")
    return first + "".join(word[0].upper() + word[1:] for word in others)


def satisfies(row: Row, where: Input | None) -> bool:
    """Return whether a row satisfies a filter; nulls in the filter are ignored."""
    for name, given in (where or {}).items():
        if given is None:
            continue
        if name == "and":
            satisfied = all(satisfies(row, part) for part in given)
        elif name == "or":
            satisfied = any(satisfies(row, part) for part in given)
        elif name == "not":
            satisfied = not satisfies(row, given)
        else:
            satisfied = all(_meets(row[name], operator, operand) for operator, operand in given.items())
        if not satisfied:
            return False
    return True


def _meets(cell: Any, operator: str, operand: Any) -> bool:  # noqa: ANN401, C901, PLR0911, PLR0912 - one return per operator
    if operator == "isNull":
        return (cell is None) is operand
    if cell is None:
        return False
    match operator:
        case "eq":
            return bool(cell == operand)
        case "neq":
            return bool(cell != operand)
        case "in":
            return any(cell == item for item in operand)
        case "notIn":
            return all(cell != item for item in operand)
        case "lt":
            return bool(cell < operand)
        case "lte":
            return bool(cell <= operand)
        case "gt":
            return bool(cell > operand)
        case "gte":
            return bool(cell >= operand)
        case "contains":
            return bool(operand.casefold() in cell.casefold())
        case "startsWith":
            return bool(cell.casefold().startswith(operand.casefold()))
        case _:
            raise ValueError(operator)


def is_stable(row: Row, stability: str) -> bool:
    """Return whether a run has a stability; a row without `isStable` always has."""
    return stability == "ANY" or row.get("isStable", True) == (stability == "STABLE")


def in_order(rows: Sequence[Row], order_by: Sequence[Input], key: str) -> list[Row]:
    """Sort rows by several keys, ties by `key`; without keys, return them unchanged."""

    def compare(left: Row, right: Row) -> int:
        for order in order_by:
            field = _field_of(order, left)
            one, other = left[field], right[field]
            if one == other:
                continue
            if one is None or other is None:
                return -1 if (one is None) == (order["nulls"] == "FIRST") else 1
            ascending = -1 if one < other else 1
            return ascending if order["direction"] == "ASC" else -ascending
        return -1 if left[key] < right[key] else 1

    return sorted(rows, key=cmp_to_key(compare)) if order_by else list(rows)


def _field_of(order: Mapping[str, Any], row: Row) -> str:
    field = graph_name(order["field"].lower())
    assert field in row
    return field


def page_of(
    ordered: Sequence[Row], selected: Sequence[str], key: str, page: Mapping[str, Any], *, default: int = 100
) -> tuple[list[str], bool, bool]:
    """Return a page of the selected rows.

    Args:
        ordered: All rows of the table in order, selected or not; a cursor is a position in them.
        selected: Keys of the rows that match the filter.
        key: Name of the key field.
        page: `first`, `last` and `offset` as in the graph; `after` and `before` as the key of the cursor's row.
        default: Default page size.

    Returns:
        The keys on the page, whether a selected row follows it, and whether one precedes it.
    """
    place = {row[key]: number for number, row in enumerate(ordered)}
    everything = sorted(selected, key=lambda name: place[name])
    first_place = -1 if page.get("after") is None else place[page["after"]]
    last_place = len(ordered) if page.get("before") is None else place[page["before"]]
    within = [name for name in everything if first_place < place[name] < last_place]
    if page.get("last") is not None:
        cut = within[len(within) - min(page["last"], len(within)) :]
    else:
        size = default if page.get("first") is None else page["first"]
        cut = within[page.get("offset") or 0 :][:size]
    if not cut:
        return [], False, False
    return cut, everything[-1] != cut[-1], everything[0] != cut[0]
