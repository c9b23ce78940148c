"""Energy-counter measurements in a raw `results.json`: the run's totals, and the batches of a diffusion run."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from timelines.formats import RESULTS_FORMATS
from timelines.lenient import DECODE_ERRORS, NULL, loads, number, optional_number
from timelines.results_text import in_short

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from timelines.results_text import TopLevel

_GPU_ID = re.compile(r"-?[0-9]{1,9}", re.ASCII)
_FORMATS = RESULTS_FORMATS.values()


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """A measured batch: its duration, the GPU ids, ascending, and the energy of each of these GPUs."""

    time_s: float
    gpus: tuple[int, ...]
    gpu_energy_joules: tuple[float, ...]

    @property
    def energy_joules(self) -> float:
        """Energy of all GPUs."""
        return sum(self.gpu_energy_joules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Iterations:
    """The measured batches of a run, in the file's order, and the number of unreadable ones."""

    measured: tuple[Iteration, ...]
    skipped_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedEnergies:
    """Energies that the run reports, summed over its GPUs; None if the file has none or a part of it is unreadable.

    Args:
        steady_state_joules: Over the steady state.
        entire_joules: Over the entire benchmark.
        iterations: Over all iterations: joules and seconds.
    """

    steady_state_joules: float | None
    entire_joules: float | None
    iterations: tuple[float, float] | None


class _Measurement(msgspec.Struct, gc=False):
    """A measurement: duration in s, and J by GPU id."""

    time: float
    gpu_energy: dict[int, float]


_MEASUREMENT = msgspec.json.Decoder(_Measurement)
_LIST = msgspec.json.Decoder(list[msgspec.Raw] | None)


def decode_iterations(file: TopLevel) -> Iterations | str | None:
    """Return the measured batches; None if the file has none, the reason if all of them are unreadable."""
    name, text = next(_members(file, (each.iterations for each in _FORMATS)), ("", NULL))
    try:
        texts = _LIST.decode(text)
    except msgspec.DecodeError as error:
        return in_short(error, within=name)
    if texts is None:
        return None
    measured: list[Iteration] = []
    problem = ""
    for index, each in enumerate(texts):
        measurement, reason = _measurement(each, place=f"{name}[{index}]")
        problem = problem or reason
        if measurement is not None and math.isfinite(measurement.time + sum(measurement.gpu_energy.values())):
            gpus = tuple(sorted(measurement.gpu_energy))
            energies = tuple(measurement.gpu_energy[gpu] for gpu in gpus)
            measured.append(Iteration(time_s=measurement.time, gpus=gpus, gpu_energy_joules=energies))
    if problem and not measured:
        return problem
    return Iterations(measured=tuple(measured), skipped_count=len(texts) - len(measured))


def decode_energies(file: TopLevel, iterations: Iterations | str | None) -> ReportedEnergies:
    """Decode the run's totals. A total with an unreadable part is None: the sum of the rest is another figure."""
    steady_state = _members(file, (each.steady_state_energy for each in _FORMATS))
    entire = _members(file, (each.entire_energy for each in _FORMATS))
    return ReportedEnergies(
        steady_state_joules=next((optional_number(text)[0] for _, text in steady_state), None),
        entire_joules=next((joules for _, text in entire if (joules := _joules(text)) is not None), None),
        iterations=_total(iterations),
    )


def _members(file: TopLevel, names: Iterable[str | None]) -> Iterator[tuple[str, msgspec.Raw]]:
    return ((name, file[name]) for name in names if name is not None and name in file)


def _measurement(text: msgspec.Raw, *, place: str = "") -> tuple[_Measurement | None, str]:
    """Return a measurement, NaN for each unreadable figure, and the reason if the strict decoder refuses it."""
    try:
        return _MEASUREMENT.decode(text), ""
    except DECODE_ERRORS as error:
        reason = in_short(error, within=place)
    value = loads(text)
    energies = value.get("gpu_energy") if isinstance(value, dict) else None
    if not isinstance(energies, dict) or not all(map(_GPU_ID.fullmatch, energies)):
        return None, reason
    gpu_energy = {int(gpu): number(joules) for gpu, joules in energies.items()}
    return _Measurement(time=number(value.get("time")), gpu_energy=gpu_energy), reason


def _joules(text: msgspec.Raw) -> float | None:
    measurement, _ = _measurement(text)
    joules = math.nan if measurement is None else sum(measurement.gpu_energy.values())
    return joules if math.isfinite(joules) else None


def _total(iterations: Iterations | str | None) -> tuple[float, float] | None:
    if not isinstance(iterations, Iterations) or iterations.skipped_count or not iterations.measured:
        return None
    joules = sum(each.energy_joules for each in iterations.measured)
    seconds = sum(each.time_s for each in iterations.measured)
    return (joules, seconds) if math.isfinite(joules + seconds) else None
