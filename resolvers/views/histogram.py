"""Histograms of one column over each group of rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from errors import BadUserInput
from resolvers.views.statistics import present_values
from tables.struct_batch import StructBatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tables.relations import Grouped

_MAX_BINS = 1_000


@dataclass(slots=True)
class Histogram(StructBatch):
    """Histograms with numpy's bins: each includes its lower edge, the last one both edges.

    Args:
        edges: The edges of each histogram's bins, float64, one more than bins; none without values.
        counts: The number of values in each bin, int64.
        outside: The number of values in none of the bins.
        null_count: The number of nulls.
    """

    edges: list[NDArray[np.float64]]
    counts: list[NDArray[np.int64]]
    outside: list[int]
    null_count: list[int]


def histogram(runs: Grouped, column: str, *, bins: int, edges: Sequence[float] | None) -> Histogram:
    """Count each group's values in bins of equal width from its least to its greatest value, or between `edges`.

    Raises:
        BadUserInput: The number of bins is out of range, the edges do not ascend, or float64 cannot represent them.
    """
    if edges is None:
        check_bins(bins)
    else:
        _check_edges(edges)
    values = present_values(runs, column)
    parts = [values.array[start:stop] for start, stop in pairwise(values.offsets.tolist())]
    nothing = np.empty(0), np.empty(0, np.int64)
    found = [
        counted(part, bins if edges is None else edges) if len(part) or edges is not None else nothing for part in parts
    ]
    return Histogram(
        [edges for edges, _ in found],
        [counts for _, counts in found],
        [len(part) - int(counts.sum()) for part, (_, counts) in zip(parts, found, strict=True)],
        (runs.counts - values.counts).tolist(),
    )


def _check_edges(edges: Sequence[float]) -> None:
    if not 2 <= len(edges) <= _MAX_BINS + 1:  # noqa: PLR2004 - the edges of one bin
        raise BadUserInput(
            f"edges: received {len(edges)} edges; allowed: 2 to {_MAX_BINS + 1}.", argument="edges", value=len(edges)
        )
    for low, high in pairwise(edges):
        if low >= high:
            raise BadUserInput(
                f"edges: {low} is followed by {high}; each edge must be greater than the previous one.",
                argument="edges",
                value=high,
            )


def check_bins(bins: int) -> None:
    """Check the number of bins.

    Raises:
        BadUserInput: It is out of range.
    """
    if not 1 <= bins <= _MAX_BINS:
        raise BadUserInput(f"bins: {bins} is out of range; allowed: 1 to {_MAX_BINS}.", argument="bins", value=bins)


def counted(
    values: NDArray[Any], bins: int | Sequence[float] | NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the edges of bins and the number of values in each, as numpy counts them.

    Args:
        values: The values; at least one, where bins are a number.
        bins: The number of bins of equal width from the least to the greatest value, or their edges.

    Raises:
        BadUserInput: float64 cannot represent the edges of this many bins.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            counts, edges = np.histogram(values, bins)
    except (ValueError, IndexError):  # too few float64 numbers in between, or their distance overflows
        raise BadUserInput(
            f"bins: {bins} bins of equal width between {values.min()} and {values.max()} are not representable in "
            "float64; request fewer bins, or pass edges.",
            argument="bins",
            value=bins,
        ) from None
    return edges.astype(np.float64), counts.astype(np.int64)
