"""Runs of the whole dataset or of each row of a level: selected, counted, and listed by pairs of entities."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from resolvers.connections import connect
from resolvers.measured_pairs import MeasuredPairs, measured_pairs
from resolvers.narrowing import Narrowing
from resolvers.unmatched import select_in_runs
from resolvers.views.groups import Groups
from tables.dataset import RUN_KINDS
from tables.relations import Grouped
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from resolvers.answer_warnings import AnswerWarning
    from resolvers.connections import Connection
    from resolvers.context import RequestContext
    from resolvers.filters import Filter
    from resolvers.paging import PageArguments
    from tables.batch import Lists
    from tables.dataset import Dataset, Entity, Pair, Parent, RunKind
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
    where: Filter | None,
    stability: Stability,
    order: Sequence[OrderKey],
    page: PageArguments,
) -> Connection:
    """Return one connection for each parent, or a single one of the whole table where there is none."""
    runs = filtered_runs(context, kind, parents, where=where, stability=stability)
    order_of_runs = context.orders.order_by(context.dataset.runs[kind], order)
    narrowing = _narrowing_above(context.dataset, kind, parents).further(where, stability)
    above = _where_above(kind, parents)
    return connect(context, runs, order_of_runs, page, where=(*above, where) if where else above, narrowing=narrowing)


def filtered_runs(
    context: RequestContext,
    kind: RunKind,
    parents: RowSet | MeasuredPairs | Groups | None,
    *,
    where: Filter | None,
    stability: Stability,
) -> Grouped:
    """Return each parent's runs that a filter and a stability select, in the order of the parent's."""

    def select() -> Grouped:
        runs, mask = runs_of(context.dataset, kind, parents), run_mask(context, kind, where, stability)
        return runs if mask is None else runs.where(mask)

    if parents is None and where is None:  # the same for every request
        return context.dataset.runs[kind].derive(("runs", stability), select)
    return select()


def pairs_with_runs(
    context: RequestContext,
    parents: RowSet,
    pair: Pair,
    other: Entity,
    *,
    where: Mapping[RunKind, Filter | None],
    stability: Stability,
) -> Lists:
    """Return each parent's pairs with entities of another kind, with the runs that filters and a stability select.

    Pairs without such a run are left out. The stability is one of LLM runs.
    """
    masks = {
        kind: run_mask(context, kind, where[kind], stability if kind == "llm" else Stability.ANY) for kind in RUN_KINDS
    }
    return measured_pairs(context.dataset, parents, pair, other, masks=masks, where=where, stability=stability)


def run_counts(context: RequestContext, parents: RowSet, stability: Stability) -> pa.Array[Any]:
    """Count each parent's runs, of both kinds; diffusion runs have no stability and count as stable."""
    counts = np.zeros(len(parents), np.int64)
    for kind in RUN_KINDS:
        if kind == "diffusion" and stability is Stability.UNSTABLE:
            continue
        counts += filtered_runs(context, kind, parents, where=None, stability=stability).counts
    return pa.array(counts)


def _where_above(kind: RunKind, parents: RowSet | MeasuredPairs | Groups | None) -> tuple[Filter, ...]:
    """Return what the parents' runs were filtered by already."""
    if isinstance(parents, MeasuredPairs):
        where = parents.where[kind]
        return (where,) if where else ()
    return parents.where if isinstance(parents, Groups) else ()


def _narrowing_above(dataset: Dataset, kind: RunKind, parents: RowSet | MeasuredPairs | Groups | None) -> Narrowing:
    """Return how the parents' runs were narrowed already; those of a group are taken as they are."""
    if isinstance(parents, MeasuredPairs):
        return parents.narrowing[kind]
    return Narrowing(lambda: runs_of(dataset, kind, parents))


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
    context: RequestContext, kind: RunKind, where: Filter | None, stability: Stability
) -> NDArray[np.bool_] | None:
    """Return for each run whether a filter and a stability select it, or None where all are.

    A request evaluates a filter once, however many of its connections have it; each of them adds its warnings, so that
    none is cached without them.
    """
    mask, warnings = context.memoize(
        (kind, where, stability), lambda: _run_mask(context.dataset, kind, where, stability)
    )
    if warnings:
        context.warnings.add(warnings)
    return mask


def _run_mask(
    dataset: Dataset, kind: RunKind, where: Filter | None, stability: Stability
) -> tuple[NDArray[np.bool_] | None, Sequence[AnswerWarning]]:
    runs = dataset.runs[kind]
    mask, warnings = (None, ()) if where is None else select_in_runs(dataset, kind, where)
    if stability is Stability.ANY or "is_stable" not in runs.columns:
        return mask, warnings
    stable: NDArray[np.bool_] = runs.values("is_stable").array
    wanted = stable if stability is Stability.STABLE else ~stable
    if mask is None:
        return wanted, warnings
    mask &= wanted
    return mask, warnings


def parent_of(dataset: Dataset, runs: RowSet, parent: Entity) -> RowSet:
    """Return each run's model, GPU or task."""
    kind: RunKind = "llm" if runs.table is dataset.runs["llm"] else "diffusion"
    table = {"Model": dataset.models, "GPU": dataset.gpus, "Task": dataset.tasks}[parent]
    return RowSet(table, dataset.run_parents[kind, parent][runs.indices])
