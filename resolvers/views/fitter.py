"""Logistic fits by the benchmark's own toolkit: one at a time, off the event loop, each curve once."""

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
    """What is fitted.

    Args:
        x: Ascending, float64.
        y: As long, float64.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def key(self) -> bytes:
        """A digest of the curve, 16 bytes; a curve itself has two numbers for each point."""
        return hashlib.blake2b(self.x.tobytes() + self.y.tobytes(), digest_size=16).digest()


class LogisticFitter:
    """Fits curves; belongs to one event loop.

    A fit searches a grid of 2,400 curves, some 75 ms of Python, so that they are made in a thread, and remembered. The
    toolkit is imported there, when the first one is asked for: it takes a second, and brings pandas.

    Args:
        queue: How many different curves may be waiting or under way.
        cache: Fits by the digests of their curves; one of 4 MiB by default.
    """

    def __init__(self, *, queue: int = FIT_QUEUE, cache: ByteCache[bytes, Logistic] | None = None) -> None:
        self._queue = queue
        self._made: ByteCache[bytes, Logistic] = ByteCache(_CACHE_BYTES) if cache is None else cache
        self._fits: SingleFlight[bytes, Logistic] = SingleFlight()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="logistic-fit")

    def remembers(self, curve: Curve) -> bool:
        """Say whether a curve's fit is at hand."""
        return curve.key in self._made

    async def fit(self, curve: Curve) -> Logistic:
        """Return the toolkit's fit of a curve.

        Raises:
            BadUserInput: No logistic can be fitted within float64.
            Overloaded: Too many curves are waiting.
        """
        key = curve.key
        made = self._made.get(key)
        if made is not None:
            return made
        if key not in self._fits and len(self._fits) >= self._queue:
            raise Overloaded(
                f"{len(self._fits)} fits are being made or waiting to be; allowed: {self._queue}; try again soon",
                limit=self._queue,
            )
        return await self._fits.join(key, lambda: self._fitting(key, curve))

    def close(self) -> None:
        """Drop what waits; a fit under way ends by itself and is forgotten."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _fitting(self, key: bytes, curve: Curve) -> Job[Logistic]:
        job = self._thread.submit(_fit, curve)
        outcome = asyncio.wrap_future(job)
        outcome.add_done_callback(lambda done: self._keep(key, done))
        return Job(outcome=outcome, cancel=job.cancel)

    def _keep(self, key: bytes, done: asyncio.Future[Logistic]) -> None:
        if done.cancelled() or done.exception() is not None:
            return
        self._made.put(key, done.result(), _BYTES_OF_A_FIT)


def _fit(curve: Curve) -> Logistic:
    from mlenergy.data.modeling import LogisticModel  # noqa: PLC0415 - a second, and pandas, for those who fit

    try:
        # The far ends of the toolkit's grid overflow to a share of 0, which is what they are.
        with np.errstate(over="ignore", invalid="ignore"):
            model = LogisticModel.fit(curve.x, curve.y)
    except np.linalg.LinAlgError:
        model = None
    if model is None or not np.isfinite((model.L, model.x0, model.k, model.b0)).all():
        raise BadUserInput(
            f"of: no logistic can be fitted to values from {curve.y.min():g} to {curve.y.max():g}; narrow the "
            "selection to lesser ones.",
            argument="of",
        )
    return Logistic(float(model.L), float(model.x0), float(model.k), float(model.b0))
