"""Fields read from raw files: all runs of a level at once; unavailable data is an error on that run only."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from errors import BadUserInput, RawDataUnavailable
from resolvers.samples import Samples
from tables.batch import ObjectColumn
from tables.later import Later, together
from timelines.available import available

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from resolvers.context import RequestContext
    from tables.row_set import RowSet
    from timelines.results import DecodedResults
    from timelines.timeline import TimelineRequest

_NO_RAW_FILE = "this dataset does not contain the raw file of this run"

Read: TypeAlias = "ObjectColumn | Later[ObjectColumn]"  # a `Later` unless all files are in memory


def read_timelines(context: RequestContext, runs: RowSet, request: TimelineRequest) -> Read:
    """Return each run's timeline: None if the dataset names no raw file for it, its error if the file is unavailable.

    Raises:
        QueryTooComplex: The request opens more raw files than allowed.
    """
    raw = context.raw

    def read(path: str) -> object:
        return raw.timeline_in_memory(path, request) or Later(lambda: raw.timeline(path, request))

    return _read_each(context, runs, "results_path", request, read)


def unavailable_because(read: Read) -> Read:
    """Return for each run why a field has no value, None where it has one.

    An error that does not concern the run or its file, such as an overloaded server, remains an error.

    Args:
        read: The column of the field. Within a request, it shares its reads with the field.
    """
    if not isinstance(read, Later):
        return ObjectColumn([_reason(value) for value in read.values])

    async def awaited() -> ObjectColumn:
        return ObjectColumn([_reason(value) for value in (await read).values])

    return Later(awaited)


def _reason(value: object) -> object:
    if value is None:
        return _NO_RAW_FILE
    if isinstance(value, (RawDataUnavailable, BadUserInput)):
        return str(value)
    return value if isinstance(value, Exception) else None


def read_server_metrics(context: RequestContext, runs: RowSet) -> Read:
    """Return each run's server metrics, with None and errors as in `read_timelines`."""
    raw = context.raw

    def read(path: str) -> object:
        return raw.server_in_memory(path) or Later(lambda: raw.server(path))

    return _read_each(context, runs, "prometheus_path", "server metrics", read)


def read_output_lengths(context: RequestContext, runs: RowSet) -> Read:
    """Return each run's output lengths, with None and errors as in `read_timelines`."""

    def lengths_of(results: DecodedResults) -> Samples:
        lengths = available(results.output_lengths, path=results.path)
        if not lengths.size:
            raise RawDataUnavailable(f"{results.path}: no request succeeded", path=results.path)
        return Samples(lengths, results.skipped_lengths)

    return _read_results(context, runs, "output lengths", lengths_of)


def read_inter_token_latencies(context: RequestContext, runs: RowSet) -> Read:
    """Return each run's inter-token latencies, with None and errors as in `read_timelines`."""

    def latencies_of(results: DecodedResults) -> Samples:
        return Samples(available(results.inter_token_latencies, path=results.path), results.skipped_latencies)

    return _read_results(context, runs, "inter-token latencies", latencies_of, tokens=True)


def read_latencies(context: RequestContext, runs: RowSet) -> Read:
    """Return each run's latency statistics, with None and errors as in `read_timelines`."""
    return _read_results(context, runs, "latencies", lambda results: results.latencies)


def read_iterations(context: RequestContext, runs: RowSet) -> Read:
    """Return each run's measured batches, None also if its file has none; errors as in `read_timelines`."""

    def iterations_of(results: DecodedResults) -> object:
        iterations = available(results.iterations, path=results.path)
        return None if iterations is None else list(iterations.measured)

    return _read_results(context, runs, "iterations", iterations_of)


def read_skipped_iterations(context: RequestContext, runs: RowSet) -> Read:
    """Return each run's number of unreadable batches, with None and errors as in `read_iterations`."""

    def skipped_in(results: DecodedResults) -> object:
        iterations = available(results.iterations, path=results.path)
        return None if iterations is None else iterations.skipped_count

    return _read_results(context, runs, "skipped iterations", skipped_in)


def _read_results(
    context: RequestContext,
    runs: RowSet,
    purpose: str,
    part: Callable[[DecodedResults], object],
    *,
    tokens: bool = False,
) -> Read:
    def read(path: str) -> object:
        results = context.raw.results_in_memory(path, tokens=tokens)
        return Later(lambda: read_file(path)) if results is None else part(results)

    async def read_file(path: str) -> object:
        return part(await context.raw.results(path, tokens=tokens))

    return _read_each(context, runs, "results_path", purpose, read)


def _read_each(
    context: RequestContext, runs: RowSet, column: str, purpose: Hashable, read: Callable[[str], object]
) -> Read:
    """Read each run's file, once per request and purpose: a second read returns the first result or error."""
    # Cell by cell: taking the column of one run takes 45 µs within a request, a seventh of the time of its timeline.
    cells = runs.table.columns[column]
    paths = [cells[row].as_py() for row in runs.indices.tolist()]
    context.open_raw_files(path for path in paths if path)
    return together([context.outcome((purpose, path), partial(read, path)) if path else None for path in paths])
