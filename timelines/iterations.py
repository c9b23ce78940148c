"""The measured batches of a diffusion run: time and energy of each, from its raw `results.json`."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from timelines.lenient import loads, number
from timelines.results_text import in_short

if TYPE_CHECKING:
    from timelines.results_text import TopLevel

_GPU_ID = re.compile(r"-?[0-9]{1,9}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Iteration:
    """One batch.

    Args:
        time_s: How long it took.
        gpus: The GPUs' ids, ascending.
        gpu_energy_joules: What each of them took.
    """

    time_s: float
    gpus: tuple[int, ...]
    gpu_energy_joules: tuple[float, ...]

    @property
    def energy_joules(self) -> float:
        """What all GPUs took together."""
        return sum(self.gpu_energy_joules)


@dataclass(frozen=True, slots=True, kw_only=True)
class Iterations:
    """The measured batches of a run.

    Args:
        measured: The batches, in the file's order.
        skipped_count: How many others cannot be read.
    """

    measured: tuple[Iteration, ...]
    skipped_count: int


class _Measurement(msgspec.Struct, gc=False):
    """One window of the energy counters."""

    time: float
    gpu_energy: dict[int, float]


_LIST = msgspec.json.Decoder(list[msgspec.Raw] | None)
_MEASUREMENT = msgspec.json.Decoder(_Measurement)


def iterations_of(file: TopLevel) -> Iterations | str | None:
    """Return the batches of a file whose top level is read: None where it has none, a text where none can be read.

    A batch of which a figure cannot be read is skipped, since the energy of its other GPUs is not its energy.
    """
    text = file.get("iteration_energy_measurements")
    if text is None:
        return None
    try:
        texts = _LIST.decode(text)
    except msgspec.DecodeError as error:
        return in_short(error, within="iteration_energy_measurements")
    if texts is None:
        return None
    found = []
    problem = ""
    for place, each in enumerate(texts):
        measurement: _Measurement | None
        try:
            measurement = _MEASUREMENT.decode(each)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            problem = problem or in_short(error, within=f"iteration_energy_measurements[{place}]")
            measurement = _any_measurement(each)
        if measurement is not None:
            gpus = tuple(sorted(measurement.gpu_energy))
            energies = tuple(measurement.gpu_energy[gpu] for gpu in gpus)
            if math.isfinite(measurement.time + sum(energies)):
                found.append(Iteration(time_s=measurement.time, gpus=gpus, gpu_energy_joules=energies))
    return Iterations(measured=tuple(found), skipped_count=len(texts) - len(found)) if found or not problem else problem


def _any_measurement(text: msgspec.Raw) -> _Measurement | None:
    """Read a batch whose numbers may be text; None where a figure cannot be read."""
    try:
        stated = loads(text)
    except (ValueError, RecursionError):
        return None
    energies = stated.get("gpu_energy") if isinstance(stated, dict) else None
    if not isinstance(energies, dict) or not all(_GPU_ID.fullmatch(gpu) for gpu in energies):
        return None
    return _Measurement(
        time=number(stated.get("time")), gpu_energy={int(gpu): number(joules) for gpu, joules in energies.items()}
    )
