"""A selection that has been resolved: a tree of columns, one node per field and level, ready to be written out.

Each request makes its own. They are not frozen: setting an attribute of what is takes three times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    import pyarrow as pa
    from graphql import GraphQLObjectType
    from numpy.typing import NDArray

    from execution.levels import LevelField, Signature
    from execution.place import Place
    from execution.plan import Key
    from execution.skeletons import Skeleton
    from tables.batch import Batch
    from tables.row_set import RowSet, TableColumn


@dataclass(slots=True)
class ConstantNode:
    """The same text in every row: `__typename`."""

    text: str


@dataclass(slots=True)
class LeafNode:
    """A column of leaf values, or of lists of them.

    Args:
        column: The values.
        unaliased: Whether it stands in the answer under its field's own name.
    """

    column: TableColumn | pa.Array[Any] | NDArray[np.int64]
    unaliased: bool = False


@dataclass(slots=True)
class CompletedNode:
    """Values that were completed row by row, as the executor for single values leaves them."""

    values: list[Any]


@dataclass(slots=True)
class RowsNode:
    """Neighbouring fields whose values depend on the row alone, so that they can be written once for a whole table.

    Args:
        rows: The rows.
        signature: What tells these fields from any others of the table.
        resolve: Resolves them for any rows of the table.
    """

    rows: RowSet
    signature: Signature
    resolve: Callable[[RowSet], ObjectNode]


@dataclass(slots=True)
class ObjectNode:
    """One object per row.

    Args:
        count: How many rows.
        fields: Response names and their columns, in the order of the selection; the name of a `RowsNode` is empty, as
            it brings its fields' own.
    """

    count: int
    fields: Sequence[tuple[str, Node]]


@dataclass(slots=True)
class ListNode:
    """One list of objects per row: n + 1 bounds into the rows of `items`."""

    offsets: NDArray[np.int64]
    items: ObjectNode


@dataclass(slots=True)
class MaybeNode:
    """One object per row or null: whether each row has one, and the objects of those that do."""

    present: NDArray[np.bool_]
    items: ObjectNode


@dataclass(slots=True)
class MixedNode:
    """One list of objects of several types: its length, and the places and objects of each type; the rest is null."""

    length: int
    parts: Sequence[tuple[NDArray[np.int64], ObjectNode]]


@dataclass(slots=True)
class PendingNode:
    """A column that an asynchronous resolver will deliver; `node` is set when it has."""

    node: Node | None = None


@dataclass(slots=True)
class Opening:
    """A field that depends on variables, or takes time, below columns that are kept: all that it takes to resolve it.

    Args:
        object_type: The type whose field it is.
        field: The field.
        place: The place of its level.
        batch: The objects of its level.
        key: What these are kept under.
    """

    object_type: GraphQLObjectType
    field: LevelField
    place: Place
    batch: Batch
    key: Key


@dataclass(slots=True)
class OpenNode:
    """Such a field, resolved.

    Args:
        opening: The field.
        node: What it came to.
        hole: What is written in its stead, where only the text around it is wanted.
    """

    opening: Opening
    node: Node
    hole: bytes | None = None


@dataclass(slots=True)
class FilledNode:
    """A kept column whose text is known but for some fields.

    Args:
        skeleton: The text.
        fields: What its openings came to, this time.
    """

    skeleton: Skeleton
    fields: Sequence[Node]


Node = (
    ConstantNode
    | LeafNode
    | CompletedNode
    | RowsNode
    | ObjectNode
    | ListNode
    | MaybeNode
    | MixedNode
    | PendingNode
    | OpenNode
    | FilledNode
)
