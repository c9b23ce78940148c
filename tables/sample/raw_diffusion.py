"""The raw `results.json` of a diffusion run, made on demand around the figures of its row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from tables.sample.grid import SEEDS
from tables.sample.noise import FloatArray, bell, run_generator
from tables.sample.raw_llm import JSON_OPTIONS
from tables.sample.series import Span, power_and_temperature

if TYPE_CHECKING:
    from tables.sample.diffusion_figures import DiffusionFigures
    from tables.sample.grid import DiffusionEntry, Grid

_NOTE = "Synthetic: made-up numbers of an invented model, not measurements."
# Iterations fill about this time, s, within these bounds.
_BENCHMARK_S = 20.0
_ITERATIONS = (3, 12)
# The last share of a batch decodes the latents, at this power.
_DECODE_SHARE = 0.12
_DECODE_LEVEL = 0.75


def diffusion_results(grid: Grid[DiffusionEntry], seed: int, run: int, figures: DiffusionFigures) -> bytes:
    """Return the file.

    Args:
        grid: The table's runs.
        seed: The sample's seed.
        run: Which run.
        figures: Of that run alone: arrays of shape (1,).
    """
    entry = grid.entries[figures.entry.item()]
    generator = run_generator(seed, "diffusion", run)
    latency, energy = figures.batch_latency.item(), figures.batch_energy.item()
    iterations = int(np.clip(np.ceil(_BENCHMARK_S / latency), *_ITERATIONS))
    times = latency * _around_one(generator, iterations, 0.004)
    energies = energy * _around_one(generator, iterations, 0.006)
    balance = _around_one(generator, entry.num_gpus, 0.012) / entry.num_gpus
    per_gpu = np.outer(energies, balance)
    generations = iterations * entry.batch_size
    total_time, total_energy = times.sum().item(), energies.sum().item()
    result: dict[str, Any] = {
        "note": _NOTE,
        **_settings(entry, figures, iterations),
        "total_images": generations,
        "total_time": total_time,
        "throughput_images_per_sec": generations / total_time,
        "avg_time_per_image": total_time / generations,
        "total_energy": total_energy,
        "energy_per_image": total_energy / generations,
        "energy_measurement": {"time": total_time, "gpu_energy": _by_gpu(per_gpu.sum(axis=0))},
        "iteration_energy_measurements": [
            {"time": time, "gpu_energy": _by_gpu(row)} for time, row in zip(times.tolist(), per_gpu, strict=True)
        ],
        "configurations": {
            "ulysses_degree": entry.ulysses,
            "ring_degree": entry.ring,
            "use_torch_compile": entry.use_torch_compile,
        },
        "timeline": _timeline(generator, entry, figures.start_time.item(), times, per_gpu),
    }
    return orjson.dumps(result, option=JSON_OPTIONS)


def _settings(entry: DiffusionEntry, figures: DiffusionFigures, iterations: int) -> dict[str, Any]:
    start = datetime.fromtimestamp(figures.start_time.item(), tz=UTC)
    settings: dict[str, Any] = {
        "date": start.strftime("%Y%m%d-%H%M%S"),
        "model_id": entry.model.model_id(figures.generation.item()),
        "batch_size": entry.batch_size,
        "num_iterations": iterations,
        "height": entry.size[0],
        "width": entry.size[1],
        "inference_steps": entry.model.steps,
        "seed": SEEDS[figures.slot.item()],
    }
    if entry.model.num_frames is not None:
        settings |= {"num_frames": entry.model.num_frames, "fps": entry.model.fps}
    return settings


def _around_one(generator: np.random.Generator, count: int, deviation: float) -> FloatArray:
    """Factors whose mean is 1."""
    factors: FloatArray = 1.0 + deviation * bell(generator, (count,))
    factors /= factors.mean()
    return factors


def _by_gpu(energies: FloatArray) -> dict[str, float]:
    return {str(device): energy for device, energy in enumerate(energies.tolist())}


def _timeline(
    generator: np.random.Generator, entry: DiffusionEntry, start: float, times: FloatArray, per_gpu: FloatArray
) -> dict[str, Any]:
    """One batch after the other, each with its own energy: denoising, then the latents are decoded."""
    ends = np.round(start + np.cumsum(times), 6).tolist()
    begins = [start, *ends[:-1]]
    spans = []
    for begin, end, energy in zip(begins, ends, per_gpu, strict=True):
        watts = energy / (end - begin)
        decode = round(end - _DECODE_SHARE * (end - begin), 6)
        # Decoding takes less power than the mean, so that denoising takes a little more.
        low = watts * _DECODE_LEVEL
        high = watts * (1.0 - _DECODE_SHARE * _DECODE_LEVEL) / (1.0 - _DECODE_SHARE)
        spans += [Span(begin, decode, (1.0, 1.0), high), Span(decode, end, (0.8, 0.7), low)]
    mean = per_gpu.sum(axis=0) / (ends[-1] - start)
    power, temperature = power_and_temperature(generator, entry.gpu, spans, mean)
    return {
        "benchmark_start_time": start,
        "benchmark_end_time": ends[-1],
        "power": power,
        "temperature": temperature,
    }
