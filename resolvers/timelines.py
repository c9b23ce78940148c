"""Timelines of runs: the raw files of a level are read at once, and what cannot be had is that run's error alone."""

from __future__ import annotations

from asyncio import gather
from typing import TYPE_CHECKING

from tables.batch import PerRow

if TYPE_CHECKING:
    from resolvers.context import RequestContext
    from tables.row_set import RowSet
    from timelines.timeline import TimelineRequest


async def read_timelines(context: RequestContext, runs: RowSet, request: TimelineRequest) -> PerRow:
    """Return each run's timeline: None where the source has no raw file for it, its error where there should be one.

    Raises:
        QueryTooComplex: The request has asked for more raw files than it may open.
    """
    paths = runs.column("results_path").array().to_pylist()
    context.open_raw_files(path for path in paths if path)
    found = await gather(*(context.timelines.read(path, request) for path in paths if path), return_exceptions=True)
    results = iter(found)
    return PerRow([next(results) if path else None for path in paths])
