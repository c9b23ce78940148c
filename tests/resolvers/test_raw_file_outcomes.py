"""Within one request a raw file is read once per purpose, whether or not the read succeeds."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from caches import ByteCache
from errors import RawDataUnavailable
from resolvers.context import RequestContext
from resolvers.raw_files import read_latencies, read_timelines
from resolvers.views.fitter import LogisticFitter
from schema.build import build_schema
from tables.batch import ObjectColumn
from tables.later import Later
from tables.order import OrderCache
from tables.relations import Grouped
from tables.row_set import RowSet
from tests.graph import Graph
from timelines.loader import Loader
from timelines.metrics import TimelineMetric, TimelineWindow
from timelines.reader import RawReader
from timelines.timeline import TimelineRequest

if TYPE_CHECKING:
    import pytest

    from resolvers.raw_files import Read
    from tables.dataset import Dataset

ENERGY = TimelineRequest(metric=TimelineMetric.POWER_DEVICE_INSTANT, window=TimelineWindow.FULL, max_points=10)
STEADY = TimelineRequest(metric=TimelineMetric.POWER_DEVICE_INSTANT, window=TimelineWindow.STEADY_STATE, max_points=10)


class CountingReader:
    """Records each read, and fails for every second one.

    Attributes:
        reads: The path and request of each read, in order.
    """

    def __init__(self) -> None:
        self.reads: list[tuple[str, object]] = []

    def timeline_in_memory(self, _path: str, _request: TimelineRequest) -> None:
        """Have no file in memory."""

    def results_in_memory(self, _path: str, *, tokens: bool) -> None:
        """Have no file in memory."""

    async def timeline(self, path: str, request: TimelineRequest) -> str:
        """Return a string in place of a timeline, or raise."""
        self.reads.append((path, request))
        number = len(self.reads)
        await asyncio.sleep(0)
        if number % 2:
            raise RawDataUnavailable(f"{path} is damaged", path=path)
        return f"timeline {number}"

    async def results(self, path: str, *, tokens: bool) -> Any:  # noqa: ANN401, ARG002 - a stand-in
        """Return an object with latencies in place of results."""
        self.reads.append((path, "results"))
        return SimpleNamespace(latencies=f"latencies of {path}")


async def _column(found: Read) -> ObjectColumn:
    return await found if isinstance(found, Later) else found


def _request(dataset: Dataset) -> tuple[RequestContext, CountingReader, RowSet]:
    reader: Any = CountingReader()
    runs = Grouped.of_one(RowSet.whole(dataset.runs["llm"])).slices(0, 4).items
    return (
        RequestContext(dataset=dataset, orders=OrderCache(ByteCache(0)), raw=reader, fitter=LogisticFitter()),
        reader,
        runs,
    )


def test_a_file_is_read_once_per_request_and_purpose(sample: Dataset) -> None:
    """A second execution of a field gets the same timeline and exception objects as the first."""
    context, reader, runs = _request(sample)

    async def read_twice() -> tuple[ObjectColumn, ObjectColumn]:
        return await _column(read_timelines(context, runs, ENERGY)), await _column(
            read_timelines(context, runs, ENERGY)
        )

    first, second = asyncio.run(read_twice())
    assert len(reader.reads) == len(runs)
    assert [type(value) for value in first.values].count(RawDataUnavailable) == 2
    assert [id(value) for value in first.values] == [id(value) for value in second.values]


def test_another_purpose_reads_again(sample: Dataset) -> None:
    """Another window or another value of the same file is read separately."""
    context, reader, runs = _request(sample)

    async def read_three_times() -> tuple[ObjectColumn, ObjectColumn, ObjectColumn]:
        return (
            await _column(read_timelines(context, runs, ENERGY)),
            await _column(read_timelines(context, runs, STEADY)),
            await _column(read_latencies(context, runs)),
        )

    *_, latencies = asyncio.run(read_three_times())
    assert len(reader.reads) == 3 * len(runs)
    assert all(str(value).startswith("latencies of ") for value in latencies.values)


def test_a_failed_file_is_read_once(sample: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the file of one run is damaged, only its timeline is null with an error, and no file is read twice."""
    read: list[str] = []
    timeline = RawReader.timeline

    async def failing(self: RawReader, path: str, request: TimelineRequest) -> object:
        read.append(path)
        if len(read) == 2:
            raise RawDataUnavailable(f"{path} is damaged", path=path)
        return await timeline(self, path, request)

    monkeypatch.setattr(RawReader, "timeline", failing)
    graph = Graph(build_schema(), sample)
    result = graph.answer("{ llmRuns(first: 5) { nodes { timeline { sampleCount } } } }")
    assert [error.path for error in result.errors or []] == [["llmRuns", "nodes", 1, "timeline"]]
    assert result.data is not None
    assert [node["timeline"] is None for node in result.data["llmRuns"]["nodes"]] == [False, True, False, False, False]
    assert len(read) == 5


def test_timelines_of_files_in_memory_are_not_awaited(sample: Dataset) -> None:
    """If the files of all runs are decoded, the column is there at once; it is awaited if one of them is not."""
    runs = Grouped.of_one(RowSet.whole(sample.runs["llm"])).slices(0, 3).items
    *known, last = runs.column("results_path").array().to_pylist()

    async def scenario() -> None:
        raw = RawReader(Loader(sample.raw))

        def read() -> Read:
            context = RequestContext(dataset=sample, orders=OrderCache(ByteCache(0)), raw=raw, fitter=LogisticFitter())
            return read_timelines(context, runs, ENERGY)

        for path in known:
            await raw.results(path)
        partly = read()
        assert isinstance(partly, Later)
        awaited = await partly
        await raw.results(last)
        at_once = read()
        assert isinstance(at_once, ObjectColumn)
        assert [each.mean for each in awaited.values] == [each.mean for each in at_once.values]  # type: ignore[attr-defined]
        raw.close()

    asyncio.run(scenario())
