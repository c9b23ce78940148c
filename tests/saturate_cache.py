"""Fills a cache five times over and measures resident memory: `python -m tests.saturate_cache FILL MIB`.

Prints one JSON object: `grown`, the bytes that resident memory grew by, `size` of the cache, `entries` and `evictions`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np
import orjson
import pyarrow as pa

from caches import ByteCache
from execution.strawberry_internals import core_schema
from resolvers.context import RequestContext
from resolvers.views import fitter
from sample import open_sample
from schema.build import build_schema
from tables.order import OrderCache, OrderKey
from tables.table import Table
from tests.timelines.timeline_samples import START, as_bytes, results_file
from timelines.cache import bytes_of
from timelines.results import decode_results
from web.answer_cache import AnswerCache
from web.answers import answer
from web.compression import Compressor
from web.documents import Documents
from web.negotiation import Negotiated
from web.persisted import PersistedDocuments
from web.validation import Validator
from writers.json_answer import execute
from writers.json_writer import JsonWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from web.negotiation import Encoding

    Cache = ByteCache[Any, Any]
    # Adds the entry of a number.
    Add = Callable[[int], object]

_TIMES = 5
_WARM_UP = 20
_RUN_FIELDS = ("id", "modelId", "numGpus", "gpuModel", "energyPerTokenJoules", "avgPowerWatts")


def small_answers(cache: Cache) -> Add:
    """Answers of 23 bytes to requests with variables; both from orjson, as in the endpoint."""
    answers = AnswerCache(cache)

    def add(number: int) -> None:
        key = ("revision", f"{{ a{number} }}", None, orjson.dumps({"number": number}))
        for _ in range(2):
            answers.put(key, orjson.dumps({"data": {"number": number}}), None)

    return add


def large_answers(cache: Cache) -> Add:
    """Answers of 1 to 30 kB with two compressed forms, each of them found by three repeated requests."""
    answers, compressor, loop = AnswerCache(cache), Compressor(), asyncio.Runner()
    wordings: tuple[Encoding | None, ...] = ("gzip", "zstd", None)

    def add(number: int) -> None:
        key = ("revision", f"query Runs{number} {{ a }}" + " " * 500, f"Runs{number}", orjson.dumps({"n": number}))
        rows = [{"id": f"run-{number}-{row}", "energy": row / 7} for row in range(20 + number * 97 % 500)]
        for _ in range(2):
            answers.put(key, orjson.dumps(rows), f"Runs{number}")
        cached = answers.get(key)
        assert cached is not None
        for encoding in wordings:
            body, used = loop.run(answers.form(cached, Negotiated(encoding, identity=True), compressor))
            headers = {"X-Dataset-Revision": f"revision {number}"} | ({"Content-Encoding": used} if used else {})
            response = answer(body, headers=headers)
            sent = (orjson.dumps([key[1], number]), b"*/*", f"{encoding} {number}".encode(), b"application/json", None)
            answers.remember(tuple(each and bytes(bytearray(each)) for each in sent), key, response)

    return add


def small_documents(cache: Cache) -> Add:
    """Documents of one field, executed."""
    return _documents(cache, lambda number: f"{{ dataset {{ revision }} }} # {number}")


def large_documents(cache: Cache) -> Add:
    """Documents of some forty fields, each with an alias, executed."""

    def text(number: int) -> str:
        fields = " ".join(f"a{number}_{place}_{name}: {name}" for place in range(7) for name in _RUN_FIELDS)
        return f"query Q{number}($n: Int = 1) {{ llmRuns(first: $n) {{ totalCount nodes {{ {fields} }} }} }}"

    return _documents(cache, text)


def _documents(cache: Cache, text: Callable[[int], str]) -> Add:
    return _executed(text, documents=cache, texts=ByteCache(0))


def _executed(text: Callable[[int], str], *, documents: Cache, texts: Cache) -> Add:
    """Execute each document three times; from the third time on, its templates and texts are cached."""
    known, dataset = Documents(core_schema(build_schema()), documents), open_sample()
    unused: Any = None
    writer, orders, runner = JsonWriter(texts), OrderCache(ByteCache(0)), asyncio.Runner()

    def add(number: int) -> None:
        for _ in range(3):
            operation = known.document(text(number)).operation(None)
            context = RequestContext(dataset=dataset, orders=orders, raw=unused, fitter=unused)
            assert not runner.run(execute(operation, context, {}, writer)).errors

    return add


def small_frames(cache: Cache) -> Add:
    """Frames with a unique alias, sent three times with different literals; without validation."""
    validator = Validator(core_schema(build_schema()), cache)

    def add(number: int) -> None:
        for literal in (1, 2, 3):
            frame = f"{{ a{number}: llmRuns(first: {literal}, offset: {literal}) {{ nodes {{ id }} }} }}"
            validator._remember(frame)  # noqa: SLF001 - as `errors` does with a valid one

    return add


def small_persisted_queries(cache: Cache) -> Add:
    """Texts of 18 bytes."""
    return _persisted_queries(cache, lambda number: f"{{ a{number:013} }}")


def large_persisted_queries(cache: Cache) -> Add:
    """Texts of 500 to 2,500 characters, half of them with two bytes per character."""
    return _persisted_queries(
        cache, lambda number: f"{{ a{number} }} # {'ą' if number % 2 else 'a'}" + "x" * (500 + number * 97 % 2_000)
    )


def _persisted_queries(cache: Cache, text: Callable[[int], str]) -> Add:
    persisted = PersistedDocuments(cache)

    def add(number: int) -> None:
        sent = text(number)
        by_hash = {"version": 1, "sha256Hash": sha256(sent.encode()).hexdigest()}
        persisted.remember(persisted.text(sent, by_hash), by_hash)

    return add


def small_orders(cache: Cache) -> Add:
    """Orders of a table of three rows."""
    return _orders(cache, rows=3)


def large_orders(cache: Cache) -> Add:
    """Orders of a table of 5,000 rows, with their ranks."""
    return _orders(cache, rows=5_000)


def _orders(cache: Cache, *, rows: int) -> Add:
    columns = {f"c{place}": pa.array([row * place % 101 for row in range(rows)]) for place in range(16)}
    table = Table("Row", {"id": pa.array([f"{row:05}" for row in range(rows)]), **columns}, key="id")
    orders = OrderCache(cache)
    # The hexadecimal digits of a number: a repeated column has no effect on the order, but makes another signature.
    return lambda number: orders.order_by(table, [OrderKey(f"c{int(digit, 16)}") for digit in f"{number:x}"]).rank


def small_timelines(cache: Cache) -> Add:
    """Raw files of one GPU with two samples."""
    return _timelines(cache, gpus=1, samples=2)


def large_timelines(cache: Cache) -> Add:
    """Raw files of eight GPUs with 200 samples and as many batches."""
    return _timelines(cache, gpus=8, samples=200)


def _timelines(cache: Cache, *, gpus: int, samples: int) -> Add:
    drawn = {str(gpu): [[START + tick, gpu + tick / 7] for tick in range(samples)] for gpu in range(gpus)}
    batches = [{"time": batch / 7, "gpu_energy": {str(gpu): 1.5 for gpu in range(gpus)}} for batch in range(samples)]
    file = as_bytes(results_file(drawn, iteration_energy_measurements=batches))

    def add(number: int) -> None:
        decoded = decode_results(file, path=f"runs/{number}/results.json")
        cache.put(decoded.path, decoded, bytes_of(decoded))

    return add


def fits(cache: Cache) -> Add:
    """Fits of curves of 50 points."""
    x = np.arange(50.0)
    mock.patch.object(fitter, "_fit", lambda curve: fitter.Logistic(*(curve.y[:4] / 3).tolist())).start()
    fits_, runner = fitter.LogisticFitter(cache=cache), asyncio.Runner()
    return lambda number: runner.run(fits_.fit(fitter.Curve(x, x + number)))


def small_texts(cache: Cache) -> Add:
    """Templates of a few hundred bytes, and texts of a table of two rows."""
    return _executed(lambda number: f"{{ gpus {{ a{number}: model }} }}", documents=ByteCache(2**20), texts=cache)


def large_texts(cache: Cache) -> Add:
    """Texts of a table of some hundred rows, and templates with slots for rows that depend on a variable."""

    def text(number: int) -> str:
        fields = " ".join(f"a{number}_{name}: {name}" for name in _RUN_FIELDS)
        page = f"{{ nodes {{ {fields} model {{ llmRuns(first: $n) {{ nodes {{ id }} }} }} }} }}"
        return f"query ($n: Int = 1) {{ llmRuns(first: 20) {page} }}"

    return _executed(text, documents=ByteCache(2**20), texts=cache)


_SMALL = (
    small_answers,
    small_documents,
    small_frames,
    small_persisted_queries,
    small_orders,
    small_timelines,
    small_texts,
    fits,
)
_LARGE = (large_answers, large_documents, large_persisted_queries, large_orders, large_timelines, large_texts)
FILLS: dict[str, Callable[[Cache], Add]] = {fill.__name__: fill for fill in (*_SMALL, *_LARGE)}


def saturate(fill: str, max_bytes: int) -> dict[str, int]:
    """Return the growth of resident memory while five times the cache's size is added, and the cache's state."""
    cache: Cache = ByteCache(max_bytes)
    add = FILLS[fill](cache)
    for number in range(_WARM_UP):
        add(number)
    if not len(cache):
        raise ValueError(f"{fill}: {max_bytes} bytes are too small for one entry")
    gc.collect()
    before = _resident() - cache.size
    number = _WARM_UP
    while cache.evictions <= (_TIMES - 1) * len(cache):
        add(number)
        number += 1
    gc.collect()
    return {
        "grown": _resident() - before,
        "size": cache.size,
        "entries": len(cache),
        "evictions": cache.evictions,
    }


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    print(orjson.dumps(saturate(sys.argv[1], int(sys.argv[2]) * 2**20)).decode())  # noqa: T201 - its output
