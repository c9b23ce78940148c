"""The digest of a selection: which runs of which revision an answer was made from."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from tables.order import key_order

if TYPE_CHECKING:
    from resolvers.connections import Connection


def digests(page: Connection) -> pa.Array[Any]:
    """Return the SHA-256 of each connection's selection, in hexadecimal, whatever its order and page.

    What is hashed is the dataset's revision and then the selected ids in ascending order, a line each, as UTF-8.
    """
    runs = page.rows.ordered(key_order(page.rows.child))
    ids = runs.items.column("id").array().to_pylist()
    return pa.array(
        [
            hashlib.sha256("".join(f"{line}\n" for line in (page.revision, *ids[start:stop])).encode()).hexdigest()
            for start, stop in pairwise(runs.offsets.tolist())
        ],
        pa.string(),
    )
