"""Runs of the dataset or of each parent: selection, counts, and lists by pairs of entities."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow as pa

from resolvers.connections import connect
from resolvers.measured_pairs import MeasuredPairs, measured_pairs
from resolvers.narrowing import Narrowing
from resolvers.unmatched import select_in_runs
from resolvers.views.groups import Groups
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from resolvers.connections import Connection
    from resolvers.context import RequestContext
    from resolvers.filters import Filter
    from resolvers.paging import PageArguments
    from tables.batch import ListColumn
    from tables.dataset import Dataset, Entity, Pair, Parent
    from tables.order import OrderKey


class Stability(Enum):
    """Selection of runs by stability; the toolkit's default is STABLE."""

    STABLE = "stable"
    UNSTABLE = "unstable"
    ANY = "any"


def select_runs(
    context: RequestContext,
    kind: str,
    parents: RowSet | MeasuredPairs | Groups | None,
    *,
    where: Filter | None,
    stability: Stability | None,
    order: Sequence[OrderKey],
    page: PageArguments,
) -> Connection:
    """Return one connection per parent, or one of the whole table without parents.

    Args:
        context: The request's context.
        kind: The kind of run.
        parents: The parents; None for the whole table.
        where: Conditions on the runs.
        stability: Stability of the runs; for pairs, in place of that of their list. None adds no condition.
        order: Keys of the order.
        page: Arguments of the page.
    """
    dataset = context.dataset
    parents, stability = _of_stability(context, kind, parents, stability)
    runs = filtered_runs(context, kind, parents, where=where, stability=stability)
    order_of_runs = context.orders.order_by(dataset.runs[kind], order)
    # The filters and conditions that the parents' runs have passed already; no conditions for the runs of a group.
    above: tuple[Filter, ...] = parents.where if isinstance(parents, Groups) else ()
    if isinstance(parents, MeasuredPairs):
        of_pairs = parents.where[kind]
        above = (of_pairs,) if of_pairs else ()
        narrowing = parents.narrowing(dataset, kind).further(where, Stability.ANY)
    else:
        narrowing = Narrowing(partial(runs_of, dataset, kind, parents), ((where, stability or Stability.ANY),))
    return connect(context, runs, order_of_runs, page, where=(*above, where) if where else above, narrowing=narrowing)


def filtered_runs(
    context: RequestContext,
    kind: str,
    parents: RowSet | MeasuredPairs | Groups | None,
    *,
    where: Filter | None,
    stability: Stability | None,
) -> Grouped:
    """Return each parent's runs that match a filter and a stability as in `select_runs`, in the parent's order."""
    parents, left = _of_stability(context, kind, parents, stability)
    stability = left or Stability.ANY
    runs = runs_of(context.dataset, kind, parents)
    if parents is None and where is None:  # the same for every request
        return runs.child.derive(("runs", stability), lambda: _matching(runs, run_mask(context, kind, None, stability)))
    return _matching(runs, run_mask(context, kind, where, stability))


def _of_stability(
    context: RequestContext,
    kind: str,
    parents: RowSet | MeasuredPairs | Groups | None,
    stability: Stability | None,
) -> tuple[RowSet | MeasuredPairs | Groups | None, Stability | None]:
    """Return the parents, pairs with their runs of this stability, and the stability that is still to be selected."""
    if stability is None or not isinstance(parents, MeasuredPairs):
        return parents, stability
    runs = parents.all_runs(context.dataset, kind)
    of_stability = _matching(runs, run_mask(context, kind, parents.where[kind], stability))
    return replace(parents, runs={**parents.runs, kind: of_stability}, stability=stability), None


def _matching(runs: Grouped, mask: NDArray[np.bool_] | None) -> Grouped:
    return runs if mask is None else runs.where(mask)


def pairs_with_runs(
    context: RequestContext,
    parents: RowSet,
    pair: Pair,
    other: Entity,
    *,
    where: Mapping[str, Filter | None],
    stability: Stability,
) -> ListColumn:
    """Return each parent's pairs with entities of another type, with the runs that match filters and a stability.

    Pairs without such a run are omitted. The stability does not concern kinds of run without a steady state.
    """
    masks = {kind: run_mask(context, kind, where[kind], stability) for kind in RUN_KINDS}
    return measured_pairs(context.dataset, parents, pair, other, masks=masks, where=where, stability=stability)


def run_counts(context: RequestContext, parents: RowSet, stability: Stability) -> pa.Array[Any]:
    """Return the number of each parent's runs of all kinds; a run of a kind without a steady state counts as stable."""
    counts = np.zeros(len(parents), np.int64)
    for kind in RUN_KINDS.values():
        if kind.stability_column or stability is not Stability.UNSTABLE:
            counts += filtered_runs(context, kind.name, parents, where=None, stability=stability).counts
    return pa.array(counts)


def runs_of(dataset: Dataset, kind: str, parents: RowSet | MeasuredPairs | Groups | None) -> Grouped:
    """Return each parent's runs, in file order."""
    if parents is None:
        return Grouped.whole(dataset.runs[kind])
    if isinstance(parents, MeasuredPairs):
        return parents.runs[kind]
    if isinstance(parents, Groups):
        return parents.runs
    parent = cast("Parent", parents.table.name)  # a table is named by its entity
    return dataset.run_children[parent, kind].take(parents.indices)


def run_mask(
    context: RequestContext, kind: str, where: Filter | None, stability: Stability
) -> NDArray[np.bool_] | None:
    """Return the mask of the runs that match a filter and a stability, or None if all do.

    A request evaluates a filter once, even if several connections have it. Each connection adds the warnings, so that
    no result is cached without them.
    """
    column = RUN_KINDS[kind].stability_column
    runs = context.dataset.runs[kind]
    wanted: NDArray[np.bool_] | None = None
    if column is not None and stability is not Stability.ANY:
        wanted = runs.values(column).array
        if stability is Stability.UNSTABLE:
            wanted = ~wanted
    if where is None:
        return wanted
    mask, warnings = context.memoize((kind, where), lambda: select_in_runs(context.dataset, kind, where))
    if warnings:
        context.warnings.add(warnings)
    return mask if wanted is None else mask & wanted


def parent_of(dataset: Dataset, runs: RowSet, parent: Entity) -> RowSet:
    """Return each run's model, GPU or task."""
    kind = next(name for name, table in dataset.runs.items() if table is runs.table)
    table = {"Model": dataset.models, "GPU": dataset.gpus, "Task": dataset.tasks}[parent]
    return RowSet(table, dataset.run_parents[kind, parent][runs.indices])
