"""Runs: of the whole dataset, or of each row of a level; filtered, ordered and paged, and one by its id."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, cast

from resolvers.connections import connect
from resolvers.model_gpus import MeasuredPairs
from resolvers.views.groups import Groups
from tables.conditions import evaluate
from tables.order import order_by
from tables.relations import Grouped
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from resolvers.connections import Connection
    from resolvers.context import RequestContext
    from resolvers.paging import PageArguments
    from tables.conditions import Condition
    from tables.dataset import Dataset, Parent, RunKind
    from tables.order import OrderKey


class Stability(Enum):
    """Which runs count; the toolkit's own rule is STABLE."""

    STABLE = "stable"
    UNSTABLE = "unstable"
    ANY = "any"


def select_runs(
    context: RequestContext,
    kind: RunKind,
    parents: RowSet | MeasuredPairs | Groups | None,
    *,
    where: Condition | None,
    stability: Stability,
    order: Sequence[OrderKey],
    page: PageArguments,
) -> Connection:
    """Return one connection for each parent, or a single one of the whole table where there is none."""
    runs = runs_of(context.dataset, kind, parents)
    mask = run_mask(context.dataset, kind, where, stability)
    if mask is not None:
        runs = runs.where(mask)
    return connect(context, runs, order_by(context.dataset.runs[kind], order), page, where=where)


def runs_of(dataset: Dataset, kind: RunKind, parents: RowSet | MeasuredPairs | Groups | None) -> Grouped:
    """Return each parent's runs, in file order."""
    if parents is None:
        return Grouped.of_one(RowSet.whole(dataset.runs[kind]))
    if isinstance(parents, MeasuredPairs):
        return parents.runs[kind]
    if isinstance(parents, Groups):
        return parents.runs
    parent = cast("Parent", parents.table.name)  # a table is named by its entity
    return dataset.run_children[parent, kind].of(parents.indices)


def run_mask(
    dataset: Dataset, kind: RunKind, where: Condition | None, stability: Stability
) -> NDArray[np.bool_] | None:
    """Return for each run whether a filter and a stability select it, or None where all are."""
    runs = dataset.runs[kind]
    mask = None if where is None else evaluate(where, runs)
    if stability is Stability.ANY or "is_stable" not in runs.columns:
        return mask
    stable: NDArray[np.bool_] = runs.values("is_stable").array
    wanted = stable if stability is Stability.STABLE else ~stable
    return wanted if mask is None else mask & wanted


def parent_of(dataset: Dataset, runs: RowSet, parent: Parent) -> RowSet:
    """Return each run's model or GPU."""
    kind: RunKind = "llm" if runs.table is dataset.runs["llm"] else "diffusion"
    rows = dataset.run_parents[kind, parent][runs.indices]
    return RowSet(dataset.models if parent == "Model" else dataset.gpus, rows)
