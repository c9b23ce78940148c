"""Metadata of Strawberry fields that the engine reads: keys, and the types of their values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

# The value depends on the table row alone. Under the key: the name of the table's column that it is, or None.
OF_THE_ROW = "of the row"
# The field nests the fields of the root, which resolve below it as they do at the root.
NAMESPACE = "namespace"
# The field's `CacheScope`; without it, `REVISION`.
CACHE_SCOPE = "cache scope"
# A function from the dataset to the `Cardinality` of the field's relation: an extension of graphql-core's field, since
# it depends on the type that has the field.
CARDINALITY = "cardinality"


class CacheScope(IntEnum):
    """Within what the value of a field is always the same; the narrowest scope of its fields is an answer's."""

    PROCESS = 0  # differs between two starts over the same revision: when it was loaded, from where
    RELEASE = 1  # differs between releases, or by a setting: the toolkit's fits, the schema, the default page
    REVISION = 2


@dataclass(frozen=True, slots=True)
class Cardinality:
    """Numbers of rows that a relation can give, before filters and pages.

    Args:
        most: Of a single parent.
        total: Of all parents together, where each occurs once.
        shared: Whether two parents can have the same child, so that more parents can give more than `total`.
    """

    most: int
    total: int
    shared: bool
