"""Distributions of the output lengths of a selection's runs, in common bins."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from resolvers.views.histogram import check_bins, counted
from tables.batch import Batch, ListColumn
from tables.relations import offsets_of
from tables.row_set import RowSet
from timelines.available import available

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.relations import Grouped
    from tables.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class _Distribution:
    """The distribution of one selection.

    Args:
        edges: Bounds of the bins, float64; empty if no request succeeded.
        counts: Number of requests in each bin, int64.
        rows: The runs with a raw file, in the order of the selection.
        of_runs: For each of these runs, the number of its requests in each bin.
        without_file: Number of runs without a raw file.
        skipped_count: Number of requests without a readable length.
    """

    edges: NDArray[np.float64]
    counts: NDArray[np.int64]
    rows: NDArray[np.int64]
    of_runs: tuple[NDArray[np.int64], ...]
    without_file: int
    skipped_count: int


@dataclass(slots=True)
class LengthDistributions(Batch):
    """A distribution per selection.

    Args:
        table: The runs' table.
        parts: The distributions.
    """

    table: Table
    parts: tuple[_Distribution, ...]

    def __len__(self) -> int:
        return len(self.parts)

    def take(self, positions: NDArray[np.int64]) -> LengthDistributions:
        """Return the distributions at these positions."""
        return LengthDistributions(self.table, tuple(self.parts[position] for position in positions.tolist()))

    def edges(self) -> pa.Array[Any]:
        """Return the bounds of the bins of each."""
        return pa.array([part.edges for part in self.parts], pa.list_(pa.float64()))

    def counts(self) -> pa.Array[Any]:
        """Return the number of requests in each bin, of all runs."""
        return pa.array([part.counts for part in self.parts], pa.list_(pa.int64()))

    def count(self) -> pa.Array[Any]:
        """Return the number of requests that succeeded, of all runs."""
        return pa.array([int(part.counts.sum()) for part in self.parts], pa.int64())

    def without_file(self) -> pa.Array[Any]:
        """Return the number of runs without a raw file."""
        return pa.array([part.without_file for part in self.parts], pa.int64())

    def skipped_count(self) -> pa.Array[Any]:
        """Return the number of requests without a readable length."""
        return pa.array([part.skipped_count for part in self.parts], pa.int64())

    def runs(self) -> ListColumn:
        """Return the distributions of the runs of each."""
        offsets = offsets_of(np.array([len(part.rows) for part in self.parts], np.int64))
        rows = np.concatenate([np.empty(0, np.int64), *(part.rows for part in self.parts)])
        edges = tuple(part.edges for part in self.parts for _ in part.of_runs)
        counts = tuple(counts for part in self.parts for counts in part.of_runs)
        return ListColumn(offsets, RunLengths(RowSet(self.table, rows), edges, counts))


@dataclass(slots=True)
class RunLengths(Batch):
    """The distributions of single runs.

    Args:
        run: The runs.
        edges: Bounds of the bins of each run's selection.
        numbers: Number of the run's requests in each bin.
    """

    run: RowSet
    edges: tuple[NDArray[np.float64], ...]
    numbers: tuple[NDArray[np.int64], ...]

    def __len__(self) -> int:
        return len(self.run)

    def take(self, positions: NDArray[np.int64]) -> RunLengths:
        """Return the distributions at these positions."""
        chosen = positions.tolist()
        return RunLengths(
            self.run.take(positions), tuple(self.edges[at] for at in chosen), tuple(self.numbers[at] for at in chosen)
        )

    def counts(self) -> pa.Array[Any]:
        """Return the number of each run's requests in each bin."""
        return pa.array(self.numbers, pa.list_(pa.int64()))

    def count(self) -> pa.Array[Any]:
        """Return the number of each run's requests that succeeded."""
        return pa.array([int(numbers.sum()) for numbers in self.numbers], pa.int64())

    def energy_edges(self) -> pa.Array[Any]:
        """Return the bounds of the bins times each run's energy per token; null if that is missing or overflows."""
        energies = self.run.column("energy_per_token_joules").array().to_pylist()
        with np.errstate(over="ignore"):
            found = [None if each is None else edges * each for edges, each in zip(self.edges, energies, strict=True)]
        finite = [None if bounds is None or not np.isfinite(bounds).all() else bounds for bounds in found]
        return pa.array(finite, pa.list_(pa.float64()))


async def length_distributions(context: RequestContext, runs: Grouped, *, bins: int) -> LengthDistributions:
    """Count the output lengths of each group of runs in common bins of equal width.

    Raises:
        BadUserInput: There are too few or too many bins.
        QueryTooComplex: The request opens more raw files than allowed.
        RawDataUnavailable: A raw file is missing, unreadable or damaged: a distribution without it would be wrong.
        Overloaded: Too many results from raw files are in progress.
    """
    check_bins(bins)
    paths = runs.items.column("results_path").array().to_pylist()
    context.open_raw_files(path for path in paths if path)

    async def read(path: str) -> tuple[NDArray[np.int32], int]:
        results = await context.raw.results(path)
        return available(results.output_lengths, path=path), results.skipped_lengths

    found = iter(await gather(*(read(path) for path in paths if path)))
    lengths = [next(found) if path else None for path in paths]
    parts = tuple(
        _distribution(runs.indices[start:stop], lengths[start:stop], bins=bins)
        for start, stop in pairwise(runs.offsets.tolist())
    )
    return LengthDistributions(runs.child, parts)


def _distribution(
    rows: NDArray[np.int64], lengths: list[tuple[NDArray[np.int32], int] | None], *, bins: int
) -> _Distribution:
    known = [each[0].astype(np.float64) for each in lengths if each is not None]
    pooled = np.concatenate([np.empty(0), *known])
    edges, counts = counted(pooled, bins) if pooled.size else (np.empty(0), np.empty(0, np.int64))
    return _Distribution(
        edges=edges,
        counts=counts,
        rows=rows[[each is not None for each in lengths]],
        of_runs=tuple(counted(each, edges)[1] if edges.size else np.empty(0, np.int64) for each in known),
        without_file=len(lengths) - len(known),
        skipped_count=sum(each[1] for each in lengths if each is not None),
    )
