"""References to entities by type and key, resolved with one lookup per type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import QueryTooComplex
from tables.batch import MixedPart, ObjectColumn
from tables.entities import with_unmeasured
from tables.row_set import RowSet
from tables.run_kinds import RUN_KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.dataset import Dataset
    from tables.table import Table

# Key field of each entity, by the entity's name in Python.
KEYS = {
    **{kind.type_name: "id" for kind in RUN_KINDS.values()},
    "Model": "modelId",
    "GPU": "model",
    "Task": "name",
    "Dataset": "name",
}
MAX_KEY = 1_024  # characters; ids on the Hub have at most 193, but the id of a measured model may be a path


@dataclass(slots=True)
class References:
    """References to entities of one type.

    Args:
        entity: The entity's name in Python.
        type_name: The type's name in the graph.
        positions: Positions in the request, by key.
    """

    entity: str
    type_name: str
    positions: dict[str, list[int]] = field(default_factory=dict)

    @classmethod
    def by_type(cls, wire_name: Callable[[str], str]) -> dict[str, References]:
        """Return empty references for each entity, by the type's name in the graph."""
        return {wire_name(entity): cls(entity, wire_name(entity)) for entity in KEYS}

    def add(self, key: str, position: int) -> None:
        """Add a reference."""
        self.positions.setdefault(key, []).append(position)

    def parts(self, dataset: Dataset, *, unmeasured: bool) -> Iterator[MixedPart]:
        """Yield the existing entities, those of a table together.

        Args:
            dataset: The dataset.
            unmeasured: Whether a model that the dataset does not have is a model without runs; otherwise it is null.
        """
        if not self.positions:
            return
        if self.entity == "Dataset":
            positions = self.positions.get(dataset.provenance.name, [])
            yield MixedPart(self.type_name, np.array(positions, np.int64), ObjectColumn([dataset] * len(positions)))
            return
        table = _table(dataset, self.entity)
        keys = list(self.positions)
        rows = table.row_of.find(keys)
        yield self._part(table, rows)
        if unmeasured and table is dataset.models and (rows < 0).any():
            missing = [key for key, row in zip(keys, rows.tolist(), strict=True) if row < 0]
            behind = np.full(len(keys), -1, np.int64)
            behind[rows < 0] = table.num_rows + np.arange(len(missing))
            yield self._part(with_unmeasured(table, missing), behind)

    def _part(self, table: Table, rows: NDArray[np.int64]) -> MixedPart:
        """Return rows of a table, one per key (-1 for none), at all positions that refer to them."""
        positions = np.fromiter((at for each in self.positions.values() for at in each), np.int64)
        row_at = rows.repeat([len(each) for each in self.positions.values()])
        order = np.argsort(positions)
        positions, row_at = positions[order], row_at[order]
        there = row_at >= 0
        return MixedPart(self.type_name, positions[there], RowSet(table, row_at[there]))


def is_key(key: Any) -> bool:  # noqa: ANN401 - any JSON
    """Return whether a value can be the key of an entity."""
    return isinstance(key, str) and 0 < len(key) <= MAX_KEY and key.isprintable()


def check_count(context: RequestContext, field_name: str, count: int) -> None:
    """Check the number of distinct references.

    Raises:
        QueryTooComplex: It exceeds the limit.
    """
    cap = context.limits.max_representations
    if count > cap:
        raise QueryTooComplex(
            f"{field_name} refers to {count} distinct entities; one request may refer to at most {cap} "
            "(MLENERGY_MAX_REPRESENTATIONS).",
            limit="max_representations",
            requested=count,
            allowed=cap,
        )


def _table(dataset: Dataset, entity: str) -> Table:
    tables = (*dataset.runs.values(), dataset.models, dataset.gpus, dataset.tasks)
    return next(table for table in tables if table.name == entity)
