"""Metadata of Strawberry fields that the engine reads: keys, and the types of their values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

# The field depends on the table row alone. Value: the name of its column in the table, or None.
OF_THE_ROW = "of the row"
# The field nests the root fields, which resolve below it as at the root.
NAMESPACE = "namespace"
# The field reads raw files: its resolver returns the column if they are in memory, else a `Later` of it.
READS_FILES = "reads files"
# The field's `CacheScope`; default: `REVISION`.
CACHE_SCOPE = "cache scope"
# A function from the dataset to the `Cardinality` of the field's relation. An extension of graphql-core's field, since
# it depends on the parent type.
CARDINALITY = "cardinality"
# The field's `FieldCost`, likewise. Without one, a field has a constant cost per parent.
COST = "cost"


class CacheScope(IntEnum):
    """Scope within which a field's value never changes; an answer has the narrowest scope of its fields."""

    PROCESS = 0  # differs between two processes with the same revision: load time, source
    RELEASE = 1  # differs between releases or settings: the toolkit's fits, the schema, the default page size
    REVISION = 2


@dataclass(frozen=True, slots=True)
class Cardinality:
    """Upper bounds of the rows of a relation, before filters and pages.

    Args:
        most: Rows of a single parent.
        total: Rows of all parents together, each parent once.
        shared: Whether two parents can have the same child, so that repeated parents can exceed `total`.
    """

    most: int
    total: int
    shared: bool
