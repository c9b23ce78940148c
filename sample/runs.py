"""Runs of one table: values of their configurations, and random numbers that depend on the run alone."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sample.configurations import SEEDS, DiffusionConfiguration, LLMConfiguration, Model

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
Columns = dict[str, Any]  # numpy or Arrow arrays of the same length
Configuration = TypeVar("Configuration", LLMConfiguration, DiffusionConfiguration)
RawFile = Callable[[Configuration, Columns, np.random.Generator], bytes]  # of a run, from one value of each column
_GOLDEN = 0x9E3779B97F4A7C15


class Runs(Generic[Configuration]):
    """The runs of a table: its configurations with each of the benchmark's seeds, then with newer models.

    A run's values depend on its position and the sample's seed, not on the number of runs.
    """

    def __init__(
        self, kind: str, configurations: Sequence[Configuration], models: Sequence[Model], seed: int, count: int
    ) -> None:
        self.configurations: Sequence[Configuration] = configurations
        self._kind, self._models, self._seed = kind, models, seed
        self._index = np.arange(count, dtype=np.int64)
        repeat, self.position = np.divmod(self._index, len(configurations))
        self.generation, self.slot = np.divmod(repeat, len(SEEDS))
        model = np.array([models.index(each.model) for each in configurations], dtype=np.int64)
        self._model = self.generation * len(models) + model[self.position]

    def column(self, value: Callable[[Configuration], object]) -> pa.Array[Any]:
        """Return a value of each run's configuration, which may be None."""
        return pa.array([value(each) for each in self.configurations]).take(pa.array(self.position))

    def numbers(self, value: Callable[[Configuration], float]) -> FloatArray:
        """Return a number of each run's configuration."""
        return np.array([value(each) for each in self.configurations], dtype=np.float64)[self.position]

    def draw(self, stream: str, low: float = 0.0, high: float = 1.0, *, per_model: bool = False) -> FloatArray:
        """Draw a number in [low, high) per run, or per model and generation; each quantity has its own stream."""
        index = self._model if per_model else self._index
        return low + (high - low) * _uniform(self._seed, f"{self._kind}.{stream}", index)

    def paths(self, file: str) -> pa.Array[Any]:
        """Return the path of each run's raw file of this name."""
        # Model ids are inserted into templates per configuration and slot: a million paths in half a second.
        templates = [each.path("\0", slot).split("\0") for each in self.configurations for slot in range(len(SEEDS))]
        template = pa.array(self.position * len(SEEDS) + self.slot)
        heads, tails = (pa.array(parts).take(template) for parts in zip(*templates, strict=True))
        return pc.binary_join_element_wise(heads, self._names(Model.model_id), tails, f"/{file}", "")

    def shared_columns(self) -> Columns:
        """Return the columns that both tables have, except paths, and the seed and start time of raw files."""
        return {
            "domain": self.column(lambda _: self._kind),
            "model_id": self._names(Model.model_id),
            "nickname": self._names(Model.nickname),
            "total_params_billions": self.column(lambda each: each.model.total),
            "activated_params_billions": self.column(lambda each: each.model.activated),
            "weight_precision": self.column(lambda each: each.model.precision),
            "gpu_model": self.column(lambda each: each.gpu.name),
            "num_gpus": self.column(lambda each: each.num_gpus),
            "seed": np.array(SEEDS, dtype=np.int64)[self.slot],
            "start_time": np.round(self.draw("start", 1.75e9, 1.78e9), 3),
        }

    def generator(self, run: int, file: str) -> np.random.Generator:
        """Return the generator of a raw file; draw only `random()`, whose stream is the same in all numpy versions."""
        stream = self._kind if file == "results.json" else "prometheus"
        return np.random.Generator(np.random.PCG64([self._seed, zlib.crc32(stream.encode()), run]))

    def _names(self, name: Callable[[Model, int], str]) -> pa.Array[Any]:
        generations = range(int(self.generation.max(initial=0)) + 1)
        names = [name(model, generation) for generation in generations for model in self._models]
        return pa.array(names).take(pa.array(self._model))


def bell(generator: np.random.Generator, *shape: int) -> FloatArray:
    """Draw numbers with mean 0 and deviation 1, nearly normal and within ±3.5: the sum of four uniforms."""
    total: FloatArray = generator.random((4, *shape)).sum(axis=0)
    return (total - 2.0) * math.sqrt(3.0)


def _uniform(seed: int, stream: str, index: IntArray) -> FloatArray:
    """Draw a number in [0, 1) per index: the finaliser of splitmix64 over a counter (Steele, Lea and Flood, 2014)."""
    key = (_GOLDEN * (seed + 1) ^ zlib.crc32(stream.encode()) * 0xD1B54A32D192ED03) & (2**64 - 1)
    word = index.astype(np.uint64) * np.uint64(_GOLDEN) + np.uint64(key)
    word = (word ^ (word >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    word ^= word >> np.uint64(31)
    return (word >> np.uint64(11)).astype(np.float64) * 2.0**-53
