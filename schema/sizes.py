"""Sizes of a dataset that costs depend on: rows of relations, distinct values of columns, sizes of pages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from execution.cost import CostLimit
from execution.field_metadata import Cardinality
from resolvers.context import Limits
from resolvers.views.groups import split
from tables.dataset import Dataset
from tables.relations import Grouped
from tables.row_set import RowSet
from tables.table import Table

_MAX_COMBINATIONS = 1_000


class Sizes:
    """Sizes of one dataset.

    Args:
        dataset: The dataset.
        limits: Limits of a request.

    Attributes:
        runs: Number of rows of the largest run table.
        models: Number of models.
        max_files: Maximum number of raw files of a request.
    """

    def __init__(self, dataset: Dataset, limits: Limits) -> None:
        self.runs = max(table.num_rows for table in dataset.runs.values())
        self.models = dataset.models.num_rows
        self.max_files = dataset.count_raw_files(limits.max_raw_files)
        self._dataset = dataset
        self._default_page = limits.default_page
        self._max_page = limits.max_page
        self._cardinalities: dict[Callable[[Dataset], Cardinality], Cardinality] = {}
        self._distinct: dict[str, int] = {}
        self._combinations: dict[tuple[str, ...], int] = {}

    def cardinality(self, relation: Callable[[Dataset], Cardinality]) -> Cardinality:
        """Return the cardinality of a relation."""
        known = self._cardinalities.get(relation)
        if known is None:
            known = self._cardinalities[relation] = relation(self._dataset)
        return known

    def page(self, arguments: Mapping[str, Any]) -> int:
        """Return the maximum number of rows of a page with these arguments."""
        size: int = arguments.get("first", arguments.get("last", self._default_page))
        return min(max(size, 0), self._max_page)

    def distinct(self, column: str) -> int:
        """Return the number of distinct values of a column, null included, in the table that has most."""
        known = self._distinct.get(column)
        if known is None:
            tables = [table for table in self._dataset.runs.values() if column in table.columns]
            known = max((len(table.columns[column].unique()) for table in tables), default=1)
            self._distinct[column] = known
        return known

    def combinations(self, columns: Iterable[str]) -> int:
        """Return the number of different combinations of values in some columns, in the table that has most."""
        chosen = tuple(sorted(set(columns)))
        if len(chosen) <= 1:
            return self.distinct(chosen[0]) if chosen else 1
        known = self._combinations.get(chosen)
        if known is None:
            if len(self._combinations) >= _MAX_COMBINATIONS:
                self._combinations.clear()
            tables = [table for table in self._dataset.runs.values() if table.columns.keys() >= set(chosen)]
            known = max((_combinations(table, chosen) for table in tables), default=1)
            self._combinations[chosen] = known
        return known


def _combinations(table: Table, columns: tuple[str, ...]) -> int:
    return len(split(Grouped.of_one(RowSet.whole(table)), columns)[1])


def cost_limit(dataset: Dataset, limits: Limits) -> CostLimit:
    """Return the limit of the cost of a request."""
    return CostLimit(Sizes(dataset, limits), limits.max_cost)
