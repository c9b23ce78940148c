"""The raw `prometheus.json` of an LLM run: server snapshots, one each second, whose mean batch is the row's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import orjson

from tables.sample.llm_figures import FIRST_SNAPSHOT_S, LLMFigures
from tables.sample.noise import FloatArray, IntArray, run_generator
from tables.sample.raw_llm import JSON_OPTIONS, steady_state

if TYPE_CHECKING:
    from tables.sample.grid import Grid, LLMEntry
    from tables.sample.latency_shapes import LatencyShapes

_INTERVAL_S = 1.0
_BUCKETS_S = (0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0)
_GAUGES = {
    "vllm:num_requests_running": "Number of requests in model execution batches.",
    "vllm:num_requests_waiting": "Number of requests waiting to be processed.",
    "vllm:kv_cache_usage_perc": "KV-cache usage. 1 means 100 percent usage.",
}
_COUNTERS = {
    "vllm:prompt_tokens_total": "Number of prefill tokens processed.",
    "vllm:generation_tokens_total": "Number of generation tokens processed.",
}
_HISTOGRAM = "vllm:inter_token_latency_seconds"


def llm_prometheus(grid: Grid[LLMEntry], seed: int, run: int, figures: LLMFigures, shapes: LatencyShapes) -> bytes:
    """Return the file.

    Args:
        grid: The table's runs.
        seed: The sample's seed.
        run: Which run.
        figures: Of that run alone: arrays of shape (1,).
        shapes: The latency distributions.
    """
    entry = grid.entries[figures.entry.item()]
    model_id = entry.model.model_id(figures.generation.item())
    generator = run_generator(seed, "prometheus", run)
    start, end = steady_state(figures)
    first = start + FIRST_SNAPSHOT_S
    steady_count = figures.snapshots.item()
    before, after = int(figures.ramp_s.item()), int(figures.tail_s.item())
    running = np.concatenate(
        [
            np.linspace(0, entry.max_num_seqs, before, dtype=np.int64),
            _running(generator, figures.running.item(), steady_count, entry.max_num_seqs),
            np.linspace(entry.max_num_seqs, 0, after, dtype=np.int64),
        ]
    )
    usage = np.round(figures.kv_usage.item() * running / max(entry.max_num_seqs, 1), 6)
    timestamps = first + _INTERVAL_S * np.arange(-before, steady_count + after)
    steady = slice(before, before + steady_count)
    if not figures.has_server_statistics.item():
        # The endpoint did not answer during the steady state.
        kept = np.ones(len(timestamps), dtype=np.bool_)
        kept[steady] = False
        timestamps, running, usage = timestamps[kept], running[kept], usage[kept]
        statistics: dict[str, float] = {}
    else:
        statistics = _statistics(entry, figures, shapes, usage[steady])
    buckets = _bucket_shares(figures, shapes)
    rate = figures.tokens.item() / figures.duration_s.item()
    snapshots = []
    for position, (timestamp, batch, cache) in enumerate(
        zip(timestamps.tolist(), running.tolist(), usage.tolist(), strict=True)
    ):
        generated = int(rate * (position + 1))
        prompts = int(generated / figures.output_len.item() * entry.task.input_tokens)
        waiting = max(figures.completed.item() - batch - generated // figures.output_len.item(), 0)
        values = [float(batch), float(waiting), cache, float(prompts), float(generated)]
        metrics = _metrics_text(model_id, values, buckets * generated, figures.itl_s.item() * generated)
        snapshots.append({"timestamp": round(timestamp, 6), "metrics": metrics})
    return orjson.dumps(
        {
            "collection_interval": _INTERVAL_S,
            "steady_state_start_time": start,
            "steady_state_end_time": end,
            "steady_state_stats": statistics,
            "timeline": snapshots,
        },
        option=JSON_OPTIONS,
    )


def _running(generator: np.random.Generator, total: int, count: int, most: int) -> IntArray:
    """Whole numbers up to `most` with exactly that sum: even, then some moved from one snapshot to another."""
    values = np.full(count, total // count, dtype=np.int64)
    values[np.argsort(generator.random(count))[: total % count]] += 1
    half = count // 2
    room = np.minimum(most - values[:half], values[half : 2 * half])
    moved = np.floor(generator.random(half) * (room + 1) * 0.9).astype(np.int64)
    values[:half] += moved
    values[half : 2 * half] -= moved
    return values[np.argsort(generator.random(count))]


def _statistics(entry: LLMEntry, figures: LLMFigures, shapes: LatencyShapes, usage: FloatArray) -> dict[str, float]:
    latencies = (figures.latency_percentiles_ms(shapes)[:, 0] / 1e3).tolist()
    output_len, input_len = figures.output_len.item(), entry.task.input_tokens
    statistics = {
        "vllm:num_requests_running": figures.avg_batch_size.item(),
        "vllm:kv_cache_usage_perc": usage.mean().item(),
    }
    for level, share, latency in zip((50, 90, 95, 99), (0.9, 1.5, 1.7, 2.1), latencies, strict=True):
        statistics[f"vllm:request_prompt_tokens_p{level}"] = share * input_len
        statistics[f"vllm:request_generation_tokens_p{level}"] = share * output_len
        statistics[f"vllm:request_prefill_time_seconds_p{level}"] = share * figures.ttft_s.item() / 2.0
        statistics[f"{_HISTOGRAM}_p{level}"] = latency
    return statistics


def _bucket_shares(figures: LLMFigures, shapes: LatencyShapes) -> FloatArray:
    """The share of tokens at most as late as each bucket's bound."""
    values = shapes.blend(figures.burstiness.item()) * figures.itl_s.item()
    below = np.concatenate([[0], np.cumsum(shapes.tokens)])
    shares: FloatArray = below[np.searchsorted(values, _BUCKETS_S, side="right")] / below[-1]
    return shares


def _metrics_text(model_id: str, values: list[float], buckets: FloatArray, latency_sum: float) -> str:
    """One snapshot in Prometheus's text format."""
    labels = f'engine="0",model_name="{model_id}"'
    named = _GAUGES | _COUNTERS
    lines = []
    for (name, description), value in zip(named.items(), values, strict=True):
        kind = "gauge" if name in _GAUGES else "counter"
        lines += [f"# HELP {name} {description}", f"# TYPE {name} {kind}", f"{name}{{{labels}}} {value}"]
    lines += [f"# HELP {_HISTOGRAM} Histogram of inter-token latency in seconds.", f"# TYPE {_HISTOGRAM} histogram"]
    for bound, count in zip(_BUCKETS_S, np.floor(buckets).tolist(), strict=True):
        lines.append(f'{_HISTOGRAM}_bucket{{{labels},le="{bound}"}} {count}')
    lines += [
        f'{_HISTOGRAM}_bucket{{{labels},le="+Inf"}} {values[-1]}',
        f"{_HISTOGRAM}_count{{{labels}}} {values[-1]}",
        f"{_HISTOGRAM}_sum{{{labels}}} {latency_sum}",
    ]
    return "\n".join(lines) + "\n"
