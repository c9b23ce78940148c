"""Columns of LLM runs: a roofline model of decoding steps, and the toolkit's formulas."""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from sample.configurations import BYTES_PER_PARAMETER, REQUEST_REPEATS

if TYPE_CHECKING:
    from sample.configurations import LLMConfiguration
    from sample.runs import Columns, FloatArray, IntArray, Runs

FIRST_SNAPSHOT_S = 0.4  # from the start of the steady state to its first server snapshot; one follows each second
LISTED_REQUESTS = 24  # successful requests that a raw file lists; a run completes more
# Tokens that arrive together, for each unit of the latency shapes below: mostly one, a chunk of three in every ninth.
CHUNKS = np.where(np.arange(1404) % 9 == 9 // 2, 3, 1).astype(np.int64)
PERCENTILES = (50, 90, 95, 99)

# Shares of the published limits that serving reaches.
_BANDWIDTH_SHARE, _FLOPS_SHARE, _MEMORY_SHARE = 0.62, 0.42, 0.92
_BENCHMARK_THROUGHPUT = 0.93  # of the whole benchmark, relative to the steady state
_KV_BYTES = 44e3  # cache of a dense transformer: bytes per token over the root of 10⁹ parameters

# The toolkit's limits of a stable run (mlenergy-data 0.4.0, `mlenergy/data/records/runs.py`).
_MIN_DURATION_S, _MIN_UTILIZATION = 20.0, 0.85


def llm_columns(runs: Runs[LLMConfiguration]) -> Columns:
    """Return the columns of the LLM table except stability, and those that only raw files need."""
    repeats = np.array(REQUEST_REPEATS, dtype=np.int64)[runs.slot]
    unknown = ~runs.numbers(lambda each: each.task.path_has_repeats).astype(np.bool_)
    return {
        **runs.shared_columns(),
        "task": runs.column(lambda each: each.task.name),
        "architecture": runs.column(lambda each: each.model.architecture),
        "max_num_seqs": runs.column(lambda each: each.max_num_seqs),
        "request_repeats": repeats,
        "num_request_repeats": pa.array(repeats, mask=unknown),
        "tensor_parallel": runs.column(lambda each: 1 if each.model.architecture == "MoE" else each.num_gpus),
        "expert_parallel": runs.column(lambda each: each.num_gpus if each.model.architecture == "MoE" else 1),
        "data_parallel": runs.column(lambda each: each.num_gpus if each.model.data_parallel else 1),
        **_measurements(runs),
    }


def unit_latencies(burstiness: float) -> FloatArray:
    """Return the latency per token of each unit of `CHUNKS`, ascending, with a mean of 1 over all tokens."""
    smooth, bursty = _SHAPES
    return np.asarray((1.0 - burstiness) * smooth + burstiness * bursty)


def stability(runs: Runs[LLMConfiguration], columns: Columns) -> Columns:
    """Return `is_stable` and `unstable_reason` by the toolkit's rules and in its wording.

    The first rule that holds is the reason; a cascade starts at the smallest unstable batch of a sweep, over all seeds.
    """
    batch = runs.numbers(lambda each: each.max_num_seqs).astype(np.int64)
    duration, energy_per_token = columns["steady_state_duration_seconds"], columns["energy_per_token_joules"]
    utilization = columns["running"] / columns["snapshots"] / batch
    short = duration < _MIN_DURATION_S
    invalid = ~short & (energy_per_token <= 0)
    measured = columns["avg_batch_size"].is_valid().to_numpy(zero_copy_only=False)
    low = ~short & ~invalid & measured & (utilization < _MIN_UTILIZATION)
    unstable = short | invalid | low
    sweep = runs.numbers(lambda each: each.sweep).astype(np.int64)
    sweep += runs.generation * (runs.configurations[-1].sweep + 1)
    smallest = np.full(int(sweep.max()) + 1, np.iinfo(np.int64).max, dtype=np.int64)
    np.minimum.at(smallest, sweep[unstable], batch[unstable])
    threshold = smallest[sweep]
    cascade = ~unstable & (batch >= threshold)
    reasons = np.full(len(batch), "", dtype=object)
    for chosen, reason, values in (
        (short, "short_steady_state:{}", duration),
        (invalid, "invalid_energy_per_token:{}", energy_per_token),
        (low, "low_batch_utilization:{:.6f}", utilization),
        (cascade, "cascade_from_unstable_batch:{}", threshold),
    ):
        reasons[chosen] = [reason.format(value) for value in values[chosen].tolist()]
    return {"is_stable": ~(unstable | cascade), "unstable_reason": pa.array(reasons, pa.string())}


def _measurements(runs: Runs[LLMConfiguration]) -> Columns:
    batch, sweep = runs.numbers(lambda each: each.max_num_seqs), runs.numbers(lambda each: each.sweep)
    place = runs.numbers(lambda each: each.task.batches.index(each.max_num_seqs))
    place_from_end = runs.numbers(lambda each: len(each.task.batches)) - place
    # Faults. Seven and the number of tasks have no common divisor, so that every task has the first three.
    low_utilization = (sweep % 7 == 1) & (place_from_end == 1)
    short = (sweep % 7 == 4) & (place_from_end == 2)  # noqa: PLR2004 - see above
    no_statistics = (sweep % 7 == 6) & (place == 0)  # noqa: PLR2004 - see above
    no_energy = (sweep == 5) & (place_from_end == 1)  # noqa: PLR2004 - a single configuration

    duration = runs.draw("duration", 30.0, 62.0)
    duration = np.where(short, 6.0 + (duration - 30.0) * 0.4, duration).round(3)
    utilization = runs.draw("batch", 0.965, 0.999)
    utilization = np.where(low_utilization, 0.5 + (utilization - 0.965) * 9.0, utilization)
    snapshots = np.floor(duration - FIRST_SNAPSHOT_S).astype(np.int64) + 1
    running = np.round(utilization * batch * snapshots).astype(np.int64)
    avg_batch_size = running / snapshots

    typical_len = runs.numbers(lambda each: each.task.output_tokens)
    typical_len *= runs.draw("wordiness", 0.75, 1.3, per_model=True)
    output_len = np.round(typical_len * runs.draw("output_len", 0.97, 1.03)).astype(np.int64)
    step_s, gpu_watts, ttft_s, kv_usage = _decoding_step(runs, avg_batch_size, output_len)
    itl_s = np.round(step_s * runs.draw("scatter", 0.985, 1.015) / runs.draw("speed", 0.92, 1.08, per_model=True), 9)
    smoothest = runs.numbers(lambda each: each.task.burstiness[0])
    burstiest = runs.numbers(lambda each: each.task.burstiness[1])
    burstiness = smoothest + (burstiest - smoothest) * runs.draw("burstiness")
    # Both shapes ascend, so that percentiles of a blend are the blend of the percentiles.
    percentiles = {
        f"p{level}_itl_ms": ((1.0 - burstiness) * smooth + burstiness * bursty) * itl_s * 1e3
        for level, (smooth, bursty) in zip(PERCENTILES, _PERCENTILES_OF_SHAPES, strict=True)
    }

    tokens = np.maximum(np.round(avg_batch_size / itl_s * duration), 1.0)
    gpu_watts *= runs.draw("power", 0.99, 1.01)
    energy = np.round(gpu_watts * runs.numbers(lambda each: each.num_gpus) * duration, 3)
    energy = np.where(no_energy, 0.0, energy)
    per_token = energy / tokens
    # The toolkit divides energy by energy per token; without energy it takes the throughput of the whole benchmark.
    throughput = energy / np.where(no_energy, 1.0, per_token) / duration
    throughput = np.where(no_energy, tokens / duration * _BENCHMARK_THROUGHPUT, throughput)
    completed = np.ceil(tokens / output_len * 1.15 + batch + LISTED_REQUESTS)
    return {
        "steady_state_energy_joules": energy,
        "steady_state_duration_seconds": duration,
        "energy_per_token_joules": per_token,
        "energy_per_request_joules": pa.array(per_token * output_len, mask=no_energy),
        "output_throughput_tokens_per_sec": throughput,
        "request_throughput_req_per_sec": pa.array(throughput / output_len, mask=no_energy),
        "avg_power_watts": energy / duration,
        "total_output_tokens": completed * output_len,
        "completed_requests": completed,
        "avg_output_len": output_len.astype(np.float64),
        "mean_itl_ms": itl_s * 1e3,
        "median_itl_ms": percentiles["p50_itl_ms"],
        **percentiles,
        "avg_batch_size": pa.array(avg_batch_size, mask=no_statistics),
        # For raw files only.
        "failed_requests": np.floor(runs.draw("failed") * 4.0).astype(np.int64),
        "ramp_s": np.round(runs.draw("ramp", 3.0, 6.0), 3),
        "tail_s": np.round(runs.draw("tail", 2.0, 4.0), 3),
        "gpu_watts": gpu_watts,
        "ttft_s": ttft_s,
        "kv_usage": kv_usage,
        "itl_s": itl_s,
        "burstiness": burstiness,
        "snapshots": snapshots,
        "running": running,
    }


def _decoding_step(
    runs: Runs[LLMConfiguration], batch: FloatArray, output_len: IntArray
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return seconds of a step, power of one GPU, time to first token, and usage of the key-value cache.

    A step reads weights and cache, computes (prefills of new requests included), launches kernels and communicates.
    """
    input_len = runs.numbers(lambda each: each.task.input_tokens)
    total = runs.numbers(lambda each: each.model.total * 1e9)
    activated = runs.numbers(lambda each: each.model.activated * 1e9)
    width = runs.numbers(lambda each: BYTES_PER_PARAMETER[each.model.precision])
    kv_bytes = runs.numbers(lambda each: _KV_BYTES * each.model.total**0.5 * each.model.kv_share)
    num_gpus = runs.numbers(lambda each: each.num_gpus)
    bandwidth = runs.numbers(lambda each: each.gpu.bandwidth * _BANDWIDTH_SHARE) * num_gpus
    # 8-bit and 4-bit weights speed up arithmetic too, less than twofold.
    flops = runs.numbers(lambda each: each.gpu.flops * _FLOPS_SHARE) * num_gpus
    flops *= np.where(width < 2.0, 1.6, 1.0)  # noqa: PLR2004 - bytes of the 16-bit formats
    memory = runs.numbers(lambda each: each.gpu.memory_gb * 1e9) * num_gpus * _MEMORY_SHARE

    # A batch activates each expert with this probability: large batches read all weights of a mixture.
    touched = 1.0 - (1.0 - activated / total) ** batch
    cache = batch * (input_len + output_len / 2.0) * kv_bytes * np.sqrt(activated / total)
    prefill = batch * input_len / output_len
    overhead_s = 3.2e-3 + 1.1e-3 * np.log2(num_gpus) + 0.4e-3 * np.log2(batch)  # launching and communication
    memory_s = (total * touched * width + cache) / bandwidth
    arithmetic_s = 2.0 * activated * (batch + prefill) / flops
    seconds = overhead_s + memory_s + arithmetic_s
    # Power rises from idle towards the limit, with the share of the step that occupies the GPU.
    idle = runs.numbers(lambda each: each.gpu.idle_watts)
    busy = (0.14 * overhead_s + 0.56 * memory_s + 0.96 * arithmetic_s) / seconds
    gpu_watts = idle + (runs.numbers(lambda each: each.gpu.tdp_watts) - idle) * busy
    kv_usage = np.minimum(cache / np.maximum(memory - total * width, 1e9), 0.98)
    return seconds, gpu_watts, seconds * 4.0 + arithmetic_s * 2.0, kv_usage


_LEVELS = (np.cumsum(CHUNKS) - CHUNKS / 2) / CHUNKS.sum()
_NORMAL = np.array([NormalDist().inv_cdf(level) for level in _LEVELS.tolist()])
# A stalled token takes up to nine times as long, as during the prefill of an image or a video.
_STALLS = 1.0 + 8.0 * np.clip((_LEVELS - 0.92) / 0.08, 0.0, None) ** 1.5
_SHAPES = np.stack([np.exp(0.09 * _NORMAL), np.exp(0.2 * _NORMAL) * _STALLS])  # smooth, bursty
_SHAPES /= np.average(_SHAPES, axis=1, weights=CHUNKS, keepdims=True)
_PERCENTILES_OF_SHAPES = np.percentile(np.repeat(_SHAPES, CHUNKS, axis=1), PERCENTILES, axis=1).tolist()
