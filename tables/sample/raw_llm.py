"""The raw `results.json` of an LLM run, made on demand around the figures of its row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson

from tables.sample.grid import REQUEST_REPEATS, SEEDS, Grid, LLMEntry
from tables.sample.latency_shapes import PERCENTILES, LatencyShapes
from tables.sample.llm_figures import LLMFigures, benchmark_throughput
from tables.sample.noise import FloatArray, bell, run_generator
from tables.sample.requests import made_up_requests
from tables.sample.series import Span, power_and_temperature

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTE = "Synthetic: made-up numbers of invented models, not measurements. The list of requests is an excerpt."
JSON_OPTIONS = orjson.OPT_INDENT_2 | orjson.OPT_SERIALIZE_NUMPY


def llm_results(grid: Grid[LLMEntry], seed: int, run: int, figures: LLMFigures, shapes: LatencyShapes) -> bytes:
    """Return the file.

    Args:
        grid: The table's runs.
        seed: The sample's seed.
        run: Which run.
        figures: Of that run alone: arrays of shape (1,).
        shapes: The latency distributions.
    """
    entry = grid.entries[figures.entry.item()]
    generator = run_generator(seed, "llm", run)
    requests, latencies = made_up_requests(generator, entry, figures, shapes)
    num_gpus = entry.num_gpus
    balance = _balance(generator, num_gpus)
    energies = (figures.energy.item() * balance / num_gpus).tolist()
    timeline = _timeline(generator, entry, figures, figures.gpu_watts.item() * balance)
    duration = figures.benchmark_s.item()
    start = figures.start_time.item()
    total_input = figures.completed.item() * entry.task.input_tokens
    total_output = (figures.completed * figures.output_len).item()
    throughput = benchmark_throughput(figures.tokens / figures.duration_s).item()
    result: dict[str, Any] = {
        "note": NOTE,
        **_settings(entry, figures, start),
        "duration": duration,
        "completed": figures.completed.item(),
        "steady_state_duration": figures.duration_s.item(),
        "steady_state_energy": figures.energy.item(),
        "steady_state_energy_per_token": figures.energy_per_token.item(),
        "total_input_tokens": total_input,
        "total_output_tokens": total_output,
        "request_throughput": throughput / figures.output_len.item(),
        "output_throughput": throughput,
        "total_token_throughput": throughput * (1.0 + total_input / total_output),
        "steady_state_measurement": {
            "time": figures.duration_s.item(),
            "gpu_energy": {str(device): energy for device, energy in enumerate(energies)},
        },
        "timeline": timeline,
        **latencies,
        **_inter_token_statistics(figures, shapes),
        "results": requests,
    }
    return orjson.dumps(result, option=JSON_OPTIONS)


def steady_state(figures: LLMFigures) -> tuple[float, float]:
    """Return the start and end of the steady state, unix seconds."""
    start = round(figures.start_time.item() + figures.ramp_s.item(), 3)
    return start, round(start + figures.duration_s.item(), 3)


def _settings(entry: LLMEntry, figures: LLMFigures, start: float) -> Mapping[str, Any]:
    slot = figures.slot.item()
    prompts = figures.completed.item() + figures.failed.item()
    return {
        "date": datetime.fromtimestamp(start, tz=UTC).strftime("%Y%m%d-%H%M%S"),
        "endpoint_type": "openai-chat" if entry.task.name != "sourcegraph-fim" else "openai",
        "model_id": entry.model.model_id(figures.generation.item()),
        "seed": SEEDS[slot],
        "num_unique_prompts": -(-prompts // REQUEST_REPEATS[slot]),
        "num_prompts": prompts,
        "num_request_repeats": REQUEST_REPEATS[slot],
        "gpu_model": entry.gpu.name,
        "num_gpus": entry.num_gpus,
        "max_num_seqs": entry.max_num_seqs,
        "max_num_batched_tokens": None,
        "request_rate": "inf",
        "burstiness": 1.0,
        "max_concurrency": None,
        "max_output_tokens": None,
    }


def _balance(generator: np.random.Generator, num_gpus: int) -> FloatArray:
    """Each GPU's share of the mean power, of mean 1."""
    share: FloatArray = 1.0 + 0.012 * bell(generator, (num_gpus,))
    share /= share.mean()
    return share


def _timeline(
    generator: np.random.Generator, entry: LLMEntry, figures: LLMFigures, watts: FloatArray
) -> dict[str, Any]:
    start = figures.start_time.item()
    end = round(start + figures.benchmark_s.item(), 3)
    steady_start, steady_end = steady_state(figures)
    spans = [
        Span(start, steady_start, (0.05, 1.0)),
        Span(steady_start, steady_end, (1.0, 1.0), watts),
        Span(steady_end, end, (0.9, 0.1)),
    ]
    power, temperature = power_and_temperature(generator, entry.gpu, spans, watts)
    return {
        "benchmark_start_time": start,
        "benchmark_end_time": end,
        "steady_state_start_time": steady_start,
        "steady_state_end_time": steady_end,
        "power": power,
        "temperature": temperature,
    }


def _inter_token_statistics(figures: LLMFigures, shapes: LatencyShapes) -> dict[str, float]:
    """Over all tokens, chunks spread evenly: what the row says too."""
    scale = figures.itl_s.item() * 1e3
    values = np.repeat(shapes.blend(figures.burstiness.item()), shapes.tokens)
    percentiles = figures.latency_percentiles_ms(shapes)[:, 0].tolist()
    return {
        "mean_itl_ms": scale,
        "median_itl_ms": percentiles[0],
        "std_itl_ms": values.std().item() * scale,
        **{f"p{level}_itl_ms": value for level, value in zip(PERCENTILES, percentiles, strict=True)},
    }
