"""Logistic fits by the benchmark's toolkit, in a thread, cached by curve."""

from __future__ import annotations

import asyncio
import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from caches import ByteCache
from defaults import FIT_QUEUE
from errors import BadUserInput, Overloaded
from timelines.single_flight import Job, SingleFlight

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CACHE_BYTES = 4 * 2**20
# Measured: a digest and a `Logistic` with its four numbers.
_BYTES_OF_A_FIT = 250


@dataclass(frozen=True, slots=True)
class Logistic:
    """A four-parameter logistic: `b0 + L / (1 + exp(-k (x - x0)))`.

    Args:
        L: The amplitude.
        x0: The midpoint.
        k: The steepness.
        b0: The lower asymptote.
    """

    L: float
    x0: float
    k: float
    b0: float


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Points of a curve to fit.

    Args:
        x: The positions, ascending, float64.
        y: The value at each position, float64.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def key(self) -> bytes:
        """A digest of the curve, 16 bytes: smaller than the curve, which has two numbers per point."""
        return hashlib.blake2b(self.x.tobytes() + self.y.tobytes(), digest_size=16).digest()


class LogisticFitter:
    """Fits curves in a thread and caches the fits; belongs to one event loop.

    A fit searches a grid of 2,400 curves, about 75 ms of Python. The first fit imports the toolkit, which takes a
    second and imports pandas.

    Args:
        queue: Maximum number of different curves that wait or run.
        cache: Fits by the digests of their curves; 4 MiB by default.
    """

    def __init__(self, *, queue: int = FIT_QUEUE, cache: ByteCache[bytes, Logistic] | None = None) -> None:
        self._queue = queue
        self._cache: ByteCache[bytes, Logistic] = ByteCache(_CACHE_BYTES) if cache is None else cache
        self._fits: SingleFlight[bytes, Logistic] = SingleFlight()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="logistic-fit")

    def remembers(self, curve: Curve) -> bool:
        """Return whether a curve's fit is cached."""
        return curve.key in self._cache

    async def fit(self, curve: Curve) -> Logistic:
        """Return the toolkit's fit of a curve.

        Raises:
            BadUserInput: No logistic fits within float64.
            Overloaded: Too many curves are waiting.
        """
        key = curve.key
        cached = self._cache.get(key)
        if cached is not None:
            return cached
        if key not in self._fits and len(self._fits) >= self._queue:
            raise Overloaded(
                f"{len(self._fits)} logistic fits are running or waiting; allowed: {self._queue}. Retry later.",
                limit=self._queue,
            )
        return await self._fits.join(key, lambda: self._fitting(key, curve))

    def close(self) -> None:
        """Cancel waiting fits; a running fit ends by itself and is discarded."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _fitting(self, key: bytes, curve: Curve) -> Job[Logistic]:
        job = self._thread.submit(_fit, curve)
        outcome = asyncio.wrap_future(job)
        outcome.add_done_callback(lambda done: self._store(key, done))
        return Job(outcome=outcome, cancel=job.cancel)

    def _store(self, key: bytes, done: asyncio.Future[Logistic]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        self._cache.put(key, done.result(), _BYTES_OF_A_FIT)


def _fit(curve: Curve) -> Logistic:
    from mlenergy.data.modeling import LogisticModel  # noqa: PLC0415 - takes a second and imports pandas

    try:
        # The far ends of the toolkit's grid overflow to a share of 0, which is the right limit.
        with np.errstate(over="ignore", invalid="ignore"):
            model = LogisticModel.fit(curve.x, curve.y)
    except np.linalg.LinAlgError:
        model = None
    if model is None or not np.isfinite((model.L, model.x0, model.k, model.b0)).all():
        raise BadUserInput(
            f"of: no logistic fits values from {curve.y.min():g} to {curve.y.max():g} within float64; filter for "
            "smaller values.",
            argument="of",
        )
    return Logistic(float(model.L), float(model.x0), float(model.k), float(model.b0))
