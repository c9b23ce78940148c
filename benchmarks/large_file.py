"""Writes a raw `results.json` of a given size in the real layout: two thirds requests, the rest timeline."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

_START = 1_763_000_000.0
_SAMPLES, _GPUS = 6_000, 2  # ten minutes at 10 Hz
_TOKEN_BYTES, _REQUEST_BYTES = 24, 4_200
_IN_CHUNKS = 0.3  # share of tokens that arrive together with the previous one
_TEXT = " ".join(["a made-up answer of no meaning \\u00e9\\n whatsoever"] * 60)


def write_large_file(file: Path, *, megabytes: float) -> None:
    """Write the file, deterministic: random numbers with the length and the layout of real ones."""
    generator = np.random.default_rng(0)
    times = np.round(_START + np.arange(_SAMPLES) * 0.1 + generator.normal(0, 1e-3, _SAMPLES), 6).tolist()
    requests: list[dict[str, Any]] = []
    power = {name: _devices(generator, times) for name in ("device_instant", "device_average", "memory_average")}
    document: dict[str, Any] = {
        "model_id": "made-up/model",
        "num_gpus": _GPUS,
        "duration": 600.0,
        "mean_ttft_ms": 12.0,
        "steady_state_energy": 5e5,
        "timeline": {
            "benchmark_start_time": _START,
            "benchmark_end_time": _START + 600,
            "steady_state_start_time": _START + 20,
            "steady_state_end_time": _START + 550,
            "power": power,
            "temperature": _devices(generator, times),
        },
        "results": requests,
    }
    size = 90 * 4 * _GPUS * _SAMPLES
    while size < megabytes * 1e6:
        tokens = int(generator.integers(200, 900))
        latencies = np.abs(generator.normal(0.02, 0.005, tokens))
        latencies[generator.random(tokens) < _IN_CHUNKS] = 0.0
        requests.append(
            {
                "prompt": _TEXT[:900],
                "output_text": _TEXT,
                "reasoning_output_text": "",
                "input_len": 20,
                "output_len": tokens,
                "latency": 1.0,
                "ttft": 0.1,
                "itl": latencies.tolist(),
                "success": True,
                "error": "",
            }
        )
        size += _REQUEST_BYTES + tokens * _TOKEN_BYTES
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(document, indent=2))


def _devices(generator: np.random.Generator, times: list[float]) -> dict[str, list[list[float]]]:
    return {
        str(gpu): [list(pair) for pair in zip(times, np.round(generator.normal(500, 30, _SAMPLES), 3), strict=True)]
        for gpu in range(_GPUS)
    }
