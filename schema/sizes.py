"""Sizes of a dataset that costs depend on: rows of relations, distinct values of columns, sizes of pages."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from execution.cost import CostLimit
from execution.field_metadata import Cardinality
from resolvers.context import Limits
from tables.dataset import Dataset

_LARGE = 10**9


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
        self.max_files = limits.max_raw_files
        self._dataset = dataset
        self._default_page = limits.default_page
        self._max_page = limits.max_page
        self._cardinalities: dict[Callable[[Dataset], Cardinality], Cardinality] = {}
        self._distinct: dict[str, int] = {}

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
        """Return an upper bound of the number of combinations of values in some columns."""
        product = 1
        for column in columns:
            product = min(product * self.distinct(column), _LARGE)
        return product


def cost_limit(dataset: Dataset, limits: Limits) -> CostLimit:
    """Return the limit of the cost of a request."""
    return CostLimit(Sizes(dataset, limits), limits.max_cost)
