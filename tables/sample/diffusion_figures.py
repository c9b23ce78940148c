"""What diffusion runs measure: arithmetic of pixels, frames, steps and parameters over what the GPUs give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tables.sample.models import DIFFUSION_MODELS, DiffusionModel
from tables.sample.noise import FloatArray, IntArray, between

if TYPE_CHECKING:
    from tables.sample.grid import DiffusionEntry, Grid

_BEST_FLOPS_SHARE = 0.52
# Latent tokens per GPU at which half of that share is reached.
_HALF_TOKENS = 1400.0
# Latent tokens at which attention costs as much as everything else.
_ATTENTION_TOKENS = 60e3
_PIXELS_PER_TOKEN = 256
_FRAMES_PER_TOKEN = 4
# What each doubling keeps of the speed.
_ULYSSES_KEEPS = 0.94
_RING_KEEPS = 0.9
_COMPILED_SHARE = 0.84


@dataclass(frozen=True, slots=True)
class DiffusionFigures:
    """The figures of n runs, each array of shape (n,).

    Args:
        entry: Position in the grid's entries.
        generation: Generation of the model.
        slot: Position in `SEEDS`.
        start_time: Start of the benchmark, unix seconds.
        batch_latency: Mean time of a batch, s.
        batch_energy: Mean energy of a batch, all GPUs, J.
    """

    entry: IntArray
    generation: IntArray
    slot: IntArray
    start_time: FloatArray
    batch_latency: FloatArray
    batch_energy: FloatArray


def diffusion_figures(grid: Grid[DiffusionEntry], seed: int, index: IntArray) -> DiffusionFigures:
    """Work out the runs at `index`, of shape (n,); a run's figures do not depend on which others are asked for."""
    entry, generation, slot = grid.place(index)
    entries = grid.entries
    model = np.array([DIFFUSION_MODELS.index(item.model) for item in entries], dtype=np.int64)[entry]
    speed = between(seed, "diffusion.speed", generation * len(DIFFUSION_MODELS) + model, low=0.92, high=1.08)
    arithmetic_s, share = _arithmetic(entries)
    steps = np.array([float(item.model.steps) for item in entries])
    latency = arithmetic_s[entry] / speed + 0.25 + 0.004 * steps[entry]
    latency = np.round(latency * between(seed, "diffusion.scatter", index, low=0.985, high=1.015), 6)

    idle = np.array([item.gpu.idle_watts for item in entries])[entry]
    limit = np.array([item.gpu.tdp_watts for item in entries])[entry]
    num_gpus = np.array([float(item.num_gpus) for item in entries])[entry]
    busy = 0.93 * np.sqrt(share[entry]) * np.minimum(arithmetic_s[entry] / latency, 1.0)
    watts = (idle + (limit - idle) * busy) * num_gpus * between(seed, "diffusion.power", index, low=0.99, high=1.01)
    return DiffusionFigures(
        entry=entry,
        generation=generation,
        slot=slot,
        start_time=np.round(between(seed, "diffusion.start", index, low=1.75e9, high=1.78e9), 3),
        batch_latency=latency,
        batch_energy=np.round(watts * latency, 3),
    )


def latent_tokens(model: DiffusionModel, size: tuple[int, int]) -> float:
    """Return the tokens that one denoising step works on."""
    frames = 1 if model.num_frames is None else (model.num_frames - 1) // _FRAMES_PER_TOKEN + 1
    return size[0] * size[1] / _PIXELS_PER_TOKEN * frames


def _arithmetic(entries: tuple[DiffusionEntry, ...]) -> tuple[FloatArray, FloatArray]:
    """Seconds of arithmetic per batch, and the share of the best throughput they reach, each of shape (entries,)."""
    seconds, shares = [], []
    for item in entries:
        tokens = latent_tokens(item.model, item.size)
        per_token = 2.0 * item.model.total * 1e9 * (1.0 + tokens / _ATTENTION_TOKENS)
        flops = item.batch_size * item.model.steps * tokens * per_token
        at_once = tokens * item.batch_size / item.num_gpus
        kept = _ULYSSES_KEEPS ** np.log2(item.ulysses) * _RING_KEEPS ** np.log2(item.ring)
        share = kept * at_once / (at_once + _HALF_TOKENS)
        compiled = _COMPILED_SHARE if item.use_torch_compile else 1.0
        shares.append(share)
        seconds.append(compiled * flops / (item.num_gpus * item.gpu.flops * _BEST_FLOPS_SHARE * share))
    return np.array(seconds, dtype=np.float64), np.array(shares, dtype=np.float64)
