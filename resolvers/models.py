"""Models: all of them, or the best matches of a search; filtered, ordered and paged, and one by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from rapidfuzz import fuzz, process, utils

from errors import BadUserInput
from resolvers.connections import connect
from tables.conditions import evaluate
from tables.order import Order, order_by
from tables.relations import Grouped
from tables.row_set import RowSet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.connections import Connection
    from resolvers.context import RequestContext
    from resolvers.paging import PageArguments
    from tables.conditions import Condition
    from tables.dataset import Dataset, Parent
    from tables.order import OrderKey
    from tables.table import Table

# Of 100; below it, matches of the real model names share letters and no word.
_LEAST_SCORE = 70
_MAX_SEARCH = 200


def select_models(
    context: RequestContext,
    *,
    search: str | None,
    where: Condition | None,
    order: Sequence[OrderKey],
    page: PageArguments,
) -> Connection:
    """Return the models that a search and a filter select, best match first unless an order is given."""
    table = context.dataset.models
    models = Grouped.of_one(RowSet.whole(table))
    by = order_by(table, order)
    if search is not None:
        scores = _scores(table, search)
        models = models.where(scores >= _LEAST_SCORE)
        if not order:
            by = _best_first(table, search, scores)
    if where is not None:
        models = models.where(evaluate(where, table))
    return connect(context, models, by, page)


def related(dataset: Dataset, rows: RowSet, other: Parent) -> Grouped:
    """Return for each model, GPU or task the entities of another kind that it was measured with."""
    own = cast("Parent", rows.table.name)  # a table is named by its entity
    return dataset.entities[own, other].of(rows.indices)


def _scores(table: Table, search: str) -> NDArray[np.float64]:
    """Score each model from 0 to 100: the better of its nickname's and its id's likeness to what was typed."""
    if not 0 < len(search.strip()) <= _MAX_SEARCH:
        raise BadUserInput(
            f"search: {search[:_MAX_SEARCH]!r} is not allowed; allowed are 1 to {_MAX_SEARCH} characters.",
            argument="search",
        )
    best = np.zeros(table.num_rows)
    for column in ("nickname", "model_id"):
        names = table.columns[column].to_pylist()
        scores = process.cdist([search], names, scorer=fuzz.WRatio, processor=utils.default_process)[0]
        best = np.maximum(best, scores)
    return best


def _best_first(table: Table, search: str, scores: NDArray[np.float64]) -> Order:
    rank = np.empty(table.num_rows, np.int64)
    rank[np.lexsort((table.key_rank, -scores))] = np.arange(table.num_rows)
    return Order(table, f"search {search}", (), rank)
