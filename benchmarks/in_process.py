"""Executor of queries in this process, without caches of texts and orders: CPU time and answer of each."""

from __future__ import annotations

import asyncio
import gc
import time
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.answers import VoidError
from caches import ByteCache
from execution.strawberry_internals import core_schema
from resolvers.context import Limits, RequestContext
from resolvers.views.fitter import LogisticFitter
from schema.build import build_schema
from schema.sizes import cost_limit
from tables.directory import open_directory
from tables.order import OrderCache
from timelines.loader import Loader
from timelines.reader import RawReader
from web.documents import Documents
from writers.json_answer import execute
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from execution.cost import CostLimit
    from tables.dataset import Dataset

_TEXT_BYTES = 48 * 2**20  # the share of the default memory setting
_WARM = 2  # executions before the measured ones
_ORDER_BYTES = 24 * 2**20
_LIMITS = Limits(max_fits=8, max_cost=1_000_000)  # a fit takes 50 ms


@dataclass(frozen=True, slots=True)
class Measured:
    """Times of one query.

    Args:
        cpu_us: CPU time of the process in µs: median of the repeats.
        loop_us: CPU time of the event loop's thread in µs: median of the repeats.
        content: The response body.
        cost: The estimated cost in units.
    """

    cpu_us: float
    loop_us: float
    content: bytes
    cost: int


@dataclass(frozen=True, slots=True)
class InProcess:
    """The parts of a server that execute a request."""

    dataset: Dataset
    documents: Documents
    fitter: LogisticFitter
    runner: asyncio.Runner
    raw: RawReader
    limit: CostLimit

    def measure(
        self,
        text: str,
        variables: Mapping[str, Any] | None = None,
        *,
        seconds: float = 0.03,
        repeats: int = 9,
        cold_files: bool = False,
    ) -> Measured:
        """Execute a known document a few times, with the cells of its columns in a cache.

        Args:
            text: The document.
            variables: Its variables.
            seconds: Time after which it is not repeated again.
            repeats: Maximum number of repeats; the minimum is one.
            cold_files: Whether each repeat decodes its raw files.

        Raises:
            QueryTooComplex: The query exceeds a limit.
            VoidError: The answer has errors.
        """
        return self.runner.run(self._measure(text, variables or {}, seconds, repeats, cold_files=cold_files))

    async def _measure(
        self, text: str, variables: Mapping[str, Any], seconds: float, repeats: int, *, cold_files: bool
    ) -> Measured:
        document = self.documents.document(text)
        operation, variables = document.operation(None), {**variables, **document.literals}
        writer, orders = JsonWriter(ByteCache(_TEXT_BYTES)), OrderCache(ByteCache(_ORDER_BYTES, largest_share=1))
        cpu: list[float] = []
        loop: list[float] = []
        deadline = time.perf_counter() + seconds
        while len(cpu) <= _WARM or (len(cpu) < _WARM + repeats and time.perf_counter() < deadline):
            raw = RawReader(Loader(self.dataset.raw)) if cold_files else self.raw
            context = self._context(raw, orders)
            operation.executed = False  # a repeated document would find its whole text in a template
            begun, begun_loop = time.process_time_ns(), time.thread_time_ns()
            answer = await execute(operation, context, variables, writer, limit=self.limit)
            content = answer.as_json({})
            cpu.append((time.process_time_ns() - begun) / 1e3)
            loop.append((time.thread_time_ns() - begun_loop) / 1e3)
            if cold_files:
                raw.close()
            if answer.errors:
                raise VoidError(f"{text}: {answer.errors[0]}")
        # The first ones may decode raw files, fit curves and write whole columns, which the others find in caches.
        return Measured(median(cpu[_WARM:]), median(loop[_WARM:]), content, answer.cost or 0)

    def _context(self, raw: RawReader, orders: OrderCache) -> RequestContext:
        return RequestContext(
            dataset=self.dataset,
            orders=orders,
            raw=raw,
            fitter=self.fitter,
            limits=_LIMITS,
        )


@contextmanager
def in_process(directory: Path) -> Iterator[InProcess]:
    """Load a dataset directory; the garbage collector is off in the context."""
    dataset = open_directory(directory)
    fitter, raw = LogisticFitter(), RawReader(Loader(dataset.raw))
    limit = cost_limit(dataset, _LIMITS)
    with asyncio.Runner() as runner:
        executor = InProcess(dataset, Documents(core_schema(build_schema())), fitter, runner, raw, limit)
        gc.collect()
        gc.freeze()
        gc.disable()
        try:
            yield executor
        finally:
            gc.enable()
            gc.unfreeze()
            fitter.close()
            raw.close()
