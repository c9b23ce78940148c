"""The sample's LLM table, column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from tables.sample.columns import arrow_table, per_entry, per_model, texts
from tables.sample.grid import REQUEST_REPEATS, SEEDS, Grid, LLMEntry
from tables.sample.latency_shapes import latency_shapes
from tables.sample.llm_figures import LLMFigures, llm_figures
from tables.sample.paths import UNNAMED_REPEATS_TASK, raw_paths
from tables.sample.stability import stability

if TYPE_CHECKING:
    from collections.abc import Callable

    from tables.sample.noise import FloatArray


def llm_table(grid: Grid[LLMEntry], seed: int) -> pa.Table:
    """Return all runs of the grid with the columns of the catalogue; figures follow as the toolkit computes them."""
    index = np.arange(grid.runs, dtype=np.int64)
    figures = llm_figures(grid, seed, index)
    is_stable, reasons = stability(grid, figures)
    columns = _configuration(grid, figures) | _measurements(figures)
    columns |= {
        "is_stable": is_stable,
        "unstable_reason": reasons,
        "results_path": raw_paths(grid, index, "results.json"),
        "prometheus_path": raw_paths(grid, index, "prometheus.json"),
    }
    return arrow_table("llm", columns)


def _configuration(grid: Grid[LLMEntry], figures: LLMFigures) -> dict[str, Any]:
    entries, entry = grid.entries, figures.entry

    def number(value: Callable[[LLMEntry], float]) -> FloatArray:
        return per_entry([value(item) for item in entries], entry)

    unnamed = per_entry([item.task.name == UNNAMED_REPEATS_TASK for item in entries], entry).astype(np.bool_)
    repeats = np.array(REQUEST_REPEATS, dtype=np.int64)[figures.slot]
    return {
        "domain": texts(["llm"], np.zeros_like(entry)),
        "task": texts([item.task.name for item in entries], entry),
        "architecture": texts([item.model.architecture for item in entries], entry),
        "gpu_model": texts([item.gpu.name for item in entries], entry),
        "num_gpus": number(lambda item: item.num_gpus),
        "max_num_seqs": number(lambda item: item.max_num_seqs),
        "seed": np.array(SEEDS, dtype=np.int64)[figures.slot],
        "num_request_repeats": pa.array(repeats, mask=unnamed),
        "tensor_parallel": number(lambda item: item.parallelism[0]),
        "expert_parallel": number(lambda item: item.parallelism[1]),
        "data_parallel": number(lambda item: item.parallelism[2]),
        **per_model([item.model for item in entries], figures.entry, figures.generation),
    }


def _measurements(figures: LLMFigures) -> dict[str, Any]:
    measured = figures.energy > 0
    latencies = figures.latency_percentiles_ms(latency_shapes())
    output_len = figures.output_len.astype(np.float64)
    return {
        "steady_state_energy_joules": figures.energy,
        "steady_state_duration_seconds": figures.duration_s,
        "energy_per_token_joules": figures.energy_per_token,
        "energy_per_request_joules": pa.array(figures.energy_per_token * output_len, mask=~measured),
        "output_throughput_tokens_per_sec": figures.output_throughput,
        "request_throughput_req_per_sec": pa.array(figures.output_throughput / output_len, mask=~measured),
        "avg_power_watts": figures.energy / figures.duration_s,
        "total_output_tokens": (figures.completed * figures.output_len).astype(np.float64),
        "completed_requests": figures.completed.astype(np.float64),
        "avg_output_len": output_len,
        "mean_itl_ms": figures.itl_s * 1e3,
        "median_itl_ms": latencies[0],
        "p50_itl_ms": latencies[0],
        "p90_itl_ms": latencies[1],
        "p95_itl_ms": latencies[2],
        "p99_itl_ms": latencies[3],
        "avg_batch_size": pa.array(figures.avg_batch_size, mask=~figures.has_server_statistics),
    }
