"""The energy totals of a raw `results.json`, as the GPUs' energy counters gave them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from timelines.results_text import TopLevel

T = TypeVar("T")


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


def decode_energies(file: TopLevel) -> ReportedEnergies:
    """Sum the totals over the GPUs, of a results file whose top level is read.

    The names are those that the benchmark's own writers use (`ml-energy/benchmark`). Energies are beside the point of
    a timeline, so that one in another form is none, not an error.
    """
    entire = _entire(file.get("entire_benchmark_measurement"))  # LLM
    return ReportedEnergies(
        steady_state_joules=_decoded(file.get("steady_state_energy"), float),
        entire_joules=_entire(file.get("energy_measurement")) if entire is None else entire,  # diffusion: the same
        iterations=_iterations(file.get("iteration_energy_measurements")),  # diffusion
    )


def _entire(text: msgspec.Raw | None) -> float | None:
    measurement = _decoded(text, _Measurement)
    return None if measurement is None else _finite(_joules(measurement))


def _iterations(text: msgspec.Raw | None) -> tuple[float, float] | None:
    measurements = _decoded(text, list[_Measurement])
    if not measurements:
        return None
    joules = _finite(sum(_joules(each) for each in measurements))
    seconds = _finite(sum(each.time for each in measurements))
    return None if joules is None or seconds is None else (joules, seconds)


def _decoded(text: msgspec.Raw | None, form: type[T]) -> T | None:
    if text is None:
        return None
    try:
        return msgspec.json.decode(text, type=form)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _joules(measurement: _Measurement) -> float:
    return sum(measurement.gpu_energy.values())


def _finite(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None
