"""Random numbers addressed by run: the same (seed, stream, index) gives the same number in any table size and order."""

from __future__ import annotations

import math
import zlib

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

_WORD = 2**64 - 1
_GOLDEN = 0x9E3779B97F4A7C15


def uniform(seed: int, stream: str, index: IntArray) -> FloatArray:
    """Draw one number in [0, 1) per index.

    The finaliser of splitmix64 over a counter (Steele, Lea and Flood, 2014), so that a single run can be made again
    without the runs before it.

    Args:
        seed: The sample's seed.
        stream: What the number is for; every quantity has its own.
        index: Shape (n,), not negative.

    Returns:
        Shape (n,).
    """
    key = (_GOLDEN * (seed + 1) ^ zlib.crc32(stream.encode()) * 0xD1B54A32D192ED03) & _WORD
    word = index.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(key)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    word ^= word >> np.uint64(31)
    return (word >> np.uint64(11)).astype(np.float64) * 2.0**-53


def between(seed: int, stream: str, index: IntArray, *, low: float, high: float) -> FloatArray:
    """Draw one number in [low, high) per index; see `uniform`."""
    return low + (high - low) * uniform(seed, stream, index)


def run_generator(seed: int, domain: str, run: int) -> np.random.Generator:
    """Return the generator behind one run's raw files; only `random()` is drawn from it, whose stream is stable."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(domain.encode()), run]))


def bell(generator: np.random.Generator, shape: tuple[int, ...]) -> FloatArray:
    """Draw numbers with mean 0 and deviation 1, nearly normal and never beyond ±3.5: the sum of four uniforms."""
    total: FloatArray = generator.random((4, *shape)).sum(axis=0)
    return (total - 2.0) * math.sqrt(3.0)
