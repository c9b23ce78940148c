"""Power and temperature of a run's GPUs over time, made around the mean power that the table states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tables.sample.noise import FloatArray, bell

if TYPE_CHECKING:
    from tables.sample.models import GPU

# Samples of one GPU in one series, so that a file stays small however many GPUs there are.
_SAMPLES = 900
_LEAST_SAMPLES = 110
_FASTEST_S = 0.1
# NVIDIA's average is over the last second.
_AVERAGE_S = 1.0
_MISSED = 0.012
_JITTER = 0.03
# The first and last sample of a window lie this far inside, s.
_INSIDE_S = 0.01
_TEMPERATURE_PERIOD_S = 0.5
_INLET_CELSIUS = 29.0
_CELSIUS_AT_LIMIT = 46.0

Samples = dict[str, object]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time with one mean power.

    Args:
        start: Unix seconds.
        end: Unix seconds.
        level: The share of the way from idle to the measured power at the start and at the end.
        watts: Mean power of each GPU that the span must have, of shape (GPUs,); None where it only follows the level.
    """

    start: float
    end: float
    level: tuple[float, float]
    watts: FloatArray | None = None


def power_and_temperature(
    generator: np.random.Generator, gpu: GPU, spans: list[Span], watts: FloatArray
) -> tuple[dict[str, Samples], Samples]:
    """Make the `power` and `temperature` objects of a raw `timeline`.

    Args:
        generator: The run's own.
        gpu: The GPU model.
        spans: What happened, in order and without gaps.
        watts: The measured power of each GPU, of shape (GPUs,).

    Returns:
        Metric → GPU → [[unix seconds, W], ...], and GPU → [[unix seconds, °C], ...]. GPUs share their timestamps within
        a metric; now and then one of them misses a sample.
    """
    times, edges = _times(generator, spans, len(watts))
    instant = _instant(generator, gpu, spans, times, watts)
    window = max(round(_AVERAGE_S * (len(times) - 1) / (times[-1] - times[0])), 1)
    average = _moving_average(instant, window)
    memory = 9.0 + average * (0.14 + 0.01 * bell(generator, (len(watts), 1)))
    power = {
        "device_instant": _samples(generator, times, instant, edges),
        "device_average": _samples(generator, times + 0.021, average, edges),
        "memory_average": _samples(generator, times + 0.034, memory, edges),
    }
    return power, _temperature(generator, gpu, spans, times, average)


def _times(generator: np.random.Generator, spans: list[Span], num_gpus: int) -> tuple[FloatArray, set[int]]:
    """The samples' times and the positions of each span's first and last sample."""
    duration = spans[-1].end - spans[0].start
    period = max(_FASTEST_S, duration / max(_SAMPLES / num_gpus, _LEAST_SAMPLES))
    pieces, edges, count = [], set(), 0
    for span in spans:
        steps = max(round((span.end - span.start) / period), 2)
        piece = np.linspace(span.start + _INSIDE_S, span.end - 4 * _INSIDE_S, steps + 1)
        piece[1:-1] += period * _JITTER * bell(generator, (steps - 1,)) / 4.0
        edges |= {count, count + steps}
        count += steps + 1
        pieces.append(piece)
    times: FloatArray = np.concatenate(pieces)
    return times.round(6), edges


def _instant(
    generator: np.random.Generator, gpu: GPU, spans: list[Span], times: FloatArray, watts: FloatArray
) -> FloatArray:
    """Instant power, of shape (GPUs, samples); the trapezoid mean of a measured span is what was measured."""
    noise = bell(generator, (len(watts), len(times)))
    noise = 0.025 * (0.7 * noise + 0.5 * np.roll(noise, 1, axis=1))
    power = np.empty_like(noise)
    for span in spans:
        chosen = (times >= span.start) & (times <= span.end)
        at = times[chosen]
        share = np.interp(at, [span.start, span.end], span.level)
        above = (watts - gpu.idle_watts)[:, None] * share
        piece = (gpu.idle_watts + above) * (1.0 + noise[:, chosen])
        if span.watts is not None:
            mean = np.trapezoid(piece, at, axis=1) / (at[-1] - at[0])
            piece *= (span.watts / mean)[:, None]
        power[:, chosen] = piece
    return power


def _moving_average(values: FloatArray, window: int) -> FloatArray:
    """The mean of each sample and the `window - 1` before it, as far as there are any."""
    total = np.cumsum(values, axis=1)
    total[:, window:] -= np.cumsum(values, axis=1)[:, :-window]
    return total / np.minimum(np.arange(1, values.shape[1] + 1), window)


def _temperature(
    generator: np.random.Generator, gpu: GPU, spans: list[Span], times: FloatArray, average: FloatArray
) -> Samples:
    """Whole degrees: a GPU warms with its power, a few seconds late."""
    count = max(int((spans[-1].end - spans[0].start) / _TEMPERATURE_PERIOD_S), 4)
    count = min(count, len(times))
    at = np.round(np.linspace(spans[0].start + _INSIDE_S, spans[-1].end - _INSIDE_S, count), 6)
    samples: Samples = {}
    for device, power in enumerate(_moving_average(average, max(len(times) // 12, 1))):
        celsius = _INLET_CELSIUS + _CELSIUS_AT_LIMIT * np.interp(at, times, power) / gpu.tdp_watts
        celsius += 3.0 * generator.random() + 0.5 * bell(generator, (count,))
        samples[str(device)] = [[time, round(value)] for time, value in zip(at.tolist(), celsius.tolist(), strict=True)]
    return samples


def _samples(generator: np.random.Generator, times: FloatArray, values: FloatArray, edges: set[int]) -> Samples:
    """GPU → samples; a GPU misses some, GPU 0 fewer and never the ends of a span, which set the toolkit's grid."""
    stamps = np.round(times, 6)
    samples: Samples = {}
    for device, row in enumerate(values):
        kept = generator.random(len(stamps)) >= (_MISSED if device else _MISSED / 4.0)
        if device == 0:
            kept[list(edges)] = True
        samples[str(device)] = np.column_stack([stamps[kept], np.round(row[kept], 3)])
    return samples
