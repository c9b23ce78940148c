"""Diffusion runs: table columns from pixels, frames, steps and parameters, and the raw `results.json`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import orjson

from sample.power import Span, by_gpu, mean_one, timeline

if TYPE_CHECKING:
    from sample.configurations import DiffusionConfiguration
    from sample.runs import Columns, Runs

_FLOPS_SHARE = 0.52  # of the published limit
_HALF_SHARE_TOKENS = 1400.0  # latent tokens per GPU at which half of that share is reached
_ATTENTION_TOKENS = 60e3  # latent tokens at which attention costs as much as everything else


def diffusion_columns(runs: Runs[DiffusionConfiguration]) -> Columns:
    """Return the columns of the diffusion table, and those that only raw files need."""
    batch_size = runs.numbers(lambda each: each.batch_size)
    num_gpus = runs.numbers(lambda each: each.num_gpus)
    steps = runs.numbers(lambda each: each.model.steps)
    # A latent token covers 16 by 16 pixels of 4 frames.
    frames = runs.numbers(lambda each: (each.model.num_frames or 1) - 1) // 4 + 1
    tokens = runs.numbers(lambda each: each.size[0] * each.size[1]) / 256.0 * frames

    tokens_per_gpu = tokens * batch_size / num_gpus
    efficiency = runs.numbers(lambda each: 0.94 ** np.log2(each.ulysses) * 0.9 ** np.log2(each.ring))
    efficiency = efficiency * tokens_per_gpu / (tokens_per_gpu + _HALF_SHARE_TOKENS)
    flops_per_token = 2.0 * runs.numbers(lambda each: each.model.total) * 1e9 * (1.0 + tokens / _ATTENTION_TOKENS)
    flops = batch_size * steps * tokens * flops_per_token
    flops *= runs.numbers(lambda each: 0.84 if each.use_torch_compile else 1.0)  # compilation saves time
    arithmetic_s = flops / (num_gpus * runs.numbers(lambda each: each.gpu.flops) * _FLOPS_SHARE * efficiency)
    latency = arithmetic_s / runs.draw("speed", 0.92, 1.08, per_model=True) + 0.25 + 0.004 * steps
    latency = np.round(latency * runs.draw("scatter", 0.985, 1.015), 6)

    # Power rises from idle towards the limit, with the share of the time and of the throughput that is used.
    busy = 0.93 * np.sqrt(efficiency) * np.minimum(arithmetic_s / latency, 1.0)
    idle = runs.numbers(lambda each: each.gpu.idle_watts)
    gpu_watts = idle + (runs.numbers(lambda each: each.gpu.tdp_watts) - idle) * busy
    watts = gpu_watts * num_gpus * runs.draw("power", 0.99, 1.01)
    energy = np.round(watts * latency, 3)
    return runs.shared_columns() | {
        "task": runs.column(lambda each: each.model.task),
        "batch_size": batch_size,
        "inference_steps": runs.column(lambda each: each.model.steps),
        "height": runs.column(lambda each: each.size[0]),
        "width": runs.column(lambda each: each.size[1]),
        "num_frames": runs.column(lambda each: each.model.num_frames),
        "fps": runs.column(lambda each: each.model.fps),
        "ulysses_degree": runs.column(lambda each: each.ulysses),
        "ring_degree": runs.column(lambda each: each.ring),
        "use_torch_compile": runs.column(lambda each: each.use_torch_compile),
        "batch_latency_s": latency,
        "batch_energy_joules": energy,
        "avg_power_watts": energy / latency,
        "energy_per_generation_joules": energy / batch_size,
        "throughput_generations_per_sec": batch_size / latency,
    }


def diffusion_results(configuration: DiffusionConfiguration, run: Columns, generator: np.random.Generator) -> bytes:
    """Return the raw `results.json` of a run, from its values of `diffusion_columns`."""
    iterations = int(np.clip(np.ceil(20.0 / run["batch_latency_s"]), 3, 12))  # about 20 s
    times = run["batch_latency_s"] * mean_one(generator, iterations, 0.004)
    energies = run["batch_energy_joules"] * mean_one(generator, iterations, 0.006)
    per_gpu = np.outer(energies, mean_one(generator, run["num_gpus"], 0.012) / run["num_gpus"])
    ends = np.round(run["start_time"] + np.concatenate([[0.0], np.cumsum(times)]), 6).tolist()
    spans = [
        # Power falls within a batch: denoising takes more than decoding the latents.
        Span(start, end, 1.06 * energy / time, 0.94 * energy / time)
        for (start, end), time, energy in zip(pairwise(ends), times, per_gpu, strict=True)
    ]
    settings = ("model_id", "batch_size", "height", "width", "inference_steps", "num_frames", "fps", "seed")
    result = {
        "note": "Synthetic: made-up numbers of an invented model, not measurements.",
        **{name: run[name] for name in settings if run[name] is not None},
        "num_iterations": iterations,
        "total_images": iterations * configuration.batch_size,
        "total_time": times.sum().item(),
        "total_energy": energies.sum().item(),
        "energy_measurement": {"time": times.sum().item(), "gpu_energy": by_gpu(per_gpu.sum(axis=0))},
        "iteration_energy_measurements": [
            {"time": time, "gpu_energy": by_gpu(energy)} for time, energy in zip(times.tolist(), per_gpu, strict=True)
        ],
        "configurations": {name: run[name] for name in ("ulysses_degree", "ring_degree", "use_torch_compile")},
        "timeline": timeline(generator, configuration.gpu, spans),
    }
    return orjson.dumps(result, option=orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY)
