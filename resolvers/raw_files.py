"""Fields read from raw files: those of a level are read at once, and unavailable data is an error on that run only."""

from __future__ import annotations

from asyncio import gather
from functools import partial
from typing import TYPE_CHECKING

from errors import RawDataUnavailable
from resolvers.samples import Samples
from tables.batch import ObjectColumn

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

    from resolvers.context import RequestContext
    from tables.row_set import RowSet
    from timelines.iterations import Iteration
    from timelines.latencies import RequestLatencies
    from timelines.prometheus import DecodedServer
    from timelines.timeline import Timeline, TimelineRequest


async def read_timelines(context: RequestContext, runs: RowSet, request: TimelineRequest) -> ObjectColumn:
    """Return each run's timeline: None where the source has no raw file for it, its error where there should be one.

    Raises:
        QueryTooComplex: The request has asked for more raw files than it may open.
    """

    async def read(path: str) -> Timeline:
        return await context.raw.timeline(path, request)

    return await _read_each(context, runs, "results_path", request, read)


async def read_output_lengths(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's output lengths, as `read_timelines` returns timelines."""

    async def read(path: str) -> Samples:
        results = await context.raw.results(path)
        lengths = results.read_output_lengths()
        if not lengths.size:
            raise RawDataUnavailable(f"{path}: no request succeeded", path=path)
        return Samples(lengths, results.skipped_lengths)

    return await _read_each(context, runs, "results_path", "output lengths", read)


async def read_inter_token_latencies(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's inter-token latencies, as `read_timelines` returns timelines."""

    async def read(path: str) -> Samples:
        results = await context.raw.results(path, tokens=True)
        return Samples(results.read_inter_token_latencies(), results.skipped_latencies)

    return await _read_each(context, runs, "results_path", "inter-token latencies", read)


async def read_latencies(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's latency statistics, as `read_timelines` returns timelines."""

    async def read(path: str) -> RequestLatencies:
        return (await context.raw.results(path)).latencies

    return await _read_each(context, runs, "results_path", "latencies", read)


async def read_iterations(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return each run's measured batches, None where its file has none, else as `read_timelines` returns timelines."""

    async def read(path: str) -> list[Iteration] | None:
        found = (await context.raw.results(path)).read_iterations()
        return None if found is None else list(found.measured)

    return await _read_each(context, runs, "results_path", "iterations", read)


async def read_skipped_iterations(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return how many measured batches of each run cannot be read, None where `read_iterations` returns None."""

    async def read(path: str) -> int | None:
        found = (await context.raw.results(path)).read_iterations()
        return None if found is None else found.skipped_count

    return await _read_each(context, runs, "results_path", "skipped iterations", read)


async def read_server_metrics(context: RequestContext, runs: RowSet) -> ObjectColumn:
    """Return what each run's inference server said, as `read_timelines` returns timelines."""

    async def read(path: str) -> DecodedServer:
        return await context.raw.server(path)

    return await _read_each(context, runs, "prometheus_path", "server metrics", read)


async def _read_each(
    context: RequestContext, runs: RowSet, column: str, purpose: Hashable, read: Callable[[str], Awaitable[object]]
) -> ObjectColumn:
    """Read each run's file; a request that returns to a file for the same purpose gets the first outcome again."""
    paths = runs.column(column).array().to_pylist()
    context.open_raw_files(path for path in paths if path)
    found = await gather(
        *(context.outcome((purpose, path), partial(read, path)) for path in paths if path), return_exceptions=True
    )
    results = iter(found)
    return ObjectColumn([next(results) if path else None for path in paths])
