"""The requests of a synthetic LLM run: short neutral text, lengths and latencies that add up to the row's figures."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from tables.sample.latency_shapes import PERCENTILES, LatencyShapes
from tables.sample.noise import FloatArray, IntArray, bell

if TYPE_CHECKING:
    from tables.sample.grid import LLMEntry
    from tables.sample.llm_figures import LLMFigures

# Requests in the excerpt that succeeded, and the most that failed.
_SUCCESSFUL = 24
_FAILED = 2
_LEAST_OUTPUT = 3
_LEADING_ZERO_EVERY = 7

_SUBJECTS = ("a lighthouse", "a water clock", "a sundial", "a canal lock", "a windmill", "a printing press", "a kite")
_ASKS = ("Explain how {} works.", "Describe {} in two sentences.", "List three parts of {}.", "Who would need {}?")


def made_up_requests(
    generator: np.random.Generator, entry: LLMEntry, figures: LLMFigures, shapes: LatencyShapes
) -> tuple[list[dict[str, Any]], dict[str, float]]:
    """Make the `results` list and the statistics of time to first token, time per output token and latency.

    Args:
        generator: The run's own.
        entry: Its configuration.
        figures: Of that run alone: arrays of shape (1,).
        shapes: The latency distributions.

    Returns:
        The requests, of which the successful ones have exactly the run's mean output length and its inter-token
        latencies in another order; and the statistics, in ms.
    """
    lengths = _output_lengths(generator, figures.output_len.item())
    streams = _inter_token_latencies(generator, figures, shapes, lengths)
    first = figures.ttft_s.item() * np.exp(0.35 * bell(generator, (_SUCCESSFUL,)))
    per_token = figures.itl_s.item() * (1.0 + 0.02 * bell(generator, (_SUCCESSFUL,)))
    latency = first + per_token * (lengths - 1)
    requests = [
        _request(generator, entry, number)
        | {
            "output_len": length,
            "dataset_output_len": length,
            "latency": total,
            "ttft": waited,
            "itl": stream,
            "success": True,
            "error": "",
            "energy": figures.energy_per_token.item() * length,
        }
        for number, (length, total, waited, stream) in enumerate(
            zip(lengths.tolist(), latency.tolist(), first.tolist(), streams, strict=True)
        )
    ]
    for number in range(min(figures.failed.item(), _FAILED)):
        position = int(generator.random() * (len(requests) + 1))
        requests.insert(position, _request(generator, entry, _SUCCESSFUL + number) | _FAILURE)
    statistics = _statistics("ttft", first) | _statistics("tpot", per_token) | _statistics("e2el", latency)
    return requests, statistics


_FAILURE: dict[str, Any] = {
    "output_text": "",
    "reasoning_output_text": "",
    "output_len": 0,
    "dataset_output_len": 0,
    "latency": 0.0,
    "ttft": 0.0,
    "itl": [],
    "success": False,
    "error": "Connection closed before the first token.",
    "energy": 0.0,
}


def _output_lengths(generator: np.random.Generator, mean: int) -> IntArray:
    """Skewed lengths whose sum is exactly `_SUCCESSFUL` times the mean."""
    shape = np.exp(0.45 * bell(generator, (_SUCCESSFUL,)))
    room = (mean - _LEAST_OUTPUT) * _SUCCESSFUL
    extra = np.floor(shape / shape.sum() * room).astype(np.int64)
    extra[0] += room - extra.sum()
    lengths: IntArray = extra + _LEAST_OUTPUT
    return lengths


def _inter_token_latencies(
    generator: np.random.Generator, figures: LLMFigures, shapes: LatencyShapes, lengths: IntArray
) -> list[list[float]]:
    """Every latency of the shapes once, seconds, shuffled over the requests by their length.

    A chunk of tokens that arrived together is its latency followed by zeros; some streams begin with a zero.
    """
    order = np.argsort(generator.random(len(shapes.tokens)))
    tokens = shapes.tokens[order]
    per_token = shapes.blend(figures.burstiness.item())[order] * figures.itl_s.item()
    starts = np.concatenate([[0], np.cumsum(tokens)])
    values = np.zeros(int(starts[-1]))
    values[starts[:-1]] = per_token * tokens
    cuts = np.round(np.cumsum(lengths)[:-1] / lengths.sum() * len(order)).astype(np.int64)
    bounds = [0, *starts[cuts].tolist(), len(values)]
    streams = [values[begin:end].tolist() for begin, end in pairwise(bounds)]
    for stream in streams[::_LEADING_ZERO_EVERY]:
        stream.insert(0, 0.0)
    return streams


def _request(generator: np.random.Generator, entry: LLMEntry, number: int) -> dict[str, Any]:
    subject = _SUBJECTS[int(generator.random() * len(_SUBJECTS))]
    ask = _ASKS[int(generator.random() * len(_ASKS))]
    return {
        "prompt": f"[synthetic request {number}] {ask.format(subject)}",
        "output_text": f"A made-up answer about {subject}.",
        "reasoning_output_text": f"First consider {subject}." if entry.task.name == "gpqa" else "",
        "input_len": max(int(entry.task.input_tokens * (0.6 + 0.8 * generator.random())), 1),
    }


def _statistics(metric: str, seconds: FloatArray) -> dict[str, float]:
    milliseconds = seconds * 1e3
    percentiles = np.percentile(milliseconds, PERCENTILES).tolist()
    return {
        f"mean_{metric}_ms": milliseconds.mean().item(),
        f"median_{metric}_ms": percentiles[0],
        f"std_{metric}_ms": milliseconds.std().item(),
        **{f"p{level}_{metric}_ms": value for level, value in zip(PERCENTILES, percentiles, strict=True)},
    }
