"""Fields read from raw files: all runs of a level at once; unavailable data is an error on that run only."""

from __future__ import annotations

from asyncio import gather
from functools import partial
from typing import TYPE_CHECKING

from errors import RawDataUnavailable
from resolvers.samples import Samples
from tables.batch import ObjectColumn
from timelines.available import available

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from resolvers.context import RequestContext
    from tables.row_set import RowSet
    from timelines.results import DecodedResults
    from timelines.timeline import TimelineRequest


async def read_timelines(context: RequestContext, runs: RowSet, request: TimelineRequest) -> ObjectColumn:
    """Return each run's timeline: None if the dataset names no raw file for it, its error if the file is unavailable.

    Raises:
        QueryTooComplex: The request opens more raw files than allowed.
    """
    return await _read_each(context, runs, "results_path", request, lambda path: context.raw.timeline(path, request))


async def read_server_metrics(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's server metrics, with None and errors as in `read_timelines`."""
    return await _read_each(context, runs, "prometheus_path", "server metrics", context.raw.server)


async def read_output_lengths(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's output lengths, with None and errors as in `read_timelines`."""

    def lengths_of(results: DecodedResults) -> Samples:
        lengths = available(results.output_lengths, path=results.path)
        if not lengths.size:
            raise RawDataUnavailable(f"{results.path}: no request succeeded", path=results.path)
        return Samples(lengths, results.skipped_lengths)

    return await _read_results(context, runs, "output lengths", lengths_of)


async def read_inter_token_latencies(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's inter-token latencies, with None and errors as in `read_timelines`."""

    def latencies_of(results: DecodedResults) -> Samples:
        return Samples(available(results.inter_token_latencies, path=results.path), results.skipped_latencies)

    return await _read_results(context, runs, "inter-token latencies", latencies_of, tokens=True)


async def read_latencies(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's latency statistics, with None and errors as in `read_timelines`."""
    return await _read_results(context, runs, "latencies", lambda results: results.latencies)


async def read_iterations(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's measured batches, None also if its file has none; errors as in `read_timelines`."""

    def iterations_of(results: DecodedResults) -> object:
        iterations = available(results.iterations, path=results.path)
        return None if iterations is None else list(iterations.measured)

    return await _read_results(context, runs, "iterations", iterations_of)


async def read_skipped_iterations(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's number of unreadable batches, with None and errors as in `read_iterations`."""

    def skipped_in(results: DecodedResults) -> object:
        iterations = available(results.iterations, path=results.path)
        return None if iterations is None else iterations.skipped_count

    return await _read_results(context, runs, "skipped iterations", skipped_in)


async def _read_results(
    context: RequestContext,
    runs: RowSet,
    purpose: str,
    part: Callable[[DecodedResults], object],
    *,
    tokens: bool = False,
) -> ObjectColumn:
    async def read(path: str) -> object:
        return part(await context.raw.results(path, tokens=tokens))

    return await _read_each(context, runs, "results_path", purpose, read)


async def _read_each(
    context: RequestContext, runs: RowSet, column: str, purpose: Hashable, read: Callable[[str], Awaitable[object]]
) -> ObjectColumn:
    """Read each run's file, once per request and purpose: a second read returns the first result or error."""
    paths = runs.column(column).array().to_pylist()
    context.open_raw_files(path for path in paths if path)
    found = await gather(
        *(context.outcome((purpose, path), partial(read, path)) for path in paths if path), return_exceptions=True
    )
    results = iter(found)
    return ObjectColumn([next(results) if path else None for path in paths])
