"""The fitter: one thread, a cache, a bounded queue."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from math import log2
from typing import Any

import numpy as np
import pytest
from mlenergy.data.modeling import LogisticModel

from caches import ENTRY_OVERHEAD, ByteCache
from errors import Overloaded
from resolvers.views.fitter import Curve, LogisticFitter
from tests.server_process import ROOT


def curve(seed: float) -> Curve:
    """Return a curve that depends on the seed."""
    x = np.array([log2(batch) for batch in (1, 2, 4, 8)])
    return Curve(x, seed + x * 2)


def test_a_curve_is_fitted_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Concurrent and later requests share the fit."""
    calls = counted_fits(monkeypatch)

    async def ask() -> None:
        fitter = LogisticFitter()
        await asyncio.gather(*(fitter.fit(curve(0)) for _ in range(10)))
        assert await fitter.fit(curve(0)) == await fitter.fit(curve(0))
        assert fitter.remembers(curve(0))
        assert not fitter.remembers(curve(1))
        fitter.close()

    asyncio.run(ask())
    assert len(calls) == 1


def test_the_least_recently_used_fit_is_evicted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cache with room for two keeps the last two."""
    calls = counted_fits(monkeypatch)

    async def ask() -> None:
        fitter = LogisticFitter(cache=ByteCache(2 * (ENTRY_OVERHEAD + 300), largest_share=1))
        for seed in (0, 1, 0, 2, 0, 1):
            await fitter.fit(curve(seed))
        fitter.close()

    asyncio.run(ask())
    assert calls == [0, 1, 2, 1]


def counted_fits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the first value of each curve that the toolkit fits."""
    calls: list[float] = []
    fit = LogisticModel.fit

    def recorded(x: Any, y: Any) -> Any:  # noqa: ANN401 - the toolkit is untyped
        calls.append(float(y[0]))
        return fit(x, y)

    monkeypatch.setattr(LogisticModel, "fit", recorded)
    return calls


def test_fits_do_not_block_the_event_loop_and_the_queue_is_bounded() -> None:
    """A full queue refuses further fits; cancelled requests leave the queue."""

    async def ask() -> None:
        fitter = LogisticFitter(queue=20)
        fits = [asyncio.create_task(fitter.fit(curve(seed))) for seed in range(20)]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="20 logistic fits are running or waiting; allowed: 20"):
            await fitter.fit(curve(99))
        turns = 0
        while not fits[0].done():
            await asyncio.sleep(0.001)
            turns += 1
        assert turns > 3
        for fit in fits[2:]:
            fit.cancel()
        await asyncio.gather(*fits, return_exceptions=True)
        await fitter.fit(curve(99))
        assert sum(fitter.remembers(curve(seed)) for seed in range(20)) < 6
        fitter.close()

    asyncio.run(ask())


def test_closing_does_not_wait_for_fits() -> None:
    """A server that shuts down drops its queue."""

    async def ask() -> float:
        fitter = LogisticFitter(queue=100)
        fits = [asyncio.create_task(fitter.fit(curve(seed))) for seed in range(100)]
        await asyncio.sleep(0)
        begun = time.monotonic()
        fitter.close()
        await asyncio.gather(*fits, return_exceptions=True)
        return time.monotonic() - begun

    assert asyncio.run(ask()) < 2.5  # a hundred fits take three times as long


def test_the_toolkit_is_imported_by_the_first_fit() -> None:
    """Pandas takes a second and tens of megabytes, which servers without fits save."""
    program = (
        "import sys, server; from tests.graph import Graph; from schema.build import build_schema\n"
        "from sample import open_sample; from tables.pandas_free import keep_pandas_out\n"
        "keep_pandas_out(); graph = Graph(build_schema(), open_sample())\n"
        "graph.ask('{ llmRuns { nodes { id } groups(by: TASK) { count } } dataset { toolkitVersion } }')\n"
        "assert not {'pandas', 'mlenergy'} & set(sys.modules)\n"
        "assert graph.ask('{ llmRuns(first: 0) { logisticFits(of: AVG_POWER_WATTS, per: []) { k } } }')\n"
        "assert {'pandas', 'mlenergy'} <= set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True)  # noqa: S603 - our own program
