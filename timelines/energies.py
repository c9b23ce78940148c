"""The energy totals of a raw `results.json`, as the GPUs' energy counters gave them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from timelines.lenient import loads, number, optional_number

if TYPE_CHECKING:
    from timelines.results_text import TopLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEnergies:
    """What a run measured by the GPUs' energy counters, summed over its GPUs; None where the file has no such figure.

    Args:
        steady_state_joules: Over the steady state.
        entire_joules: Over the whole benchmark.
        iterations: Over all single iterations of a diffusion run: joules and seconds.
    """

    steady_state_joules: float | None
    entire_joules: float | None
    iterations: tuple[float, float] | None


class _Measurement(msgspec.Struct, gc=False):
    """One window of the energy counters: `{time, gpu_energy: {id: J}}`."""

    gpu_energy: dict[str, float]
    time: float = math.nan


_MEASUREMENT = msgspec.json.Decoder(_Measurement)
_MEASUREMENTS = msgspec.json.Decoder(list[_Measurement])
_NULL = msgspec.Raw(b"null")


def decode_energies(file: TopLevel) -> ReportedEnergies:
    """Sum the totals over the GPUs, of a results file whose top level is read.

    The names are those that the benchmark's own writers use (`ml-energy/benchmark`). Numbers may be text, as for the
    toolkit. A total of which a part cannot be read is None, since the sum of the others would be another figure.
    """
    entire = _entire(file.get("entire_benchmark_measurement"))  # LLM
    return ReportedEnergies(
        steady_state_joules=optional_number(file.get("steady_state_energy", _NULL))[0],
        entire_joules=_entire(file.get("energy_measurement")) if entire is None else entire,  # diffusion: the same
        iterations=_iterations(file.get("iteration_energy_measurements")),  # diffusion
    )


def _entire(text: msgspec.Raw | None) -> float | None:
    if text is None:
        return None
    try:
        measurement = _MEASUREMENT.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        measurement = _any_measurement(_any(text))
    return _finite(_joules(measurement))


def _iterations(text: msgspec.Raw | None) -> tuple[float, float] | None:
    if text is None:
        return None
    try:
        measurements = _MEASUREMENTS.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        stated = _any(text)
        measurements = [_any_measurement(each) for each in stated] if isinstance(stated, list) else []
    joules = _finite(sum(map(_joules, measurements)))
    seconds = _finite(sum(each.time for each in measurements))
    return None if not measurements or joules is None or seconds is None else (joules, seconds)


def _any(text: msgspec.Raw) -> object:
    try:
        return loads(text)
    except (ValueError, RecursionError):
        return None


def _any_measurement(stated: object) -> _Measurement:
    """Read a measurement of another form; NaN stands for what cannot be read."""
    energies = stated.get("gpu_energy") if isinstance(stated, dict) else None
    if not isinstance(stated, dict) or not isinstance(energies, dict):
        return _Measurement(gpu_energy={"": math.nan})
    return _Measurement(
        gpu_energy={gpu: number(joules) for gpu, joules in energies.items()}, time=number(stated.get("time"))
    )


def _joules(measurement: _Measurement) -> float:
    return sum(measurement.gpu_energy.values())


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None
