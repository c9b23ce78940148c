"""Inter-token latencies of every run: two fixed distributions of mean 1, blended and scaled for each run.

Both are monotone over the same units, so that a blend's percentiles are the blend of the percentiles: exact for a
million runs without making a single sample.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from tables.sample.noise import FloatArray, IntArray

PERCENTILES = (50, 90, 95, 99)

# Every ninth unit is a chunk of three tokens that arrive together.
_UNITS = 1404
_CHUNK_EVERY = 9
_CHUNK_TOKENS = 3


@dataclass(frozen=True, slots=True)
class LatencyShapes:
    """The two distributions.

    Args:
        tokens: Tokens of each unit, 1 or 3, of shape (units,).
        smooth: Latency per token of each unit, ascending, where nothing disturbs the stream.
        bursty: The same, where prefills of other requests stall it.
        smooth_percentiles: At `PERCENTILES`, over tokens.
        bursty_percentiles: At `PERCENTILES`, over tokens.
    """

    tokens: IntArray
    smooth: FloatArray
    bursty: FloatArray
    smooth_percentiles: FloatArray
    bursty_percentiles: FloatArray

    def blend(self, burstiness: float) -> FloatArray:
        """Return the latency per token of each unit for a burstiness from 0 to 1; the mean over tokens is 1."""
        return (1.0 - burstiness) * self.smooth + burstiness * self.bursty

    def percentiles(self, burstiness: FloatArray) -> FloatArray:
        """Return the percentiles over tokens, of shape (len(PERCENTILES), n) for n runs."""
        return np.outer(self.smooth_percentiles, 1.0 - burstiness) + np.outer(self.bursty_percentiles, burstiness)


def latency_shapes() -> LatencyShapes:
    """Build both distributions; a few ms."""
    tokens = np.where(np.arange(_UNITS) % _CHUNK_EVERY == _CHUNK_EVERY // 2, _CHUNK_TOKENS, 1).astype(np.int64)
    levels = (np.cumsum(tokens) - tokens / 2) / tokens.sum()
    normal = np.array([NormalDist().inv_cdf(level) for level in levels.tolist()])
    # A stalled token waits up to nine times as long, as beside the prefill of an image or a video.
    stall = 1.0 + 8.0 * np.clip((levels - 0.92) / 0.08, 0.0, None) ** 1.5
    smooth = _mean_one(np.exp(0.09 * normal), tokens)
    bursty = _mean_one(np.exp(0.2 * normal) * stall, tokens)
    return LatencyShapes(tokens, smooth, bursty, _percentiles(smooth, tokens), _percentiles(bursty, tokens))


def _mean_one(values: FloatArray, tokens: IntArray) -> FloatArray:
    return values / np.average(values, weights=tokens)


def _percentiles(values: FloatArray, tokens: IntArray) -> FloatArray:
    return np.percentile(np.repeat(values, tokens), PERCENTILES)
