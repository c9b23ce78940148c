"""Distributions of the output lengths of a selection's runs, in common bins."""

from __future__ import annotations

from asyncio import gather
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from resolvers.views.histogram import check_bins, counted
from tables.batch import ListColumn
from tables.relations import offsets_of
from tables.row_set import RowSet
from tables.struct_batch import StructBatch
from timelines.available import available

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from resolvers.context import RequestContext
    from tables.relations import Grouped
    from timelines.arrays import Floats


@dataclass(frozen=True, slots=True, eq=False)
class LengthDistribution:
    """The distribution of one selection.

    Args:
        edges: Bounds of the bins, float64; empty if no request succeeded.
        counts: Number of requests in each bin, int64.
        of_runs: For each run with a raw file, the number of its requests in each bin.
        without_file: Number of runs without a raw file.
        skipped_count: Number of requests without a readable length.
    """

    edges: Floats
    counts: NDArray[np.int64]
    of_runs: list[NDArray[np.int64]]
    without_file: int
    skipped_count: int

    @property
    def total(self) -> int:
        """The number of requests that succeeded."""
        return int(self.counts.sum())


@dataclass(slots=True)
class LengthDistributions(StructBatch):
    """A distribution per selection, and the distributions of the selection's runs with a raw file."""

    distributions: list[LengthDistribution]
    runs: ListColumn

    def column(self, name: str) -> list[Any]:
        """Return an attribute of each distribution."""
        return [getattr(distribution, name) for distribution in self.distributions]


@dataclass(slots=True)
class RunLengths(StructBatch):
    """The distributions of single runs.

    Args:
        run: The runs.
        edges: Bounds of the bins of each run's selection.
        counts: Number of the run's requests in each bin.
    """

    run: RowSet
    edges: list[Floats]
    counts: list[NDArray[np.int64]]

    @property
    def totals(self) -> list[int]:
        """The number of requests that succeeded."""
        return [int(each.sum()) for each in self.counts]

    @property
    def energy_edges(self) -> list[Floats | None]:
        """The bounds of the bins times the run's energy per token; None if that is missing or overflows."""
        energies = self.run.column("energy_per_token_joules").array().to_pylist()
        with np.errstate(over="ignore"):
            found = [None if each is None else edges * each for edges, each in zip(self.edges, energies, strict=True)]
        return [None if bounds is None or not np.isfinite(bounds).all() else bounds for bounds in found]


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
    parts = [_distribution(lengths[start:stop], bins) for start, stop in pairwise(runs.offsets.tolist())]
    of_runs = RunLengths(
        RowSet(runs.child, runs.indices[np.array([each is not None for each in lengths], np.bool_)]),
        [part.edges for part in parts for _ in part.of_runs],
        [counts for part in parts for counts in part.of_runs],
    )
    offsets = offsets_of(np.array([len(part.of_runs) for part in parts], np.int64))
    return LengthDistributions(parts, ListColumn(offsets, of_runs))


def _distribution(lengths: list[tuple[NDArray[np.int32], int] | None], bins: int) -> LengthDistribution:
    known = [each for each in lengths if each is not None]
    of_runs = [values.astype(np.float64) for values, _ in known]
    pooled = np.concatenate([np.empty(0), *of_runs])
    edges, counts = counted(pooled, bins) if pooled.size else (np.empty(0), np.empty(0, np.int64))
    return LengthDistribution(
        edges=edges,
        counts=counts,
        of_runs=[counted(values, edges)[1] if edges.size else np.empty(0, np.int64) for values in of_runs],
        without_file=len(lengths) - len(known),
        skipped_count=sum(skipped for _, skipped in known),
    )
