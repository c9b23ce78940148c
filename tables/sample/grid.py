"""Which runs there are: a fixed list of configurations, repeated with other seeds and then with newer models."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from errors import DatasetError
from tables.sample.models import (
    BYTES_PER_PARAMETER,
    DIFFUSION_MODELS,
    GPU,
    GPUS,
    LLM,
    LLM_TASKS,
    LLMS,
    DiffusionModel,
    LLMTask,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tables.sample.noise import IntArray

DEFAULT_RUNS = 420

# The benchmark's settings of the first, second, ... run of one configuration.
SEEDS = (1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008)
REQUEST_REPEATS = (1, 1, 2, 2, 3, 3, 4, 4)

_GPU_COUNTS = (1, 2, 4, 8)
# Weights may take this share of the memory; the rest is for the key-value cache.
_WEIGHT_SHARE = 0.8
# (ulysses, ring) degrees, and which of them also ran with torch.compile.
_DEGREES = ((1, 1), (2, 1), (2, 2), (4, 2))
_COMPILED = ((1, 1), (2, 1))


class Fault(IntEnum):
    """What went wrong in every run of a configuration."""

    NONE = 0
    LOW_BATCH_UTILIZATION = 1
    SHORT_STEADY_STATE = 2
    NO_ENERGY = 3  # the energy counter stood still
    NO_SERVER_STATISTICS = 4  # no snapshot of the server fell into the steady state; not a reason to be unstable


@dataclass(frozen=True, slots=True)
class LLMEntry:
    """One configuration of the LLM table; `group` numbers its batch sweep."""

    task: LLMTask
    model: LLM
    gpu: GPU
    num_gpus: int
    max_num_seqs: int
    group: int
    fault: Fault

    @property
    def parallelism(self) -> tuple[int, int, int]:
        """Tensor, expert and data parallelism degrees, by the toolkit's rules for `monolithic.config.yaml`."""
        experts = self.num_gpus if self.model.architecture == "MoE" else 1
        return (1 if experts > 1 else self.num_gpus), experts, (self.num_gpus if self.model.data_parallel else 1)


@dataclass(frozen=True, slots=True)
class DiffusionEntry:
    """One configuration of the diffusion table."""

    model: DiffusionModel
    gpu: GPU
    size: tuple[int, int]
    ulysses: int
    ring: int
    use_torch_compile: bool
    batch_size: int

    @property
    def num_gpus(self) -> int:
        """GPUs: ulysses times ring."""
        return self.ulysses * self.ring


_Entry = TypeVar("_Entry", LLMEntry, DiffusionEntry)


@dataclass(frozen=True, slots=True)
class Grid(Generic[_Entry]):
    """The runs of one table: run i has entry i mod len(entries); the rest says which seed and which generation.

    Args:
        entries: The configurations.
        runs: How many runs the table has.
    """

    entries: tuple[_Entry, ...]
    runs: int

    def place(self, index: IntArray) -> tuple[IntArray, IntArray, IntArray]:
        """Return entry, generation of the model, and slot (position in `SEEDS`) of the runs, each of shape (n,)."""
        repeat, entry = np.divmod(index, len(self.entries))
        generation, slot = np.divmod(repeat, len(SEEDS))
        return entry, generation, slot

    def index(self, entry: int, generation: int, slot: int) -> int:
        """Return the run at that place; it may lie beyond `runs`."""
        return (generation * len(SEEDS) + slot) * len(self.entries) + entry


def sample_grids(runs: int, seed: int) -> tuple[Grid[LLMEntry], Grid[DiffusionEntry]]:
    """Return both tables' runs.

    Args:
        runs: Runs of both tables together, at least 2.
        seed: From 0 to 2³² - 1.

    Raises:
        DatasetError: A figure is outside its range.
    """
    if runs < 2:  # noqa: PLR2004 - one run for each table
        raise DatasetError(f"a sample of {runs} runs is not possible: at least 2, one for each table")
    if not 0 <= seed < 2**32:
        raise DatasetError(f"a sample with seed {seed} is not possible: 0 to {2**32 - 1}")
    llm, diffusion = tuple(_llm_entries()), tuple(_diffusion_entries())
    llm_runs = min(max(round(runs * len(llm) / (len(llm) + len(diffusion))), 1), runs - 1)
    return Grid(llm, llm_runs), Grid(diffusion, runs - llm_runs)


def _llm_entries() -> Iterator[LLMEntry]:
    """Sweeps in an order that reaches every task and both GPUs within the first few."""
    sweeps = _in_turn([_llm_sweeps(task, position) for position, task in enumerate(LLM_TASKS)])
    for group, (task, model, gpu, num_gpus) in enumerate(sweeps):
        for position, batch in enumerate(task.batches):
            fault = _fault(group, position, len(task.batches))
            yield LLMEntry(task, model, gpu, num_gpus, batch, group, fault)


def _llm_sweeps(task: LLMTask, position: int) -> Iterator[tuple[LLMTask, LLM, GPU, int]]:
    gpus = GPUS[position % 2 :] + GPUS[: position % 2]
    for model in LLMS:
        if task.name not in model.tasks:
            continue
        weights_gb = model.total * BYTES_PER_PARAMETER[model.precision]
        for gpu in gpus:
            counts = [count for count in _GPU_COUNTS if weights_gb <= _WEIGHT_SHARE * count * gpu.memory_gb]
            for num_gpus in counts[: model.counts]:
                yield task, model, gpu, num_gpus


def _fault(group: int, position: int, sweep: int) -> Fault:
    # Seven is prime to the number of tasks, so that every task meets every fault. The sixth sweep lost its energy once.
    if group == 5 and position == sweep - 1:  # noqa: PLR2004 - said above
        return Fault.NO_ENERGY
    return {
        (1, sweep - 1): Fault.LOW_BATCH_UTILIZATION,
        (4, sweep - 2): Fault.SHORT_STEADY_STATE,
        (6, 0): Fault.NO_SERVER_STATISTICS,
    }.get((group % 7, position), Fault.NONE)


def _diffusion_entries() -> Iterator[DiffusionEntry]:
    """Sweeps in an order that reaches both tasks and both GPUs within the first few."""
    models = [_diffusion_sweeps(model, position) for position, model in enumerate(DIFFUSION_MODELS)]
    for model, gpu, size, degrees, compiled in _in_turn(models):
        for batch in model.batches:
            yield DiffusionEntry(model, gpu, size, *degrees, compiled, batch)


def _diffusion_sweeps(
    model: DiffusionModel, position: int
) -> Iterator[tuple[DiffusionModel, GPU, tuple[int, int], tuple[int, int], bool]]:
    gpus = GPUS[position % 2 :] + GPUS[: position % 2]
    for size in model.sizes:
        for compiled in (False, True):
            for gpu in gpus:
                for degrees in _COMPILED if compiled else _DEGREES:
                    # The second size and compiled videos would only lengthen the list.
                    if not compiled or (size == model.sizes[0] and model.num_frames is None):
                        yield model, gpu, size, degrees, compiled


_Item = TypeVar("_Item")


def _in_turn(lists: Iterable[Iterable[_Item]]) -> Iterator[_Item]:
    """The first of each, then the second of each, until all are at their end."""
    return (item for item in chain.from_iterable(zip_longest(*lists)) if item is not None)
