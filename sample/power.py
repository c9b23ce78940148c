"""Raw timelines of power and temperature per GPU, generated around the mean power that the tables state."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sample.runs import FloatArray, bell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sample.configurations import GPU

# Samples of all GPUs in one metric, and the fewest of one GPU: a file stays small with any number of GPUs.
_SAMPLES, _MIN_SAMPLES = 900, 110
_MIN_PERIOD_S = 0.1
_AVERAGE_S = 1.0  # NVIDIA's average power covers the last second
_MISSED_SHARE = 0.012
_MARGIN_S = 0.01  # from the ends of a span to its first and last sample
_TEMPERATURE_PERIOD_S = 0.5


class Span(NamedTuple):
    """A time span whose power changes linearly; its mean power is exact despite the noise."""

    start: float  # unix seconds
    end: float
    first_watts: FloatArray  # power of each GPU, of shape (GPUs,)
    last_watts: FloatArray


def timeline(generator: np.random.Generator, gpu: GPU, spans: Sequence[Span], **bounds: float) -> dict[str, Any]:
    """Return the raw `timeline`, metric → GPU → [[unix seconds, W or °C], ...], over spans without gaps."""
    times, instant = _instant_power(generator, spans)
    window = max(round(_AVERAGE_S * (len(times) - 1) / (times[-1] - times[0])), 1)
    total = np.cumsum(instant, axis=1)
    total[:, window:] -= total[:, :-window].copy()
    average = total / np.minimum(np.arange(1, len(times) + 1), window)
    memory = 9.0 + average * (0.14 + 0.01 * bell(generator, len(average), 1))
    at = np.linspace(times[0], times[-1], max(int((times[-1] - times[0]) / _TEMPERATURE_PERIOD_S), 4)).round(6)
    temperature = {}
    for device, watts in enumerate(average):
        celsius = 29.0 + 46.0 * np.interp(at - 3.0, times, watts) / gpu.tdp_watts  # 3 s behind the power
        celsius += 3.0 * generator.random() + 0.5 * bell(generator, len(at))
        temperature[str(device)] = [[time, round(value)] for time, value in zip(at.tolist(), celsius, strict=True)]
    return {
        "benchmark_start_time": spans[0].start,
        "benchmark_end_time": spans[-1].end,
        **bounds,
        "power": {
            "device_instant": _samples(generator, times, instant),
            "device_average": _samples(generator, times + 0.021, average),
            "memory_average": _samples(generator, times + 0.034, memory),
        },
        "temperature": temperature,
    }


def mean_one(generator: np.random.Generator, count: int, deviation: float) -> FloatArray:
    """Draw factors whose mean is exactly 1, of shape (count,)."""
    factors: FloatArray = 1.0 + deviation * bell(generator, count)
    factors /= factors.mean()
    return factors


def by_gpu(values: FloatArray) -> dict[str, float]:
    """Return a value per GPU as raw files state it."""
    return {str(device): value for device, value in enumerate(values.tolist())}


def _instant_power(generator: np.random.Generator, spans: Sequence[Span]) -> tuple[FloatArray, FloatArray]:
    """Return times of shape (samples,) and power of shape (GPUs, samples)."""
    num_gpus = len(spans[0].first_watts)
    period = max(_MIN_PERIOD_S, (spans[-1].end - spans[0].start) / max(_SAMPLES / num_gpus, _MIN_SAMPLES))
    times, power = [], []
    for span in spans:
        steps = max(round((span.end - span.start) / period), 2)
        at = np.linspace(span.start + _MARGIN_S, span.end - 4 * _MARGIN_S, steps + 1)
        at[1:-1] += 0.01 * period * bell(generator, steps - 1)
        watts = np.linspace(span.first_watts, span.last_watts, steps + 1, axis=1)
        watts *= 1.0 + 0.02 * bell(generator, num_gpus, steps + 1)
        mean = np.trapezoid(watts, at, axis=1) / (at[-1] - at[0])
        power.append(watts * ((span.first_watts + span.last_watts) / 2.0 / mean)[:, None])
        times.append(at)
    return np.concatenate(times), np.concatenate(power, axis=1)


def _samples(generator: np.random.Generator, times: FloatArray, values: FloatArray) -> dict[str, FloatArray]:
    """Return the samples of each GPU; all but GPU 0, whose times are the toolkit's grid, miss some."""
    samples = np.stack([np.broadcast_to(times.round(6), values.shape), values.round(3)], axis=-1)
    present = generator.random(values.shape) >= _MISSED_SHARE
    present[0] = True
    return {str(device): samples[device, present[device]] for device in range(len(values))}
