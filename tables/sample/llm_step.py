"""What a decoding step costs: a roofline of bandwidth and arithmetic with an overhead, and the power that it draws."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tables.sample.columns import per_entry
from tables.sample.models import BYTES_PER_PARAMETER

if TYPE_CHECKING:
    from tables.sample.grid import LLMEntry
    from tables.sample.noise import FloatArray, IntArray

# How much of the published limits serving reaches.
_BANDWIDTH_SHARE = 0.62
_FLOPS_SHARE = 0.42
_STEP_OVERHEAD_S = 3.2e-3
_COMMUNICATION_S = 1.1e-3
# Key-value cache of a dense transformer: bytes per token over the root of 10⁹ parameters.
_KV_BYTES = 44e3
# Weights and key-value cache may take this share of the memory.
_MEMORY_SHARE = 0.92


@dataclass(frozen=True, slots=True)
class DecodingStep:
    """One decoding step of the whole batch, each array of shape (n,).

    Args:
        overhead: Seconds of launching and communicating.
        memory: Seconds of reading weights and key-value cache.
        arithmetic: Seconds of computing, prefills of newcomers included.
        kv_usage: Share of the key-value cache in use.
    """

    overhead: FloatArray
    memory: FloatArray
    arithmetic: FloatArray
    kv_usage: FloatArray

    @property
    def seconds(self) -> FloatArray:
        """The whole step, s."""
        return self.overhead + self.memory + self.arithmetic


def decoding_step(
    entries: tuple[LLMEntry, ...], entry: IntArray, batch: FloatArray, input_len: FloatArray, output_len: IntArray
) -> DecodingStep:
    """Split a decoding step into reading weights and cache, arithmetic (prefills of newcomers included), overhead."""
    models = [item.model for item in entries]
    total = per_entry([model.total * 1e9 for model in models], entry)
    activated = per_entry([model.activated * 1e9 for model in models], entry)
    width = per_entry([BYTES_PER_PARAMETER[model.precision] for model in models], entry)
    kv_bytes = per_entry([_KV_BYTES * model.total**0.5 * model.kv_share for model in models], entry)
    num_gpus = per_entry([float(item.num_gpus) for item in entries], entry)
    bandwidth = per_entry([item.gpu.bandwidth * _BANDWIDTH_SHARE for item in entries], entry) * num_gpus
    # 8-bit and 4-bit weights gain in arithmetic too, less than twofold.
    flops = per_entry([item.gpu.flops * _FLOPS_SHARE for item in entries], entry) * num_gpus
    flops = flops * np.where(width < 2.0, 1.6, 1.0)  # noqa: PLR2004 - bytes of the 16-bit formats
    memory = per_entry([item.gpu.memory_gb * 1e9 for item in entries], entry) * num_gpus * _MEMORY_SHARE

    # A batch touches each expert with this probability, so that a mixture reads all its weights at large batches.
    touched = 1.0 - (1.0 - activated / total) ** batch
    cache = batch * (input_len + output_len / 2.0) * kv_bytes * np.sqrt(activated / total)
    room = np.maximum(memory - total * width, 1e9)
    prefill = batch * input_len / output_len
    return DecodingStep(
        overhead=_STEP_OVERHEAD_S + _COMMUNICATION_S * np.log2(num_gpus) + 0.4e-3 * np.log2(batch),
        memory=(total * touched * width + cache) / bandwidth,
        arithmetic=2.0 * activated * (batch + prefill) / flops,
        kv_usage=np.minimum(cache / room, 0.98),
    )


def mean_gpu_watts(entries: tuple[LLMEntry, ...], entry: IntArray, step: DecodingStep) -> FloatArray:
    """Mean power of one GPU: idle, and above it by what it is busy with; it approaches the limit with the batch."""
    idle = per_entry([item.gpu.idle_watts for item in entries], entry)
    limit = per_entry([item.gpu.tdp_watts for item in entries], entry)
    busy = (0.14 * step.overhead + 0.56 * step.memory + 0.96 * step.arithmetic) / step.seconds
    return idle + (limit - idle) * busy
