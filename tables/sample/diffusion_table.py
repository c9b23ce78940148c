"""The sample's diffusion table, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from tables.sample.columns import arrow_table, per_entry, per_model, texts
from tables.sample.diffusion_figures import diffusion_figures
from tables.sample.paths import raw_paths

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.sample.grid import DiffusionEntry, Grid
    from tables.sample.noise import FloatArray


def diffusion_table(grid: Grid[DiffusionEntry], seed: int) -> pa.Table:
    """Return all runs of the grid with the columns of the catalogue; figures follow as the toolkit computes them."""
    index = np.arange(grid.runs, dtype=np.int64)
    figures = diffusion_figures(grid, seed, index)
    entries, entry = grid.entries, figures.entry

    def number(value: Callable[[DiffusionEntry], float]) -> FloatArray:
        return per_entry([value(item) for item in entries], entry)

    def video_only(value: Callable[[DiffusionEntry], int | None]) -> pa.Array:
        return pa.array([value(item) for item in entries], type=pa.int64()).take(pa.array(entry))

    batch_size = number(lambda item: item.batch_size)
    return arrow_table(
        "diffusion",
        {
            "domain": texts(["diffusion"], np.zeros_like(entry)),
            "task": texts([item.model.task for item in entries], entry),
            "gpu_model": texts([item.gpu.name for item in entries], entry),
            "num_gpus": number(lambda item: item.num_gpus),
            "batch_size": batch_size,
            "inference_steps": number(lambda item: item.model.steps),
            "height": number(lambda item: item.size[0]),
            "width": number(lambda item: item.size[1]),
            "num_frames": video_only(lambda item: item.model.num_frames),
            "fps": video_only(lambda item: item.model.fps),
            "ulysses_degree": number(lambda item: item.ulysses),
            "ring_degree": number(lambda item: item.ring),
            "use_torch_compile": number(lambda item: item.use_torch_compile).astype(np.bool_),
            "batch_latency_s": figures.batch_latency,
            "avg_power_watts": figures.batch_energy / figures.batch_latency,
            "energy_per_generation_joules": figures.batch_energy / batch_size,
            "throughput_generations_per_sec": batch_size / figures.batch_latency,
            "results_path": raw_paths(grid, index, "results.json"),
            **per_model([item.model for item in entries], entry, figures.generation),
        },
    )
