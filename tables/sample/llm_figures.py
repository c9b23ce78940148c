"""What LLM runs measure: the cost of their decoding steps, scattered a little from run to run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tables.sample.columns import per_entry
from tables.sample.grid import Fault, Grid, LLMEntry
from tables.sample.llm_step import decoding_step, mean_gpu_watts
from tables.sample.models import LLMS
from tables.sample.noise import FloatArray, IntArray, between, uniform

if TYPE_CHECKING:
    from tables.sample.latency_shapes import LatencyShapes

# The first server snapshot after the steady state's start, s; one follows each second.
FIRST_SNAPSHOT_S = 0.4
# How much filling and draining the batch leaves of the throughput, over the whole benchmark.
_WHOLE_SHARE = 0.93
# More than a raw file lists.
_LEAST_COMPLETED = 24


@dataclass(frozen=True, slots=True)
class LLMFigures:
    """The figures of n runs, each array of shape (n,); J, s, W and tokens. What follows from them is not in here.

    Args:
        entry: Position in the grid's entries.
        generation: Generation of the model.
        slot: Position in `SEEDS`.
        start_time: Start of the benchmark, unix seconds.
        ramp_s: From the start of the benchmark to the steady state.
        duration_s: The steady state.
        tail_s: From the steady state to the end of the benchmark.
        gpu_watts: Mean power of one GPU in steady state.
        energy: Of all GPUs in steady state; 0 where the counter stood still.
        energy_per_token: In steady state; 0 where the counter stood still.
        output_throughput: By the toolkit's formula.
        itl_s: Mean inter-token latency.
        burstiness: Blend of the latency shapes.
        ttft_s: Typical time to the first token.
        output_len: Mean output length, a whole number.
        tokens: Output tokens in steady state.
        completed: Requests completed over the whole benchmark.
        failed: Requests that failed over the whole benchmark.
        snapshots: Server snapshots in steady state, one each second.
        running: Sum of running sequences over those snapshots.
        kv_usage: Share of the key-value cache in use.
        has_server_statistics: Whether a snapshot fell into the steady state.
    """

    entry: IntArray
    generation: IntArray
    slot: IntArray
    start_time: FloatArray
    ramp_s: FloatArray
    duration_s: FloatArray
    tail_s: FloatArray
    gpu_watts: FloatArray
    energy: FloatArray
    energy_per_token: FloatArray
    output_throughput: FloatArray
    itl_s: FloatArray
    burstiness: FloatArray
    ttft_s: FloatArray
    output_len: IntArray
    tokens: FloatArray
    completed: IntArray
    failed: IntArray
    snapshots: IntArray
    running: IntArray
    kv_usage: FloatArray
    has_server_statistics: npt.NDArray[np.bool_]

    @property
    def benchmark_s(self) -> FloatArray:
        """Duration of the whole benchmark, s."""
        return self.ramp_s + self.duration_s + self.tail_s

    @property
    def avg_batch_size(self) -> FloatArray:
        """Mean running sequences in steady state, as the snapshots have it."""
        return self.running / self.snapshots

    def latency_percentiles_ms(self, shapes: LatencyShapes) -> FloatArray:
        """Percentiles of the inter-token latency, ms, of shape (len(PERCENTILES), n)."""
        return shapes.percentiles(self.burstiness) * self.itl_s * 1e3


def llm_figures(grid: Grid[LLMEntry], seed: int, index: IntArray) -> LLMFigures:
    """Work out the runs at `index`; a run's figures do not depend on which others are asked for.

    Args:
        grid: The table's runs.
        seed: The sample's seed.
        index: Runs, of shape (n,).
    """
    entry, generation, slot = grid.place(index)
    entries = grid.entries
    batch = per_entry([float(item.max_num_seqs) for item in entries], entry)
    num_gpus = per_entry([float(item.num_gpus) for item in entries], entry)
    fault = np.array([item.fault for item in entries], dtype=np.int64)[entry]
    typical_output = per_entry([float(item.task.output_tokens) for item in entries], entry)
    typical_input = per_entry([float(item.task.input_tokens) for item in entries], entry)
    model = np.array([LLMS.index(item.model) for item in entries], dtype=np.int64)[entry]

    short = fault == Fault.SHORT_STEADY_STATE
    duration = between(seed, "llm.duration", index, low=30.0, high=62.0)
    duration = np.where(short, 6.0 + (duration - 30.0) * 0.4, duration).round(3)

    share = between(seed, "llm.batch", index, low=0.965, high=0.999)
    share = np.where(fault == Fault.LOW_BATCH_UTILIZATION, 0.5 + (share - 0.965) * 9.0, share)
    snapshots = np.floor(duration - FIRST_SNAPSHOT_S).astype(np.int64) + 1
    running = np.round(share * batch * snapshots).astype(np.int64)
    avg_batch = running / snapshots

    # A model's own length and speed: the same in all of its runs.
    identity = generation * len(LLMS) + model
    wordiness = between(seed, "llm.wordiness", identity, low=0.75, high=1.3)
    speed = between(seed, "llm.speed", identity, low=0.92, high=1.08)
    output_len = np.round(
        typical_output * wordiness * between(seed, "llm.output_len", index, low=0.97, high=1.03)
    ).astype(np.int64)

    step = decoding_step(entries, entry, avg_batch, typical_input, output_len)
    scatter = between(seed, "llm.scatter", index, low=0.985, high=1.015)
    itl = np.round(step.seconds * scatter / speed, 9)
    gpu_watts = mean_gpu_watts(entries, entry, step) * between(seed, "llm.power", index, low=0.99, high=1.01)

    tokens = np.maximum(np.round(avg_batch / itl * duration), 1.0)
    energy = np.where(fault == Fault.NO_ENERGY, 0.0, np.round(gpu_watts * num_gpus * duration, 3))
    energy_per_token = energy / tokens

    ramp = np.round(between(seed, "llm.ramp", index, low=3.0, high=6.0), 3)
    tail = np.round(between(seed, "llm.tail", index, low=2.0, high=4.0), 3)
    completed = np.ceil(tokens / output_len * 1.15 + batch + _LEAST_COMPLETED).astype(np.int64)
    counted = (energy / np.where(energy > 0, energy_per_token, 1.0)) / duration
    # Where energy cannot say how many tokens there were, the toolkit takes the throughput of the whole benchmark.
    over_all = benchmark_throughput(tokens / duration)
    return LLMFigures(
        entry=entry,
        generation=generation,
        slot=slot,
        start_time=np.round(between(seed, "llm.start", index, low=1.75e9, high=1.78e9), 3),
        ramp_s=ramp,
        duration_s=duration,
        tail_s=tail,
        gpu_watts=gpu_watts,
        energy=energy,
        energy_per_token=energy_per_token,
        output_throughput=np.where(energy > 0, counted, over_all),
        itl_s=itl,
        burstiness=_burstiness(entries, entry, uniform(seed, "llm.burstiness", index)),
        ttft_s=step.seconds * 4.0 + step.arithmetic * 2.0,
        output_len=output_len,
        tokens=tokens,
        completed=completed,
        failed=np.floor(uniform(seed, "llm.failed", index) * 4.0).astype(np.int64),
        snapshots=snapshots,
        running=running,
        kv_usage=step.kv_usage,
        has_server_statistics=fault != Fault.NO_SERVER_STATISTICS,
    )


def benchmark_throughput(steady: FloatArray) -> FloatArray:
    """Return output tokens per second over the whole benchmark: filling and draining the batch cost some."""
    return steady * _WHOLE_SHARE


def _burstiness(entries: tuple[LLMEntry, ...], entry: IntArray, draw: FloatArray) -> FloatArray:
    low = per_entry([item.task.burstiness[0] for item in entries], entry)
    high = per_entry([item.task.burstiness[1] for item in entries], entry)
    return low + (high - low) * draw
