"""Digest of a selection: identifies the selected runs and the dataset's revision."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING

from tables.order import key_order

if TYPE_CHECKING:
    from resolvers.connections import Connection


def digests(page: Connection) -> list[str]:
    """Return the SHA-256 of each connection's selection in hexadecimal, independent of order and page.

    The hashed text is the dataset's revision, then the selected ids in ascending order, one line each, in UTF-8.
    """
    runs = page.rows.ordered(key_order(page.rows.child))
    ids = runs.items.column("id").array().to_pylist()
    return [
        hashlib.sha256("".join(f"{line}\n" for line in (page.revision, *ids[start:stop])).encode()).hexdigest()
        for start, stop in pairwise(runs.offsets.tolist())
    ]
