"""Models: fuzzy search, filter, order and page, and the entities that are related to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from rapidfuzz import fuzz, process, utils

from errors import BadUserInput, shown
from resolvers.connections import connect
from resolvers.misleading import misleading_comparisons, names_of_precisions
from resolvers.unmatched import unmatched_in_models
from tables.conditions import Compare
from tables.order import Order
from tables.relations import Grouped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from resolvers.connections import Connection
    from resolvers.context import RequestContext
    from resolvers.filters import Filter
    from resolvers.paging import PageArguments
    from tables.dataset import Dataset, Entity
    from tables.order import OrderKey
    from tables.row_set import RowSet
    from tables.table import Table

# Minimum score of a match, of 100. Below it, matches among the real model names share letters but no word.
_MIN_SCORE = 70
# Score of a word that starts with the search word: below an exact match, above any other.
_PREFIX_SCORE = 95
_MAX_SEARCH = 200


def select_models(
    context: RequestContext,
    *,
    search: str | None,
    where: Filter | None,
    order: Sequence[OrderKey],
    page: PageArguments,
) -> Connection:
    """Return the models that match a search and a filter, best match first unless an order is given."""
    table = context.dataset.models
    known = where is None or where.check(table, context.dataset.vocabularies)
    models = Grouped.whole(table)
    by = context.orders.order_by(table, order)
    if search is not None:
        scores = _scores(table, search)
        models = models.where(scores >= _MIN_SCORE)
        by_name = Compare("nickname", "contains", search.strip())
        context.warnings.add(names_of_precisions(table, "search", search, selected=by_name))
        if not order:
            by = _best_first(table, search, scores)
    if where is not None:
        models = models.where(where.mask(table))
        if not known:
            context.warnings.add(unmatched_in_models(context.dataset, where.condition))
        if where.compiled.may_mislead:
            context.warnings.add(misleading_comparisons(table, where.condition))
    return connect(context, models, by, page)


def related(dataset: Dataset, rows: RowSet, other: Entity) -> Grouped:
    """Return the entities of another type that each model, GPU or task was measured with."""
    own = cast("Entity", rows.table.name)  # a table is named by its entity
    return dataset.entities[own, other].take(rows.indices)


def _scores(table: Table, search: str) -> NDArray[np.float64]:
    """Score each model from 0 to 100: the mean similarity of the search words to the model's closest words."""
    if len(search) > _MAX_SEARCH:
        raise BadUserInput(
            f"search: {shown(search)} is too long; allowed: up to {_MAX_SEARCH} characters.",
            argument="search",
        )
    searched = utils.default_process(search).split()
    words, of_model = table.derive("search words", lambda: _search_words(table))
    if not searched:
        return np.zeros(table.num_rows)
    similarity = process.cdist(searched, words, scorer=fuzz.ratio)
    begins = np.array([[word.startswith(typed) for word in words] for typed in searched])
    similarity = np.where(begins, np.maximum(similarity, _PREFIX_SCORE), similarity)
    return np.array([similarity[:, own].max(axis=1).mean() for own in of_model])


def _search_words(table: Table) -> tuple[list[str], list[list[int]]]:
    """Return the distinct words of all nicknames and ids, and the positions of each model's words among them."""
    names = zip(table.columns["nickname"].to_pylist(), table.columns["model_id"].to_pylist(), strict=True)
    words_of_model = [set(utils.default_process(f"{nickname} {model_id}").split()) for nickname, model_id in names]
    words = sorted(set().union(*words_of_model)) or [""]
    place = {word: position for position, word in enumerate(words)}
    return words, [[place[word] for word in sorted(own)] or [0] for own in words_of_model]


def _best_first(table: Table, search: str, scores: NDArray[np.float64]) -> Order:
    return Order(table, f"search {search}", (), np.lexsort((table.key_rank, -scores)))
